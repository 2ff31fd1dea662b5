//! Uploads content to files, as the environment asks for it: one file each for inputs, outputs and instructions.
//!
//! Variables, names of files and attributes are those of the official Python library for `GenAI` instrumentations, so
//! that what reads its files reads ours.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::hooks::{Upload, UploadedContent};
use super::policy::Wrong;
use crate::semconv::{self, lost};

pub(super) const HOOK: &str = "OTEL_INSTRUMENTATION_GENAI_COMPLETION_HOOK";
pub(super) const PATH: &str = "OTEL_INSTRUMENTATION_GENAI_UPLOAD_BASE_PATH";
pub(super) const FORMAT: &str = "OTEL_INSTRUMENTATION_GENAI_UPLOAD_FORMAT";
pub(super) const QUEUE: &str = "OTEL_INSTRUMENTATION_GENAI_UPLOAD_MAX_QUEUE_SIZE";

/// Operations whose files wait to be written.
const DEFAULT_QUEUE: usize = 20;
const MOST_QUEUED: usize = 10_000;
/// No program waits longer, and clocks have an end.
const LONGEST_FLUSH: Duration = Duration::from_secs(365 * 86_400);

/// What is uploaded: its key, the attribute of its reference, and the end of the file's name.
const UPLOADED: [(&str, &str, &str); 3] = [
    (
        semconv::GEN_AI_INPUT_MESSAGES,
        semconv::GEN_AI_INPUT_MESSAGES_REF,
        "inputs",
    ),
    (
        semconv::GEN_AI_OUTPUT_MESSAGES,
        semconv::GEN_AI_OUTPUT_MESSAGES_REF,
        "outputs",
    ),
    (
        semconv::GEN_AI_SYSTEM_INSTRUCTIONS,
        semconv::GEN_AI_SYSTEM_INSTRUCTIONS_REF,
        "system_instruction",
    ),
];

/// What the variables say, unchecked.
pub(super) struct Words {
    pub(super) hook: Option<String>,
    pub(super) path: Option<String>,
    pub(super) format: Option<String>,
    pub(super) queue: Option<String>,
}

/// Where files go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    folder: PathBuf,
    /// A line a message instead of a list.
    lines: bool,
    queue: usize,
}

impl Words {
    /// Where files go; nowhere unless a path is set.
    pub(super) fn check(self, tell: &mut dyn FnMut(Wrong)) -> Option<Place> {
        let is_upload = self
            .hook
            .as_deref()
            .is_none_or(|hook| hook.eq_ignore_ascii_case("upload"));
        if !is_upload {
            tell((
                HOOK,
                self.hook,
                "is no hook of this build, so no content is uploaded; set it to upload, or pass your own to Builder::upload",
            ));
            return None;
        }
        let Some(path) = self.path else {
            if self.hook.is_some() {
                tell((
                    HOOK,
                    self.hook,
                    "has no place to upload to, so no content is uploaded; set OTEL_INSTRUMENTATION_GENAI_UPLOAD_BASE_PATH",
                ));
            }
            return None;
        };
        let local = path.strip_prefix("file://").unwrap_or(&path);
        if local.contains("://") {
            // A URL may hold credentials, so it is not repeated.
            tell((
                PATH,
                None,
                "is not on this machine, so no content is uploaded; set it to a folder, or pass a hook of your own to Builder::upload",
            ));
            return None;
        }
        let lines = match self
            .format
            .as_deref()
            .map(str::to_ascii_lowercase)
            .as_deref()
        {
            None | Some("json") => false,
            Some("jsonl") => true,
            Some(_) => {
                tell((
                    FORMAT,
                    self.format,
                    "is neither json nor jsonl, so json is used; set it to one of them",
                ));
                false
            }
        };
        let queue = self.queue.map_or(DEFAULT_QUEUE, |word| {
            if let Ok(queue @ 1..=MOST_QUEUED) = word.parse() {
                queue
            } else {
                tell((
                    QUEUE,
                    Some(word),
                    "is not from 1 to 10000, so 20 is used; set it to how many uploads may wait",
                ));
                DEFAULT_QUEUE
            }
        });
        Some(Place {
            folder: local.into(),
            lines,
            queue,
        })
    }
}

/// The files of one operation, or somebody who waits until those before are written.
enum Job {
    Write(Vec<(PathBuf, Value)>),
    Reached(SyncSender<()>),
}

/// Writes files on a thread of its own; what comes while its queue is full is dropped.
pub(super) struct Files {
    place: Place,
    jobs: SyncSender<Job>,
}

/// Operations whose content was not uploaded: because the queue was full, or a file could not be written.
static DROPPED: AtomicU64 = AtomicU64::new(0);

/// Operations whose content is on its way into a file.
static WAITING: AtomicU64 = AtomicU64::new(0);

/// The thread of each place, to be waited for. There is more than one place only where one policy follows another.
static WRITERS: Mutex<Vec<(Place, SyncSender<Job>)>> = Mutex::new(Vec::new());

impl Files {
    /// Starts the thread, unless one writes there already; none where the system gives none.
    pub(super) fn start(place: &Place) -> Option<Self> {
        let mut writers = WRITERS.lock().unwrap_or_else(PoisonError::into_inner);
        let writer = writers.iter().find(|(known, _)| known == place);
        let jobs = if let Some((_, jobs)) = writer {
            jobs.clone()
        } else {
            let (jobs, queue) = mpsc::sync_channel(place.queue);
            let lines = place.lines;
            thread::Builder::new()
                .name("agent-otel-files".to_owned())
                .spawn(move || write_all(&queue, lines))
                .ok()?;
            writers.push((place.clone(), jobs.clone()));
            jobs
        };
        Some(Self {
            place: place.clone(),
            jobs,
        })
    }
}

