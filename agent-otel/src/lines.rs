//! Lines on standard error, by a thread of their own: a terminal that is stopped, or a pipe that nobody reads, must not
//! stop the application.
//!
//! Whoever has a line waits until it is out, so that none is lost where the process exits or dies at once, and lines stand
//! where the program's own output has them. It waits only for as long as a line usually takes by far, and not at all while
//! standard error takes nothing.

use std::collections::VecDeque;
use std::io::Write;
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The longest wait for a line: far more than one takes, and little for a program that is held up once.
const PATIENCE: Duration = Duration::from_millis(200);
/// The longest wait at the end for lines that were not waited for before.
const LAST_PATIENCE: Duration = Duration::from_secs(1);
/// Lines that are kept while nothing takes them.
const CAPACITY: usize = 1_024;

static STDERR: OnceLock<Writer> = OnceLock::new();

/// Writes a line, which ends with a line break, on standard error, and waits a little until that is done.
pub(crate) fn write(line: String) {
    let stderr = STDERR.get_or_init(|| Writer::start(std::io::stderr(), PATIENCE));
    stderr.write(line);
}

/// Waits for lines that are not out yet, a little longer than for each, and not beyond `deadline`: the process may end.
pub(crate) fn settle(deadline: Instant) {
    if let Some(stderr) = STDERR.get() {
        let remaining = deadline.saturating_duration_since(Instant::now());
        stderr.settle(remaining.min(LAST_PATIENCE));
    }
}

/// A place to write lines to.
struct Writer {
    shared: Arc<Shared>,
    patience: Duration,
    /// The system gave no thread.
    alone: bool,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    queued: Condvar,
    written: Condvar,
}

#[derive(Default)]
struct State {
    lines: VecDeque<String>,
    /// Lines that were queued, and lines that were written, ever.
    queued: u64,
    written: u64,
    /// A line was waited for in vain, so nobody waits until one is written.
    stuck: bool,
    lost: u64,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes what is queued, for ever.
    fn work(&self, mut out: impl Write) {
        loop {
            let mut state = self.lock();
            while state.lines.is_empty() {
                state = self
                    .queued
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
            }
            let (lines, lost) = (mem::take(&mut state.lines), mem::take(&mut state.lost));
            drop(state);
            let count = lines.len() as u64;
            for line in lines {
                put(&mut out, &line);
            }
            if lost > 0 {
                put(
                    &mut out,
                    &format!(
                        "agent-otel: {lost} lines were not printed, since standard error took nothing\n"
                    ),
                );
            }
            let mut state = self.lock();
            state.written += count;
            state.stuck = false;
            drop(state);
            self.written.notify_all();
        }
    }
}

/// One line in one write, so that nothing comes between its parts. Where it cannot be written, nobody reads any more.
fn put(out: &mut impl Write, line: &str) {
    let _ = out.write_all(line.as_bytes());
}

impl Writer {
    fn start(out: impl Write + Send + 'static, patience: Duration) -> Self {
        let shared = Arc::new(Shared::default());
        let worker = Arc::clone(&shared);
        let spawned = thread::Builder::new()
            .name("agent-otel-lines".to_owned())
            .spawn(move || worker.work(out));
        Self {
            shared,
            patience,
            alone: spawned.is_err(),
        }
    }

    fn write(&self, line: String) {
        if self.alone {
            return at_once::write("/proc/self/fd/2", &line);
        }
        let mut state = self.shared.lock();
        if state.lines.len() >= CAPACITY {
            state.lost += 1;
            return;
        }
        state.lines.push_back(line);
        state.queued += 1;
        let mine = state.queued;
        self.shared.queued.notify_one();
        if state.stuck {
            return;
        }
        let waited = self
            .shared
            .written
            .wait_timeout_while(state, self.patience, |state| state.written < mine);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.stuck |= state.written < mine;
    }

    /// Waits until all is written, no longer than `patience`.
    fn settle(&self, patience: Duration) {
        if self.alone {
            return;
        }
        let state = self.shared.lock();
        let _ = self
            .shared
            .written
            .wait_timeout_while(state, patience, |state| state.written < state.queued);
    }
}

/// Lines of a process that the system gives no thread: one that cannot be written without a wait is left out.
mod at_once {
    use std::io;

