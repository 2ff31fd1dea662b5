//! Runs code of the user that may panic or hang, on a thread of its own and for a limited time.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, TryRecvError};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How many jobs wait for the thread; one more waits for room.
const QUEUE: usize = 64;

struct Job {
    timeout: Duration,
    /// Does nothing where nobody waits for it any longer.
    run: Box<dyn FnOnce() + Send>,
}

/// Why a job gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lost {
    Panicked,
    Hung,
    /// Its turn did not come in time, or too late.
    Crowded,
}

/// One thread, started when there is a first job.
#[derive(Debug)]
pub(super) struct Worker {
    name: &'static str,
    /// Its jobs may wait for workers of a lower rank, so that no two wait for each other.
    rank: u8,
    thread: OnceLock<Option<Sender<Job>>>,
    turns: OnceLock<Arc<Turns>>,
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
            turns: OnceLock::new(),
        }
    }

    /// Runs the job and waits for it, no longer than `timeout`, be it for room, for its turn or for its end. While an
    /// earlier job hangs, nothing waits.
    pub(super) fn run<T: Send + 'static>(
        &self,
        timeout: Duration,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Lost> {
        let asked = Instant::now();
        if !RANK.try_with(Cell::get).is_ok_and(|rank| rank > self.rank) {
            return Err(Lost::Hung);
        }
        let turns = self.turns.get_or_init(Arc::default);
        let jobs = self
            .thread
            .get_or_init(|| start(self.name, self.rank, Arc::clone(turns)));
        let jobs = jobs.as_ref().ok_or(Lost::Hung)?;
        let is_first = turns.enter(timeout)?;
        let (sender, receiver) = mpsc::sync_channel(1);
        let stage = Arc::new(Mutex::new(Stage::Waits));
        let stage_of_job = Arc::clone(&stage);
        let run = Box::new(move || {
            let is_wanted = lock(&stage_of_job).begin();
            // To be let go of it is code of the user as well.
            let result = catch_unwind(AssertUnwindSafe(|| is_wanted.then(job)));
            // What it has panicked with is code of the user, too, so nobody lets go of it.
            let result = result.map_err(std::mem::forget);
            if is_wanted {
                let _ = sender.send(result);
                *lock(&stage_of_job) = Stage::Done;
            }
        });
        let job = Job { timeout, run };
        jobs.send(job).map_err(|_| Lost::Hung)?;
        let result = match receiver.recv_timeout(timeout.saturating_sub(asked.elapsed())) {
            Err(RecvTimeoutError::Timeout) => {
                let lost = turns.give_up(is_first, &mut lock(&stage));
                // It may have come back meanwhile.
                receiver.try_recv().map_err(|_| lost)?
            }
            Err(RecvTimeoutError::Disconnected) => return Err(Lost::Panicked),
            Ok(result) => result,
        };
        result.ok().flatten().ok_or(Lost::Panicked)
    }
}

/// How far a job has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Waits,
    Runs,
    Done,
    GivenUp,
}

impl Stage {
    /// Whether it is to run.
    fn begin(&mut self) -> bool {
        let waits = *self == Self::Waits;
        if waits {
            *self = Self::Runs;
        }
        waits
    }
}

/// Whose turn it is.
#[derive(Debug, Default)]
struct Turns {
    state: Mutex<State>,
    /// There is room again, or nothing is to be waited for.
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// How many jobs wait for the thread.
    queued: usize,
    /// How many callers wait for room.
    outside: usize,
    /// When the job began that runs, and how long it may take.
    runs: Option<(Instant, Duration)>,
    /// Whether a job has taken too long and is not back.
    hangs: bool,
}

impl State {
    /// Why nothing came of what waited.
    fn lost(&mut self, is_overdue: bool) -> Lost {
        self.hangs |= is_overdue;
        if self.hangs {
            Lost::Hung
        } else {
            Lost::Crowded
        }
    }

    /// Whether the job that runs has had this part of its time.
    fn has_had(&self, part: u32) -> bool {
        let mut runs = self.runs.iter();
        runs.any(|(since, timeout)| since.elapsed() >= *timeout / part)
    }
}

impl Turns {
    /// Waits for room in the queue, and takes it; whether nothing is before it.
    fn enter(&self, timeout: Duration) -> Result<bool, Lost> {
        let mut state = lock(&self.state);
        let has_waited = state.queued >= QUEUE;
        if has_waited && !state.hangs {
            state.outside += 1;
            let waits = |state: &mut State| state.queued >= QUEUE && !state.hangs;
            let waited = self.changed.wait_timeout_while(state, timeout, waits);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
            state.outside -= 1;
        }
        if state.hangs {
            return Err(Lost::Hung);
        }
        if state.queued >= QUEUE {
            let is_overdue = state.has_had(1);
            return Err(self.told(&mut state, is_overdue));
        }
        // With all of its time before it.
        let is_first = !has_waited && state.queued == 0 && state.runs.is_none();
        state.queued += 1;
        Ok(is_first)
    }

