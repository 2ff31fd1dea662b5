//! Runs code of the user that may panic or hang, on a thread of its own and for a limited time.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, SyncSender};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

/// How many jobs wait for the thread; one more is lost at once.
const QUEUE: usize = 64;

type Job = Box<dyn FnOnce() + Send>;

/// Why a job gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lost {
    Panicked,
    Hung,
}

/// One thread, started when there is a first job.
#[derive(Debug)]
pub(super) struct Worker {
    name: &'static str,
    /// Its jobs may wait for workers of a lower rank, so that no two wait for each other.
    rank: u8,
    thread: OnceLock<Option<SyncSender<Job>>>,
    /// Whether a job has taken too long and is not back.
    hangs: OnceLock<Arc<AtomicBool>>,
}

thread_local! {
    /// The rank of the worker that this thread is, above all of them where it is none.
    static RANK: Cell<u8> = const { Cell::new(u8::MAX) };
}

impl Worker {
    pub(super) const fn new(name: &'static str, rank: u8) -> Self {
        Self {
            name,
            rank,
            thread: OnceLock::new(),
            hangs: OnceLock::new(),
        }
    }

    /// Runs the job and waits for it, no longer than `timeout`. While an earlier job hangs, nothing waits.
    pub(super) fn run<T: Send + 'static>(
        &self,
        timeout: Duration,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Lost> {
        let hangs = Arc::clone(self.hangs.get_or_init(Arc::default));
        let may_wait = RANK.try_with(Cell::get).is_ok_and(|rank| rank > self.rank);
        if !may_wait || hangs.load(Ordering::Acquire) {
            return Err(Lost::Hung);
        }
        let jobs = self.thread.get_or_init(|| start(self.name, self.rank));
        let (sender, receiver) = mpsc::sync_channel(1);
        let over = Arc::clone(&hangs);
        let job: Job = Box::new(move || {
            let _ = sender.send(catch_unwind(AssertUnwindSafe(job)).map_err(|_| Lost::Panicked));
            // After the result, so that whoever gives up meanwhile finds it.
            over.store(false, Ordering::Release);
        });
        let is_queued = jobs.as_ref().is_some_and(|jobs| jobs.try_send(job).is_ok());
        if !is_queued {
            return Err(Lost::Hung);
        }
        match receiver.recv_timeout(timeout) {
            Ok(result) => result,
            Err(RecvTimeoutError::Disconnected) => Err(Lost::Panicked),
            Err(RecvTimeoutError::Timeout) => {
                hangs.store(true, Ordering::Release);
                // It may have come back between the two.
                let late = receiver.try_recv().map_err(|_| Lost::Hung)?;
                hangs.store(false, Ordering::Release);
                late
            }
        }
    }
}

/// A thread that takes jobs; none where the system gives no thread.
fn start(name: &str, rank: u8) -> Option<SyncSender<Job>> {
    let (sender, jobs) = mpsc::sync_channel::<Job>(QUEUE);
    let work = move || {
        RANK.set(rank);
        while let Ok(job) = jobs.recv() {
            job();
        }
    };
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .ok()
        .map(|_| sender)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(20);
    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn a_job_that_panics_is_lost_and_the_next_is_done() {
        let worker = Worker::new("test", 0);
        assert_eq!(
            worker.run(LONG, || panic!("on purpose")),
            Err::<(), _>(Lost::Panicked)
        );
        assert_eq!(worker.run(LONG, || 7), Ok(7));
    }

    #[test]
    fn nothing_waits_for_a_job_that_hangs_and_all_goes_on_when_it_is_back() {
        let worker = Worker::new("test", 0);
        let (release, hang) = mpsc::channel::<()>();
        let (back, is_back) = mpsc::channel::<()>();
        let lost = worker.run(SHORT, move || {
            let _ = hang.recv();
            // Dropped after the result is sent.
            back
        });
        assert_eq!(lost.map(|_| ()), Err(Lost::Hung));
        // With the longest timeout: it is not waited for.
        assert_eq!(worker.run(LONG, || 7), Err(Lost::Hung));
        drop(release);
        assert!(is_back.recv().is_err());
        while worker.run(LONG, || 7).is_err() {
            thread::yield_now();
        }
    }

    #[test]
    fn a_job_waits_for_lower_ranks_and_never_for_its_own_thread() {
        static LOW: Worker = Worker::new("low", 0);
        static HIGH: Worker = Worker::new("high", 1);
        let hung = || Ok(Err(Lost::Hung));
        assert_eq!(LOW.run(LONG, || LOW.run(LONG, || 7)), hung());
        assert_eq!(LOW.run(LONG, || HIGH.run(LONG, || 7)), hung());
        assert_eq!(HIGH.run(LONG, || LOW.run(LONG, || 7)), Ok(Ok(7)));
    }
}
