//! Several blocking jobs at once, and one deadline for all of them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};

/// Something that may block longer than anybody wants to wait.
pub(super) type Job = Arc<dyn Fn() + Send + Sync>;

/// Runs `jobs` on threads of their own and waits for them until `deadline`; whether all were done by then. A job that
/// is not goes on in the background.
pub(super) fn all(jobs: Vec<Job>, deadline: Instant) -> bool {
    let (sender, done) = channel::<()>();
    for job in jobs {
        let sender = sender.clone();
        let on_thread = Arc::clone(&job);
        let spawned = thread::Builder::new()
            .name("agent-otel-wait".to_owned())
            .spawn(move || {
                // A panic in here is nobody's business but the exporter's.
                let _ = catch_unwind(AssertUnwindSafe(|| on_thread()));
                drop(sender);
            });
        if spawned.is_err() {
            let _ = catch_unwind(AssertUnwindSafe(|| job()));
        }
    }
    drop(sender);
    let remaining = deadline.saturating_duration_since(Instant::now());
    // Nobody ever sends; the channel closes when the last job is done.
    !matches!(done.recv_timeout(remaining), Err(RecvTimeoutError::Timeout))
}

/// Flushes, again and again until `timeout` is over: the SDK gives each attempt five seconds, and goes on exporting.
pub(super) fn flushed(timeout: Duration, flush: impl Fn() -> OTelSdkResult) -> OTelSdkResult {
    let deadline = Instant::now() + timeout;
    loop {
        match flush() {
            Err(OTelSdkError::Timeout(_)) if Instant::now() < deadline => {}
            result => return result,
        }
    }
}

/// Shuts down, and tries again until `timeout` is over: behind too many flushes the SDK takes no request to shut down.
pub(super) fn shut_down(
    timeout: Duration,
    shut_down: impl Fn(Duration) -> OTelSdkResult,
) -> OTelSdkResult {
    let deadline = Instant::now() + timeout;
    loop {
        let remaining = deadline.saturating_duration_since(Instant::now());
        match shut_down(remaining) {
            Err(OTelSdkError::InternalFailure(_)) if Instant::now() < deadline => {
                thread::sleep(Duration::from_millis(1));
            }
            Err(OTelSdkError::InternalFailure(_)) => return Err(OTelSdkError::Timeout(timeout)),
            result => return result,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc::sync_channel;

    use super::*;

    #[test]
    fn a_flush_has_all_of_its_time_however_soon_the_sdk_gives_up() {
        let attempts = AtomicUsize::new(0);
        let flush = || match attempts.fetch_add(1, Ordering::SeqCst) {
            0..3 => Err(OTelSdkError::Timeout(Duration::ZERO)),
            _ => Ok(()),
        };
        assert!(flushed(Duration::from_secs(60), flush).is_ok());
        assert_eq!(attempts.load(Ordering::SeqCst), 4);
        let late = || Err(OTelSdkError::Timeout(Duration::ZERO));
        assert!(flushed(Duration::from_millis(1), late).is_err());
        let over = || Err(OTelSdkError::AlreadyShutdown);
        assert!(flushed(Duration::from_secs(60), over).is_err());
    }

    #[test]
    fn a_shutdown_that_finds_no_room_runs_out_of_time() {
        let full = |_| Err(OTelSdkError::InternalFailure("full".to_owned()));
        let result = shut_down(Duration::from_millis(1), full);
        assert!(
            matches!(result, Err(OTelSdkError::Timeout(_))),
            "{result:?}"
        );
    }

    #[test]
    fn waits_for_all_and_survives_a_panic() {
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        let add: Job = Arc::new(move || {
            counted.fetch_add(1, Ordering::SeqCst);
        });
        let panic: Job = Arc::new(|| std::panic::panic_any("on purpose"));
        let deadline = Instant::now() + Duration::from_secs(60);
        assert!(all(vec![Arc::clone(&add), panic, add], deadline));
        assert_eq!(count.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn a_job_that_hangs_is_left_behind() {
        let (release, hang) = sync_channel::<()>(0);
        let hang = std::sync::Mutex::new(hang);
        let job: Job = Arc::new(move || {
            let _ = hang.lock().map(|hang| hang.recv());
        });
        assert!(!all(vec![job], Instant::now() + Duration::from_millis(10)));
        drop(release);
    }
}
