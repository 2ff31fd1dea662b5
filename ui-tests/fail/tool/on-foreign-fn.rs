use agent_otel::tool;

unsafe extern "C" {
    #[tool]
    fn abs(number: i32) -> i32;
}

fn main() {}
