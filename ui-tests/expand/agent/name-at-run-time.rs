#[async_trait]
impl Agent for Specialist {
    #[agent(name = self.name, conversation_id = session.id)]
    async fn answer(&self, session: &Session) -> String {
        self.ask(session).await
    }
}
