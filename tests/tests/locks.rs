//! What an argument of an attribute holds, such as the guard of a lock, is let go of before anything else is run.

use std::cell::RefCell;
use std::collections::HashMap;
use std::future::Future;
use std::sync::Mutex;

use agent_otel::testing::{capture, capture_async};
use agent_otel::{a2a_call, agent, tool};
use futures::{Stream, StreamExt, stream};

type Headers = HashMap<String, String>;

/// Locks that are free, or a lock that is waited for forever.
#[derive(Default)]
struct Desk {
    headers: Mutex<Headers>,
    name: Mutex<String>,
    cell: RefCell<String>,
}

fn is_free<T>(lock: &Mutex<T>) -> bool {
    lock.try_lock().is_ok()
}

impl Desk {
    #[agent(extract = *self.headers.lock().unwrap())]
    fn continues(&self) -> bool {
        is_free(&self.headers)
    }

    #[agent(link = self.headers.lock().unwrap().clone())]
    fn links(&self) -> bool {
        is_free(&self.headers)
    }

    #[agent(extract = *self.headers.lock().unwrap())]
    async fn continues_async(&self) -> bool {
        is_free(&self.headers)
    }

    #[agent(extract = *self.headers.lock().unwrap())]
    fn gives_a_future(&self) -> impl Future<Output = bool> {
        let is_free = is_free(&self.headers);
        async move { is_free }
    }

    #[agent(extract = *self.headers.lock().unwrap())]
    fn gives_a_stream(&self) -> impl Stream<Item = bool> {
        stream::iter([is_free(&self.headers)])
    }

    #[a2a_call(agent = "orders", inject = *self.headers.lock().unwrap())]
    fn asks(&self) -> bool {
        is_free(&self.headers)
    }

    #[tool(name = self.name.lock().unwrap().as_str(), attributes("app.free" = is_free(&self.name)))]
    fn twice(&self) -> bool {
        is_free(&self.name)
    }

    #[tool(attributes("app.before" = self.cell.borrow_mut().len(), "app.after" = self.cell.borrow_mut().len()))]
    async fn twice_async(&self) -> bool {
        self.cell.try_borrow_mut().is_ok()
    }
}

#[test]
fn a_lock_of_an_argument_is_free_in_the_body() {
    let desk = Desk::default();
    // Whether anything is recorded or not.
    assert!(desk.continues());
    assert!(desk.links());
    assert!(desk.asks());
    capture(|| {
        assert!(desk.continues());
        assert!(desk.links());
        assert!(desk.asks());
        assert!(desk.twice());
    });
    assert!(desk.headers.lock().unwrap().contains_key("traceparent"));
}

#[tokio::test]
async fn a_lock_of_an_argument_is_free_where_what_is_returned_runs() {
    let desk = Desk::default();
    capture_async(async {
        assert!(desk.continues_async().await);
        assert!(desk.gives_a_future().await);
        assert_eq!(desk.gives_a_stream().collect::<Vec<_>>().await, [true]);
        assert!(desk.twice_async().await);
    })
    .await;
}

#[tokio::test]
async fn a_lock_of_an_argument_is_free_in_the_next_argument() {
    let desk = Desk::default();
    let spans = capture(|| {
        desk.twice();
    });
    assert!(spans.to_string().contains("app.free: true"), "{spans}");
    let spans = capture_async(desk.twice_async()).await;
    assert!(spans.to_string().contains("app.after: 0"), "{spans}");
}
