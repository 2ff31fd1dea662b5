#[memory(operation = "create_memory", record_count = facts.len(), records = facts)]
fn remember(facts: &[Fact]) -> Result<(), Error> {
    store.insert(facts)
}
