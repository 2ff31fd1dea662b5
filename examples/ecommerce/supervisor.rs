//! Opens the shop, asks the question, closes the shop, prints the trace.

use std::{error::Error, ffi::OsString, io, process::Stdio, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

use crate::{
    a2a::RemoteAgent,
    args::{Faults, Service},
    model, service,
};

/// How long an agent may take to start, and to end.
const START_LIMIT: Duration = Duration::from_secs(20);
const END_LIMIT: Duration = Duration::from_secs(20);

pub(crate) async fn run(question: &str, faults: &Faults) -> Result<(), Box<dyn Error>> {
    let environment = environment(faults).await?;

    let mut shop = Shop::new(environment, faults);
    let answer = shop.ask(question).await;
    if let Ok(answer) = &answer {
        println!("{answer}\n");
    }
    shop.close().await;
    answer.map(drop)
}

/// What the agents find in their environment, besides what is in ours.
async fn environment(faults: &Faults) -> Result<Vec<(&'static str, OsString)>, Box<dyn Error>> {
    let mut environment = Vec::new();
    // Everything we start listens on this machine, where no proxy would find it.
    let mut no_proxy = std::env::var_os("NO_PROXY").unwrap_or_default();
    no_proxy.push(",127.0.0.1");
    environment.push(("NO_PROXY", no_proxy));

    let own_model = ["OPENAI_BASE_URL", "OPENAI_API_KEY"];
    if own_model
        .iter()
        .all(|name| std::env::var_os(name).is_none())
    {
        let model = model::start(faults.fails("model")).await?;
        let key = if faults.fails("key") {
            "sk-wrong".to_owned()
        } else {
            model.key
        };
        environment.push(("OPENAI_BASE_URL", model.url.into()));
        environment.push(("OPENAI_API_KEY", key.into()));
    } else if faults.fails("model") || faults.fails("key") {
        return Err(
            "only the embedded model can be made to fail: unset OPENAI_BASE_URL and OPENAI_API_KEY"
                .into(),
        );
    }
    Ok(environment)
}

/// The agents that run, and what they were started with.
struct Shop<'a> {
    environment: Vec<(&'static str, OsString)>,
    faults: &'a Faults,
    agents: Vec<(Service, Child)>,
}

impl<'a> Shop<'a> {
    fn new(environment: Vec<(&'static str, OsString)>, faults: &'a Faults) -> Self {
        Self {
            environment,
            faults,
            agents: Vec::new(),
        }
    }

    async fn ask(&mut self, question: &str) -> Result<String, Box<dyn Error>> {
        let orders = self.start(Service::OrderManagement).await?;
        let products = self.start(Service::ProductDiscovery).await?;
        let team = format!("{orders} {products}");
        self.environment.push((service::TEAM, team.into()));
        let orchestrator = self.start(Service::Orchestrator).await?;
        let orchestrator = RemoteAgent::discover(&orchestrator).await?;
        Ok(orchestrator.ask(None, question).await?)
    }

    /// Starts an agent, and waits for the line that tells where it listens.
    async fn start(&mut self, service: Service) -> Result<String, Box<dyn Error>> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("serve")
            .arg(service.to_string())
            .args(&self.faults.args)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            // Stays open as long as we live, and no longer: see `service::shop_closed`.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let stdout = child
            .stdout
            .take()
            .ok_or_else(|| io::Error::other("no pipe"))?;
        self.agents.push((service, child));
        let mut lines = BufReader::new(stdout).lines();
        match timeout(START_LIMIT, lines.next_line()).await {
            Ok(Ok(Some(url))) => Ok(url),
            Ok(Ok(None)) => Err(format!("{service} ended before it listened").into()),
            Ok(Err(error)) => Err(error.into()),
            Err(_) => Err(format!("{service} does not listen after {START_LIMIT:?}").into()),
        }
    }

    /// Ends the agents in the order in which they ask each other, so that none ends in the middle
    /// of an answer. Each sends the rest of its telemetry before it goes.
    async fn close(mut self) {
        for (service, mut child) in self.agents.drain(..).rev() {
            drop(child.stdin.take());
            match timeout(END_LIMIT, child.wait()).await {
                Ok(Ok(status)) if status.success() => {}
                Ok(Ok(status)) => eprintln!("ecommerce: {service} ended with {status}"),
                Ok(Err(error)) => eprintln!("ecommerce: {service}: {error}"),
                // Dropped here, and so killed.
                Err(_) => eprintln!("ecommerce: {service} does not end after {END_LIMIT:?}"),
            }
        }
    }
}
