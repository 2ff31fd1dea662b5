#![deny(warnings)]
#![forbid(unsafe_code)]

//! Together with the attributes of a runtime, above and below them.

use agent_otel::agent;

#[agent]
#[tokio::main(flavor = "current_thread")]
async fn main() {
    above().await;
    std::thread::spawn(below).join().expect("no panic");
}

#[agent]
async fn above() {
    tokio::task::yield_now().await;
}

#[tokio::main(flavor = "current_thread")]
#[agent(output)]
async fn below() -> u64 {
    tokio::task::yield_now().await;
    1
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    #[agent_otel::agent]
    async fn story() -> Result<(), std::fmt::Error> {
        Ok(())
    }
}
