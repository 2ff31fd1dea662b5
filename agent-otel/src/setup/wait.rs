//! Several blocking jobs at once, and one deadline for all of them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Instant;

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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc::sync_channel;
    use std::time::Duration;

    use super::*;

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
