//! One agent as a process: listens, tells the shop where, and ends when the shop does.

use std::{error::Error, io, time::Duration};

use tokio::{net::TcpListener, runtime::Runtime, sync::watch};

use crate::{
    a2a,
    agent::Model,
    args::{Faults, Service},
    orchestrator::Orchestrator,
    order_management::OrderManagement,
    product_discovery::ProductDiscovery,
};

/// Where the orchestrator finds the others.
pub(crate) const TEAM: &str = "SHOP_TEAM";

/// How long requests may still run when the shop closes.
const GRACE: Duration = Duration::from_secs(2);

pub(crate) fn run(service: Service, faults: Faults) -> Result<(), Box<dyn Error>> {
    let telemetry = agent_otel::init(format!("shop.{service}"));
    let result = Runtime::new()?.block_on(serve(service, faults));
    // The runtime is gone, and with it what was still running: those spans have ended as canceled.
    telemetry.shutdown_blocking();
    result
}

async fn serve(service: Service, faults: Faults) -> Result<(), Box<dyn Error>> {
    // A Ctrl-C in the terminal reaches us, too, but it is for the shop: we end when the shop does.
    tokio::spawn(async { while tokio::signal::ctrl_c().await.is_ok() {} });
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let model = Model::from_env();
    let router = match service {
        Service::Orchestrator => {
            let team = std::env::var(TEAM).unwrap_or_default();
            let team: Vec<_> = team.split_whitespace().map(str::to_owned).collect();
            a2a::router(
                service,
                &url,
                Orchestrator::new(model, &team, faults).await?,
            )
        }
        Service::OrderManagement => {
            a2a::router(service, &url, OrderManagement::new(model, faults)?)
        }
        Service::ProductDiscovery => {
            a2a::router(service, &url, ProductDiscovery::new(model, faults)?)
        }
    };
    println!("{url}");

    let mut closed = shop_closed();
    let mut closed_too = closed.clone();
    let server = axum::serve(listener, router).with_graceful_shutdown(async move {
        let _ = closed.changed().await;
    });
    let patience = async move {
        let _ = closed_too.changed().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        result = server => Ok(result?),
        () = patience => Err("requests were still running when the shop closed".into()),
    }
}

/// The shop holds our standard input open. When that ends, the shop is closed, or dead.
fn shop_closed() -> watch::Receiver<()> {
    let (closing, closed) = watch::channel(());
    // Not a task: a blocked read would keep the runtime from ending.
    std::thread::spawn(move || {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        drop(closing);
    });
    closed
}
