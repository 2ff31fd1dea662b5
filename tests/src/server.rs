//! A server of HTTP.

use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

/// A server on a port of its own, for as long as it is kept.
#[derive(Debug)]
pub struct Server {
    /// Such as `http://127.0.0.1:4318`.
    pub address: String,
    _runtime: Runtime,
}

impl Server {
    /// Serves `app`.
    ///
    /// # Panics
    ///
    /// Where there is no port.
    pub fn start(app: axum::Router) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"));
        let listener = listener.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        runtime.spawn(async { axum::serve(listener, app).await });
        Self {
            address,
            _runtime: runtime,
        }
    }
}
