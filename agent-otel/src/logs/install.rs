//! What `Builder::logs` puts in place, where the program has nothing there.

use tracing_core::dispatcher::{self, Dispatch};
use tracing_core::subscriber::NoSubscriber;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::{Layer as _, Registry};

use super::bridge::{self, Bridge};
use super::levels::Levels;
use super::line;
use super::logger::{self, Logger};

/// What happens to records in this process.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Local {
    pub(crate) levels: Levels,
    /// Whether they are printed as well.
    pub(crate) prints: bool,
}

/// What is in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// The program has a subscriber of its own, without a layer of ours.
    Subscriber,
    /// The program has a logger of its own, which is not in one of ours.
    Logger,
}

/// Whether the program has a subscriber of its own that exports nothing.
pub(crate) fn obstacle() -> Option<Obstacle> {
    let is_there = dispatcher::get_default(|current| !current.is::<NoSubscriber>());
    (is_there && !bridge::is_added()).then_some(Obstacle::Subscriber)
}

/// Takes records of `tracing` and of `log` from now on, and says where that cannot be.
pub(crate) fn install(local: &Local) -> Option<Obstacle> {
    // A program that has added our layer keeps its subscriber as it is.
    if !bridge::is_added() {
        let bridge = Bridge::alone(local.prints).with_filter(local.levels.targets());
        let subscriber = Dispatch::new(Registry::default().with(bridge));
        if obstacle().is_some() || dispatcher::set_global_default(subscriber).is_err() {
            return Some(Obstacle::Subscriber);
        }
    }
    let targets = local.levels.targets();
    let most_verbose = logger::most_verbose(&targets);
    let logger = Logger::alone(targets, local.prints);
    if log::set_boxed_logger(Box::new(logger)).is_ok() {
        log::set_max_level(most_verbose);
        return None;
    }
    // `tracing-log` hands records to a layer of ours that the program has added.
    (!logger::is_around() && !bridge::is_added()).then_some(Obstacle::Logger)
}

/// A waterfall is printed on standard error from now on.
pub(crate) fn beside_waterfall() {
    line::beside_waterfall();
}
