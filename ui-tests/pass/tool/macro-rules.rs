#![deny(warnings)]
#![forbid(unsafe_code)]

//! Functions made by `macro_rules!`.

use std::collections::HashMap;
use std::future::Future;

use agent_otel::{a2a_call, tool};

macro_rules! whole {
    ($($item:item)*) => {$(
        #[tool]
        $item
    )*};
}

whole! {
    pub fn whole(number: u64) -> u64 {
        number + 1
    }
    pub async fn whole_async(text: &str) -> &str {
        text
    }
}

macro_rules! parts {
    ($name:ident($($parameter:ident: $ty:ty),*) -> $output:ty $body:block) => {
        #[tool(arguments($($parameter),*))]
        pub fn $name($($parameter: $ty),*) -> $output $body
    };
    (async $name:ident($($parameter:ident: $ty:ty),*) -> $output:ty $body:block) => {
        #[tool(arguments($($parameter),*))]
        pub async fn $name($($parameter: $ty),*) -> $output $body
    };
}

parts!(parts(number: u64, text: String) -> usize {
    if number == 0 {
        return 0;
    }
    text.len()
});

parts!(async parts_async(number: u64, text: String) -> Result<usize, std::num::ParseIntError> {
    let parsed: usize = text.parse()?;
    Ok(parsed + number as usize)
});

macro_rules! tokens {
    ($name:ident, $description:expr, $tier:literal, $($body:tt)*) => {
        #[tool(name = $description, attributes("app.tier" = $tier))]
        pub fn $name(text: &str) -> usize {
            $($body)*;
            text.len()
        }
    };
}

tokens!(tokens, "named by an expression", "gold", let _ = 1);

macro_rules! hidden_parameter {
    ($name:ident) => {
        #[tool(arguments(limit))]
        pub fn $name(limit: u64) -> u64 {
            limit
        }
    };
}

hidden_parameter!(hidden);

macro_rules! returned_type {
    ($ty:ty) => {
        #[tool]
        pub fn boxed_by_macro() -> $ty {
            Box::pin(async { 1 })
        }
    };
}

returned_type!(std::pin::Pin<Box<dyn Future<Output = u64> + Send>>);

macro_rules! carrier {
    ($name:ident, $carrier:ident: $ty:ty) => {
        #[a2a_call(agent = "orders", inject = $carrier)]
        pub fn $name($carrier: $ty) -> usize {
            $carrier.len()
        }
    };
}

carrier!(carrier, headers: &mut HashMap<String, String>);

macro_rules! word {
    ($name:ident, $kind:expr, $client:expr) => {
        #[tool(kind = $kind)]
        #[a2a_call(agent = "orders", inject = $client)]
        pub fn $name() -> usize {
            1
        }
    };
}

word!(word, datastore, client);

macro_rules! receiver {
    ($name:ident, $this:ident) => {
        #[tool]
        pub fn $name(mut $this) -> String {
            $this.0.push('!');
            $this.0
        }
    };
}

pub struct Shop(String);

impl Shop {
    receiver!(close, self);
}

macro_rules! never {
    ($ty:ty) => {
        #[tool]
        pub async fn never() -> $ty {
            std::future::pending().await
        }
    };
}

never!(!);

fn main() {
    assert_eq!(carrier(&mut HashMap::new()), 0);
    assert_eq!(word(), 1);
    assert_eq!(Shop(String::from("shop")).close(), "shop!");
    drop(never());
    assert_eq!(whole(1), 2);
    assert_eq!(parts(1, "abc".into()), 3);
    assert_eq!(tokens("abc"), 3);
    assert_eq!(hidden(1), 1);
}
