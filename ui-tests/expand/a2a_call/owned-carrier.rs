#[a2a_call(agent = name, inject = request)]
async fn send(name: &str, mut request: Request) -> Response {
    request.set_timeout(TIMEOUT);
    client().execute(request).await
}
