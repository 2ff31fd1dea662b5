//! What the model says: one rule a tool, which tells when the tool fits and how its result is told.

use serde_json::{Value, json};

use super::{
    shapes::{Reply, Request},
    words::{asks, customer_id, euros, join, order_id, parts, product, sentence, sku, text},
};

struct Rule {
    tool: &'static str,
    /// The arguments to call the tool with, if it fits this part of the question.
    fits: fn(part: &str, done: &[Done<'_>]) -> Option<Value>,
    /// The result in words. Empty: there is nothing to say about it.
    tell: fn(one: &Done<'_>, done: &[Done<'_>]) -> String,
}

/// A tool that was called, and what it gave back.
struct Done<'a> {
    tool: &'a str,
    arguments: Value,
    result: Value,
}

/// What the orchestrator wants to know by itself, and not for the customer.
const NAME_OF: &str = "which product is";

const RULES: [Rule; 8] = [
    Rule {
        tool: "ask_product_discovery",
        fits: |part, _| {
            let asked = [
                "stock",
                "available",
                "price",
                "cost",
                "how much",
                "sell",
                NAME_OF,
            ];
            asks(part, &asked).then(|| json!({ "question": sentence(part) }))
        },
        tell: |one, _| text(&one.result).to_owned(),
    },
    Rule {
        tool: "ask_order_management",
        fits: |part, _| {
            let asked = ["order", "parcel", "customer"];
            asks(part, &asked).then(|| json!({ "question": sentence(part) }))
        },
        tell: |one, done| with_names(text(&one.result), done),
    },
    Rule {
        tool: "order_status",
        fits: |part, _| {
            let order_id = order_id(part).filter(|_| !asks(part, &["cancel"]))?;
            Some(json!({ "order_id": order_id }))
        },
        tell: |one, _| tell_order(&one.result),
    },
    Rule {
        tool: "cancel_order",
        fits: |part, _| {
            let order_id = order_id(part).filter(|_| asks(part, &["cancel"]))?;
            Some(json!({ "order_id": order_id }))
        },
        tell: |one, _| tell_order(&one.result),
    },
    Rule {
        tool: "orders_of_customer",
        fits: |part, _| Some(json!({ "customer_id": customer_id(part)? })),
        tell: |one, _| match one.result.as_array().map(Vec::as_slice) {
            None | Some([]) => "There are no orders of this customer.".to_owned(),
            Some(orders) => join(orders.iter().map(tell_order)),
        },
    },
    Rule {
        tool: "search_products",
        fits: |part, _| Some(json!({ "query": product(part)? })),
        tell: |one, done| match one.result.as_array().map(Vec::as_slice) {
            None | Some([]) => "I am sorry, we do not have that.".to_owned(),
            // Somebody who asked for a stock or a price wants to hear that, and no list.
            Some(_) if done.len() > 1 => String::new(),
            Some(products) => join(products.iter().map(|product| {
                format!(
                    "We have the {} for {}.",
                    named(product),
                    euros(&product["cents"])
                )
            })),
        },
    },
    Rule {
        tool: "stock",
        fits: |part, done| {
            let product = found(done).filter(|_| asks(part, &["stock", "available"]))?;
            Some(json!({ "sku": product["sku"] }))
        },
        tell: |one, done| {
            let name = found(done).map_or_else(String::new, named);
            match one.result["pieces"].as_u64() {
                Some(0) | None => format!("The {name} is out of stock."),
                Some(pieces) => format!("The {name} is in stock: {pieces} pieces."),
            }
        },
    },
    Rule {
        tool: "price",
        fits: |part, done| {
            let product = found(done).filter(|_| asks(part, &["price", "cost", "how much"]))?;
            Some(json!({ "sku": product["sku"] }))
        },
        tell: |one, done| {
            let name = found(done).map_or_else(String::new, named);
            format!("The {name} costs {}.", euros(&one.result["cents"]))
        },
    },
];

