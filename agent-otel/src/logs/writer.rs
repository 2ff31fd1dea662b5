//! Lines on standard error, by a thread of their own: a terminal that is stopped, or a pipe that nobody reads, must not
//! stop the application.
//!
//! Whoever logs waits until the line is out, so that none is lost where the process exits or dies at once, and lines stand
//! where the program's own output has them. It waits only for as long as a line usually takes by far, and not at all while
//! standard error takes nothing.

use std::collections::VecDeque;
use std::io::Write;
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// The longest wait for a line: far more than one takes, and little for a program that is held up once.
const PATIENCE: Duration = Duration::from_millis(200);
/// Lines that are kept while nothing takes them.
const CAPACITY: usize = 1_024;

/// A place to write lines to.
pub(super) struct Writer {
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
                        "agent-otel: {lost} log lines were not printed, since standard error took nothing\n"
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
    pub(super) fn stderr() -> Self {
        Self::start(std::io::stderr(), PATIENCE)
    }

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

    /// Writes a line, which ends with a line break, and waits a little until that is done.
    pub(super) fn write(&self, line: String) {
        if self.alone {
            return put(&mut std::io::stderr(), &line);
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
        assert!(told.contains(" 2 log lines "), "{told}");
    }
}
