#[workflow(input = topic, output)]
async fn newsroom(topic: &str) -> Result<Article, Error> {
    let notes = research(topic).await?;
    write(notes).await
}