impl Upload for Files {
    fn upload(&self, content: &mut UploadedContent) {
        let name = format!("{}-{}", content.trace_id(), content.span_id());
        let extension = if self.place.lines { "jsonl" } else { "json" };
        let mut files = Vec::new();
        let mut references = Vec::new();
        for (key, reference, end) in UPLOADED {
            if let Some(value) = content.get(key) {
                let path = self.place.folder.join(format!("{name}_{end}.{extension}"));
                references.push((reference, path.display().to_string()));
                files.push((path, value.clone()));
            }
        }
        if files.is_empty() {
            return;
        }
        // Before the thread can be done with it.
        WAITING.fetch_add(1, Ordering::Relaxed);
        match self.jobs.try_send(Job::Write(files)) {
            Ok(()) => {
                for (reference, path) in references {
                    content.attribute(reference, path);
                }
            }
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {
                WAITING.fetch_sub(1, Ordering::Relaxed);
                DROPPED.fetch_add(1, Ordering::Relaxed);
                content.attribute(semconv::CONTENT_LOST, lost::UPLOAD_QUEUE_FULL);
            }
        }
    }
}

fn write_all(jobs: &Receiver<Job>, lines: bool) {
    while let Ok(job) = jobs.recv() {
        match job {
            Job::Write(files) => {
                let written = files
                    .iter()
                    .all(|(path, value)| write(path, value, lines).is_ok());
                if !written {
                    DROPPED.fetch_add(1, Ordering::Relaxed);
                }
                WAITING.fetch_sub(1, Ordering::Relaxed);
            }
            Job::Reached(sender) => {
                let _ = sender.send(());
            }
        }
    }
}

fn write(path: &Path, value: &Value, lines: bool) -> io::Result<()> {
    let text = match value {
        Value::Array(items) if lines => items.iter().fold(String::new(), |mut text, item| {
            let _ = writeln!(text, "{item}");
            text
        }),
        value => value.to_string(),
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    // What stands there is left alone where it cannot be opened; once it is, a part of it would pass for all of it.
    let written = File::create(path)?.write_all(text.as_bytes());
    written.inspect_err(|_| drop(std::fs::remove_file(path)))
}

/// Waits until what was uploaded up to now is written, no longer than `timeout`; whether it is.
pub(crate) fn flush(timeout: Duration) -> bool {
    let deadline = Instant::now() + timeout.min(LONGEST_FLUSH);
    let writers: Vec<_> = {
        // A policy may be installed while this waits.
        let writers = WRITERS.lock().unwrap_or_else(PoisonError::into_inner);
        writers.iter().map(|(_, jobs)| jobs.clone()).collect()
    };
    writers.iter().all(|writer| reached(writer, deadline))
}

/// Whether the writer has come by `deadline` to where its queue ends now.
fn reached(writer: &SyncSender<Job>, deadline: Instant) -> bool {
    let (sender, reached) = mpsc::sync_channel(1);
    let mut job = Job::Reached(sender);
    // The queue may be full, and a sender that waits cannot be told to stop.
    while let Err(TrySendError::Full(again)) = writer.try_send(job) {
        if Instant::now() >= deadline {
            return false;
        }
        job = again;
        thread::sleep(Duration::from_millis(1));
    }
    let remaining = deadline.saturating_duration_since(Instant::now());
    reached.recv_timeout(remaining).is_ok()
}

/// How many operations' content was not uploaded up to now, of those that were to be.
#[cfg(feature = "setup")]
pub(crate) fn not_uploaded() -> u64 {
    DROPPED.load(Ordering::Relaxed) + WAITING.load(Ordering::Relaxed)
}

#[cfg(all(test, unix, feature = "setup"))]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn of_a_disk_that_is_full_no_part_is_left() -> io::Result<()> {
        let name = format!("agent-otel-full-{}", std::process::id());
        let file = std::env::temp_dir().join(name);
        std::os::unix::fs::symlink("/dev/full", &file)?;
        let written = write(&file, &Value::from("hello"), false);
        assert_eq!(
            written.map_err(|error| error.kind()),
            Err(io::ErrorKind::StorageFull)
        );
        assert!(std::fs::symlink_metadata(&file).is_err());
        Ok(())
    }

    /// Such as a socket, or anything where a process has no file descriptors left.
    #[cfg(unix)]
    #[test]
    fn what_cannot_be_opened_is_left_alone() -> io::Result<()> {
        let name = format!("agent-otel-socket-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _socket = std::os::unix::net::UnixListener::bind(&path)?;
        assert!(write(&path, &Value::from("hello"), false).is_err());
        std::fs::remove_file(&path)
    }

    /// A writer that was started by another policy is idle, and says nothing of the one that is not.
    #[test]
    fn a_flush_waits_for_every_writer() -> io::Result<()> {
        let folder = std::env::temp_dir().join(format!("agent-otel-files-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let pipe = folder.join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status()?;
        assert!(made.success());
        let [idle, busy] = [1, 2].map(|queue| {
            Files::start(&Place {
                folder: folder.clone(),
                lines: false,
                queue,
            })
        });
        assert!(idle.is_some());
        // Waits until somebody reads.
        let job = Job::Write(vec![(pipe.clone(), Value::from("hello"))]);
        WAITING.fetch_add(1, Ordering::Relaxed);
        assert!(busy.is_some_and(|busy| busy.jobs.try_send(job).is_ok()));
        assert!(!flush(Duration::from_millis(100)));
        assert_eq!(not_uploaded(), 1);
        assert_eq!(std::fs::read_to_string(&pipe)?, r#""hello""#);
        assert!(flush(Duration::from_secs(60)));
        assert!(flush(Duration::MAX));
        assert_eq!(not_uploaded(), 0);
        std::fs::remove_dir_all(&folder)
    }
}
