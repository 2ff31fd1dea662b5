/// Takes a question apart.
#[plan]
async fn steps(question: &str) -> Result<Vec<Step>, Error> {
    model.steps(question).await
}