/// Calls the tools that fit and were not called yet. When there are none, tells their results.
pub(super) fn reply(request: &Request) -> Reply {
    let done = done(request);
    let mut messages = request.messages.iter();
    let question = messages.rfind(|message| message.role == "user");
    let question = question.and_then(|message| message.content.as_deref());
    let mut parts = parts(question.unwrap_or_default());
    parts.extend(unnamed(&done).map(|sku| format!("{NAME_OF} {sku}")));

    let mut calls = Vec::new();
    for part in parts {
        for rule in &RULES {
            let offered = request
                .tools
                .iter()
                .any(|tool| tool.function["name"] == rule.tool);
            let Some(arguments) = (rule.fits)(&part, &done).filter(|_| offered) else {
                continue;
            };
            let mut done = done.iter().map(|one| (one.tool, &one.arguments));
            let call = (rule.tool, arguments);
            if !done.any(|done| done == (call.0, &call.1)) && !calls.contains(&call) {
                calls.push(call);
            }
        }
    }
    if !calls.is_empty() {
        return Reply::Calls(calls);
    }
    let answer = join(done.iter().map(|one| tell(one, &done)));
    if answer.is_empty() {
        return Reply::Answer(
            "I can look up orders, and the stock and price of products.".to_owned(),
        );
    }
    Reply::Answer(answer)
}

fn tell(one: &Done<'_>, done: &[Done<'_>]) -> String {
    if asks_for_name(one) {
        return String::new();
    }
    match one.result["error"].as_str() {
        // That something does not exist is an answer. Anything else is nothing to tell a customer.
        Some(error) if error.starts_with("there is no ") || error.contains("can no longer") => {
            format!("I am sorry, {error}.")
        }
        Some(_) => "I am sorry, I cannot look that up right now.".to_owned(),
        None => {
            let rule = RULES.iter().find(|rule| rule.tool == one.tool);
            rule.map_or_else(String::new, |rule| (rule.tell)(one, done))
        }
    }
}

/// The product that was searched for.
fn found<'a>(done: &'a [Done<'_>]) -> Option<&'a Value> {
    let search = done.iter().find(|one| one.tool == "search_products")?;
    search.result.get(0)
}

fn named(product: &Value) -> String {
    format!("{} ({})", text(&product["name"]), text(&product["sku"]))
}

fn tell_order(order: &Value) -> String {
    let (sku, date) = (text(&order["sku"]), text(&order["arrives_on"]));
    let news = match text(&order["status"]) {
        "processing" => format!("is being packed and should arrive on {date}"),
        "shipped" => format!("is on its way and should arrive on {date}"),
        "delivered" => format!("was delivered on {date}"),
        status => format!("is {status}"),
    };
    format!("Order {} ({sku}) {news}.", order["id"])
}

fn asks_for_name(one: &Done<'_>) -> bool {
    text(&one.arguments["question"])
        .to_lowercase()
        .starts_with(NAME_OF)
}

/// The SKUs in what was said about orders, as long as nobody has said what they are.
fn unnamed<'a>(done: &'a [Done<'_>]) -> impl Iterator<Item = &'a str> {
    let orders = done.iter().filter(|one| one.tool == "ask_order_management");
    let skus = orders
        .flat_map(|one| text(&one.result).split(' '))
        .filter_map(sku);
    skus.filter(|sku| name_of(sku, done).is_none())
}

/// "We have the blue kettle (KET-BLU-17) for …" names KET-BLU-17.
fn name_of<'a>(sku: &str, done: &'a [Done<'_>]) -> Option<&'a str> {
    let products = done
        .iter()
        .filter(|one| one.tool == "ask_product_discovery");
    let mut named = products.filter_map(|one| text(&one.result).split_once(&format!(" ({sku})")));
    let (before, _) = named.next()?;
    before
        .to_lowercase()
        .rfind("the ")
        .and_then(|start| before.get(start + 4..))
}

/// What was said about orders, with names in the place of SKUs.
fn with_names(orders: &str, done: &[Done<'_>]) -> String {
    let words = orders
        .split(' ')
        .map(|word| match sku(word).and_then(|sku| name_of(sku, done)) {
            Some(name) => format!("({name})"),
            None => word.to_owned(),
        });
    words.collect::<Vec<_>>().join(" ")
}

/// Every tool call in the conversation, with its result.
fn done(request: &Request) -> Vec<Done<'_>> {
    let messages = &request.messages;
    let calls = messages.iter().flat_map(|message| &message.tool_calls);
    let done = calls.filter_map(|call| {
        let mut messages = messages.iter();
        let result = messages.find(|message| message.tool_call_id.as_deref() == Some(&call.id))?;
        Some(Done {
            tool: &call.function.name,
            arguments: serde_json::from_str(&call.function.arguments).unwrap_or_default(),
            result: serde_json::from_str(result.content.as_deref()?).unwrap_or_default(),
        })
    });
    done.collect()
}
