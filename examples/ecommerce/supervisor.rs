//! Opens the shop, asks the question, closes the shop, prints the trace.

use std::{
    collections::HashSet,
    error::Error,
    ffi::OsString,
    io,
    process::Stdio,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use agent_otel::console::{Receiver, Style};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, ChildStderr, Command},
    runtime::Runtime,
    task::JoinHandle,
    time::timeout,
};

use crate::{
    a2a::{self, RemoteAgent},
    args::{Faults, Service},
    model, service,
};

/// Nothing here waits for ever: not for an agent to start, nor for its answer, nor for its end.
const START_LIMIT: Duration = Duration::from_secs(20);
const ANSWER_LIMIT: Duration = Duration::from_secs(100);
const END_LIMIT: Duration = Duration::from_secs(20);

pub(crate) fn run(question: &str, faults: &Faults) -> Result<(), Box<dyn Error>> {
    Runtime::new()?.block_on(open(question, faults))
}

async fn open(question: &str, faults: &Faults) -> Result<(), Box<dyn Error>> {
    let receiver = Receiver::start()?;
    let mut environment = environment(faults).await?;
    environment.push((Receiver::CONSOLE_ENDPOINT, receiver.endpoint().into()));

    let mut shop = Shop::new(environment, faults);
    let answer = tokio::select! {
        answer = shop.ask(question) => answer,
        _ = tokio::signal::ctrl_c() => Err("interrupted".into()),
    };
    if let Ok(answer) = &answer {
        println!("{answer}\n");
    }
    shop.close().await;
    for trace in receiver.finish() {
        eprint!("{}", trace.render(&Style::of_stderr()));
    }
    answer.map(drop)
}

/// What the agents find in their environment, besides what is in ours.
async fn environment(faults: &Faults) -> Result<Vec<(&'static str, OsString)>, Box<dyn Error>> {
    let mut environment = Vec::new();
    // Everything we start listens on this machine, where no proxy would find it.
    let no_proxy = ["NO_PROXY", "no_proxy"]
        .into_iter()
        .find_map(std::env::var_os);
    let mut no_proxy = no_proxy.unwrap_or_default();
    no_proxy.push(",127.0.0.1");
    environment.push(("NO_PROXY", no_proxy));

    let mut own_model = ["OPENAI_BASE_URL", "OPENAI_API_KEY"].iter();
    if own_model.all(|name| std::env::var_os(name).is_none()) {
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
            "only the embedded model can be made to fail, not that of OPENAI_BASE_URL".into(),
        );
    }
    Ok(environment)
}

/// The agents that run, and what they were started with.
struct Shop<'a> {
    environment: Vec<(&'static str, OsString)>,
    faults: &'a Faults,
    agents: Vec<Process>,
    told: Arc<Mutex<HashSet<String>>>,
}

struct Process {
    service: Service,
    child: Child,
    errors: JoinHandle<()>,
}

impl<'a> Shop<'a> {
    fn new(environment: Vec<(&'static str, OsString)>, faults: &'a Faults) -> Self {
        Self {
            environment,
            faults,
            agents: Vec::new(),
            told: Arc::default(),
        }
    }

    async fn ask(&mut self, question: &str) -> Result<String, Box<dyn Error>> {
        let orders = self.start(Service::OrderManagement).await?;
        let products = self.start(Service::ProductDiscovery).await?;
        let team = format!("{orders} {products}");
        self.environment.push((service::TEAM, team.into()));
        let orchestrator = self.start(Service::Orchestrator).await?;

        let http = a2a::http_client(ANSWER_LIMIT)?;
        let card = a2a::discover(&http, &orchestrator).await?;
        let orchestrator = RemoteAgent::new(&http, card).await?;
        Ok(orchestrator.ask(None, question).await?)
    }

    /// Starts an agent, and waits for the line that tells where it listens.
    async fn start(&mut self, service: Service) -> Result<String, Box<dyn Error>> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("serve")
            .arg(service.to_string())
            .args(&self.faults.args)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            // A name for one service, and these are three.
            .env_remove("OTEL_SERVICE_NAME")
            // Stays open as long as we live, and no longer: see `service::shop_closed`.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let no_pipe = || io::Error::other("no pipe");
        let stdout = child.stdout.take().ok_or_else(no_pipe)?;
        let stderr = child.stderr.take().ok_or_else(no_pipe)?;
        let errors = tokio::spawn(tell_errors(stderr, self.told.clone()));
        self.agents.push(Process {
            service,
            child,
            errors,
        });

        match timeout(START_LIMIT, BufReader::new(stdout).lines().next_line()).await {
            Ok(Ok(Some(url))) => Ok(url),
            Ok(Ok(None)) => Err(format!("{service} ended before it listened").into()),
            Ok(Err(error)) => Err(error.into()),
            Err(_) => Err(format!("{service} does not listen after {START_LIMIT:?}").into()),
        }
    }

    /// Lets the agents end, all at once: each may have telemetry to send before it goes.
    async fn close(mut self) {
        for agent in &mut self.agents {
            drop(agent.child.stdin.take());
        }
        for Process {
            service,
            mut child,
            errors,
        } in self.agents
        {
            match timeout(END_LIMIT, child.wait()).await {
                Ok(Ok(status)) if status.success() => {}
                Ok(Ok(status)) => eprintln!("ecommerce: {service} ended with {status}"),
                Ok(Err(error)) => eprintln!("ecommerce: {service}: {error}"),
                Err(_) => {
                    eprintln!("ecommerce: {service} does not end after {END_LIMIT:?}");
                    let _ = child.kill().await;
                }
            }
            let _ = errors.await;
        }
    }
}

/// The agents share one environment. What is wrong with it, they all say; it is told once.
async fn tell_errors(stderr: ChildStderr, told: Arc<Mutex<HashSet<String>>>) {
    let mut lines = BufReader::new(stderr).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let is_new = told
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(line.clone());
        if is_new {
            eprintln!("{line}");
        }
    }
}
