impl Shop {
    async fn place(
        self,
        user: User,
        _2: Token,
        #[cfg(gifts)]
        gift: Gift,
        unused: String,
    ) -> u64 {
        let mut operation = ::agent_otel::__private::tool(&("execute_tool place", 12))
            .begin(|span| {
                span.attribute("app.tier", &self.tier);
                span.attribute("user.id", &user.id);
            });
        let ret = ::agent_otel::__private::run(
                &mut operation,
                async move {
                    if false {
                        return ::agent_otel::__private::never::<u64>();
                    }
                    if false {
                        #[cfg(gifts)]
                        let gift = ();
                        let unused = ();
                    }
                    let _ = &unused;
                    #[cfg(gifts)]
                    let _ = &gift;
                    #[allow(clippy::used_underscore_binding)]
                    let _ = &_2;
                    let _ = &user;
                    let _ = &self;
                    self.queue.send(user).await
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
