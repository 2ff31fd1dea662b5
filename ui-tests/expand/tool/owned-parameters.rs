impl Shop {
    #[tool(attributes("app.tier" = self.tier, user.id = user.id))]
    async fn place(self, user: User, _: Token, #[cfg(gifts)] gift: Gift, unused: String) -> u64 {
        self.queue.send(user).await
    }
}