    /// The time of a job is over. It is not begun any more where only others are to blame.
    fn give_up(&self, is_first: bool, job: &mut Stage) -> Lost {
        let mut state = lock(&self.state);
        let is_overdue = match job {
            Stage::Done => false,
            _ if is_first => true,
            // It had to wait, and then had less time than it may take.
            Stage::Runs => state.has_had(2),
            Stage::Waits | Stage::GivenUp => {
                *job = Stage::GivenUp;
                state.has_had(1)
            }
        };
        self.told(&mut state, is_overdue)
    }

    fn told(&self, state: &mut State, is_overdue: bool) -> Lost {
        let lost = state.lost(is_overdue);
        if lost == Lost::Hung {
            self.changed.notify_all();
        }
        lost
    }

    /// A job begins that may take so long.
    fn begin(&self, timeout: Duration) {
        let mut state = lock(&self.state);
        state.queued = state.queued.saturating_sub(1);
        state.runs = Some((Instant::now(), timeout));
        state.hangs = false;
        if state.outside > 0 {
            self.changed.notify_one();
        }
    }

    /// There is no further job.
    fn rest(&self) {
        let mut state = lock(&self.state);
        state.runs = None;
        state.hangs = false;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A thread that takes jobs; none where the system gives no thread.
fn start(name: &str, rank: u8, turns: Arc<Turns>) -> Option<Sender<Job>> {
    let (sender, jobs) = mpsc::channel::<Job>();
    let work = move || {
        RANK.set(rank);
        while let Some(job) = next(&jobs, &turns) {
            turns.begin(job.timeout);
            (job.run)();
        }
    };
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .ok()
        .map(|_| sender)
}

/// The next job. The time of the last one goes on until it is known that there is none.
fn next(jobs: &Receiver<Job>, turns: &Turns) -> Option<Job> {
    match jobs.try_recv() {
        Ok(job) => Some(job),
        Err(TryRecvError::Empty) => {
            turns.rest();
            jobs.recv().ok()
        }
        Err(TryRecvError::Disconnected) => None,
    }
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

    struct PanicsAgain;

    impl Drop for PanicsAgain {
        fn drop(&mut self) {
            panic!("when it is let go of")
        }
    }

    #[test]
    fn what_a_job_panics_with_is_not_the_callers_trouble() {
        let worker = Worker::new("test", 0);
        let lost = worker.run(LONG, || std::panic::panic_any(PanicsAgain));
        assert_eq!(lost, Err::<(), _>(Lost::Panicked));
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

    /// A worker, and what its job waits for that runs.
    fn busy() -> (Arc<Worker>, Sender<()>) {
        let worker = Arc::new(Worker::new("test", 0));
        let (release, hold) = mpsc::channel::<()>();
        let (begun, has_begun) = mpsc::channel();
        let busy = Arc::clone(&worker);
        thread::spawn(move || {
            busy.run(LONG, move || {
                let _ = begun.send(());
                let _ = hold.recv();
            })
        });
        assert_eq!(has_begun.recv(), Ok(()));
        (worker, release)
    }

    #[test]
    fn more_than_the_queue_holds_waits_for_room() {
        let (worker, release) = busy();
        let count = QUEUE + 36;
        let threads: Vec<_> = (0..count)
            .map(|number| {
                let worker = Arc::clone(&worker);
                thread::spawn(move || worker.run(LONG, move || number))
            })
            .collect();
        let turns = Arc::clone(worker.turns.get().expect("it works"));
        while lock(&turns.state).outside < 36 {
            thread::yield_now();
        }
        drop(release);
        let results = threads.into_iter().map(|thread| thread.join().ok());
        let expected = (0..count).map(|number| Some(Ok(number)));
        assert!(results.eq(expected));
    }

    #[test]
    fn a_job_whose_turn_does_not_come_is_lost_and_not_run() {
        let (worker, release) = busy();
        let (run, has_run) = mpsc::channel::<()>();
        // The ones that find room, and one that does not.
        for _ in 0..=QUEUE {
            let run = run.clone();
            let lost = worker.run(Duration::ZERO, move || run.send(()));
            // The job that runs has its full time yet.
            assert_eq!(lost, Err(Lost::Crowded));
        }
        drop(release);
        drop(run);
        assert_eq!(worker.run(LONG, || 7), Ok(7));
        assert!(has_run.recv().is_err());
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
