//! An annotated `async fn` is what it was for all who call, implement or expand it, whichever way it is written.

#![deny(warnings)]

use std::cell::{Ref, RefCell};
use std::future::Future;
use std::pin::Pin;

use agent_otel::testing::capture;
use agent_otel::{agent, tool};
use futures::FutureExt;

#[derive(Debug)]
struct Desk {
    orders: Vec<String>,
}

trait Answers {
    fn answer(&self, question: &str) -> impl Future<Output = Result<String, String>> + Send;

    async fn note(&mut self, note: &str) -> usize;

    #[tool]
    async fn count(&self, word: &str) -> usize {
        word.len()
    }
}

impl Answers for Desk {
    #[agent]
    async fn answer(&self, question: &str) -> Result<String, String> {
        let order = self.find(question).await.ok_or("no such order")?;
        Ok(order.to_uppercase())
    }

    #[tool]
    async fn note(&mut self, note: &str) -> usize {
        self.orders.push(note.to_owned());
        self.orders.len()
    }
}

impl Desk {
    #[tool]
    async fn find(&self, order: &str) -> Option<&String> {
        self.orders.iter().find(|other| *other == order)
    }

    #[tool]
    async fn both<'a, 'b>(&'a self, word: &'b str) -> (&'a Self, &'b str) {
        (self, word)
    }

    #[tool]
    async fn rename(&mut self, order: impl Into<String>) -> &mut Self {
        self.orders = vec![order.into()];
        self
    }
}

async fn answers<A: Answers + Sync>(desk: &A, question: &str) -> Result<String, String> {
    fn sendable<T: Send>(value: T) -> T {
        value
    }
    sendable(desk.answer(question)).await
}

#[test]
fn traits_are_implemented_and_borrowed_from() {
    let spans = capture(|| {
        let mut desk = Desk {
            orders: vec!["kettle".to_owned()],
        };
        let answer = answers(&desk, "kettle").now_or_never();
        assert_eq!(answer, Some(Ok("KETTLE".to_owned())));
        assert_eq!(desk.count("four").now_or_never(), Some(4));
        let both = desk.both("word").now_or_never().map(|both| both.1);
        assert_eq!(both, Some("word"));
        assert_eq!(desk.note("cup").now_or_never(), Some(2));
        let renamed = desk.rename("pot").now_or_never();
        assert_eq!(renamed.map(|desk| desk.orders.len()), Some(1));
    });
    assert_eq!(
        spans.tree(),
        "invoke_agent answer\n\
         └ execute_tool find\n\
         execute_tool count\n\
         execute_tool both\n\
         execute_tool note\n\
         execute_tool rename\n"
    );
}

#[tool]
async fn borrows<'cell>(cell: &'cell RefCell<String>, word: &str) -> Ref<'cell, String> {
    cell.borrow_mut().push_str(word);
    cell.borrow()
}

#[tool]
async fn counts_down(from: u32) -> u32 {
    match from.checked_sub(1) {
        Some(rest) => 1 + Box::pin(counts_down(rest)).await,
        None => 0,
    }
}

#[agent]
async fn asks(depth: u32) -> u32 {
    if depth == 0 {
        0
    } else {
        tells(depth - 1).await
    }
}

#[tool]
fn tells(depth: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
    Box::pin(async move { 1 + asks(depth).await })
}

#[tool]
async unsafe fn first(bytes: *const u8) -> u8 {
    // SAFETY: whoever calls has a byte there.
    unsafe { *bytes }
}

#[test]
fn functions_borrow_and_call_themselves() {
    let spans = capture(|| {
        let cell = RefCell::new("a".to_owned());
        let word = borrows(&cell, "b").now_or_never();
        assert_eq!(word.as_ref().map(|word| word.as_str()), Some("ab"));
        assert_eq!(counts_down(2).now_or_never(), Some(2));
        assert_eq!(asks(1).now_or_never(), Some(1));
        // SAFETY: a byte is there.
        let byte = unsafe { first(&raw const b"x"[0]) }.now_or_never();
        assert_eq!(byte, Some(b'x'));
    });
    assert_eq!(
        spans.tree(),
        "execute_tool borrows\n\
         execute_tool counts_down\n\
         └ execute_tool counts_down\n  \
           └ execute_tool counts_down\n\
         invoke_agent asks\n\
         └ execute_tool tells\n  \
           └ invoke_agent asks\n\
         execute_tool first\n"
    );
}

/// A macro below the attribute that looks for `async`.
#[tool]
#[tokio::test]
async fn other_macros_find_an_async_function() {
    tokio::task::yield_now().await;
    assert!(tokio::runtime::Handle::try_current().is_ok());
}

#[tool]
#[must_use]
async fn matters() -> u8 {
    7
}

#[test]
fn what_must_be_used_is_what_is_awaited() {
    let future = async {
        #[expect(unused_must_use, reason = "the lint is what is tested")]
        {
            matters().await;
        }
        matters().await
    };
    assert_eq!(future.now_or_never(), Some(7));
}

#[tool(arguments(name))]
async fn moves(name: String, other: Box<str>) -> (Box<str>, String) {
    (other, name)
}

#[test]
fn nothing_happens_before_the_first_poll() {
    let spans = capture(|| {
        drop(moves("a".to_owned(), "b".into()));
        let future = moves("c".to_owned(), "d".into());
        let outer = agent_around(future);
        assert_eq!(outer.now_or_never(), Some(("d".into(), "c".to_owned())));
    });
    assert_eq!(
        spans.tree(),
        "invoke_agent agent_around\n└ execute_tool moves\n"
    );
}

#[agent]
async fn agent_around<F: Future>(future: F) -> F::Output {
    future.await
}
