#[async_trait]
impl Agent for Specialist {
    async fn answer(&self, session: &Session) -> String {
        let mut operation = ::agent_otel::__private::agent(&("invoke_agent", 12))
            .begin(|span| {
                span.name(&self.name);
                span.conversation_id(&session.id);
            });
        let ret = ::agent_otel::__private::run(
                &mut operation,
                async move {
                    if false {
                        return ::agent_otel::__private::never::<String>();
                    }
                    self.ask(session).await
                },
            )
            .await;
        ::agent_otel::__private::end(
            &mut operation,
            |outcome| {
                use ::agent_otel::__private::ReadOutcome as _;
                (&&&&&&&&&&&::agent_otel::__private::returned(&ret))
                    .read_outcome(outcome);
            },
        );
        ret
    }
}