    #[cfg(unix)]
    fn open(path: &str) -> io::Result<std::fs::File> {
        use std::os::unix::fs::OpenOptionsExt as _;

        /// `O_NONBLOCK` of Linux, on the machines that have it in common.
        const NON_BLOCKING: Option<i32> = if cfg!(all(
            target_os = "linux",
            any(
                target_arch = "aarch64",
                target_arch = "arm",
                target_arch = "riscv64",
                target_arch = "x86",
                target_arch = "x86_64"
            )
        )) {
            Some(0o4000)
        } else {
            None
        };

        let flag = NON_BLOCKING.ok_or(io::ErrorKind::Unsupported)?;
        // Opened anew, so that writing stays as it is for everybody else.
        let mut options = std::fs::OpenOptions::new();
        options.append(true).custom_flags(flag).open(path)
    }

    #[cfg(not(unix))]
    fn open(_: &str) -> io::Result<std::fs::File> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn write(path: &str, line: &str) {
        if let Ok(mut out) = open(path) {
            super::put(&mut out, line);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;

    /// Takes each line only once it is allowed to.
    struct Gate {
        open: Receiver<()>,
        reached: Sender<()>,
        taken: Sender<String>,
    }

    impl Write for Gate {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.reached.send(());
            let _ = self.open.recv();
            let _ = self.taken.send(String::from_utf8_lossy(bytes).into_owned());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    struct Ends {
        allow: Sender<()>,
        reached: Receiver<()>,
        lines: Receiver<String>,
    }

    fn gate() -> (Gate, Ends) {
        let ((allow, open), (reach, reached), (taken, lines)) = (channel(), channel(), channel());
        let gate = Gate {
            open,
            reached: reach,
            taken,
        };
        let ends = Ends {
            allow,
            reached,
            lines,
        };
        (gate, ends)
    }

    #[test]
    fn a_line_is_out_when_write_returns() {
        let (gate, ends) = gate();
        drop(ends.allow);
        let writer = Writer::start(gate, Duration::from_secs(60));
        writer.write("one\n".to_owned());
        assert_eq!(ends.lines.try_recv().as_deref(), Ok("one\n"));
    }

    #[test]
    fn what_takes_nothing_stops_nobody_and_what_was_lost_is_told() {
        let (gate, ends) = gate();
        let writer = Writer::start(gate, Duration::from_millis(1));
        writer.write("first\n".to_owned());
        // Taken off the queue, so there is room for as many behind it.
        assert!(ends.reached.recv().is_ok());
        assert!(writer.shared.lock().stuck);
        for number in 0..CAPACITY + 2 {
            writer.write(format!("{number}\n"));
        }
        drop(ends.allow);
        let told = ends
            .lines
            .iter()
            .find(|line| line.starts_with("agent-otel: "));
        let told = told.unwrap_or_default();
        assert!(told.contains(" 2 lines "), "{told}");
    }

    #[test]
    fn what_was_not_waited_for_is_waited_for_at_the_end() {
        let (gate, ends) = gate();
        let writer = Writer::start(gate, Duration::from_millis(1));
        writer.write("late\n".to_owned());
        assert!(writer.shared.lock().stuck);
        drop(ends.allow);
        writer.settle(Duration::from_secs(60));
        assert_eq!(ends.lines.try_recv().as_deref(), Ok("late\n"));
    }

    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    #[test]
    fn without_a_thread_a_pipe_that_is_full_stops_nobody() -> io::Result<()> {
        use std::io::Read as _;
        use std::os::fd::AsRawFd;
        use std::process::{Command, Stdio};

        // A pipe from somewhere.
        let mut program = Command::new("true").stdin(Stdio::piped()).spawn()?;
        let pipe = program.stdin.take();
        let fd = pipe.as_ref().map_or(-1, AsRawFd::as_raw_fd);
        let path = format!("/proc/self/fd/{fd}");
        let mut reader = std::fs::File::open(&path)?;
        program.wait()?;
        let line = format!("{}\n", "x".repeat(1_023));
        for _ in 0..1_024 {
            at_once::write(&path, &line);
        }
        drop(pipe);
        let mut text = String::new();
        reader.read_to_string(&mut text)?;
        assert!(text.starts_with(&line) && text.len() < 1_024 * line.len());
        Ok(())
    }
}
