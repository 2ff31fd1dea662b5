//! What the model says: one rule a tool, which tells when the tool fits and how its result is told.

use serde_json::{Value, json};

use super::{
    shapes::{Reply, Request},
    words::{asks, euros, join, order_id, parts, product_words, sentence, text, words},
};

struct Rule {
    tool: &'static str,
    /// The arguments to call the tool with, if it fits this part of the question.
    fits: fn(part: &str, done: &[Done<'_>]) -> Option<Value>,
    /// The result in words. Empty: there is nothing to say about it.
    tell: fn(result: &Value, done: &[Done<'_>]) -> String,
}

/// A tool that was called, and what it gave back.
struct Done<'a> {
    tool: &'a str,
    arguments: Value,
    result: Value,
}

const RULES: [Rule; 8] = [
    Rule {
        tool: "ask_product_discovery",
        fits: |part, _| {
            let fits = asks(
                part,
                &["stock", "available", "price", "cost", "how much", "sell"],
            );
            fits.then(|| json!({ "question": sentence(part) }))
        },
        tell: |result, _| text(result).to_owned(),
    },
    Rule {
        tool: "ask_order_management",
        fits: |part, _| {
            let fits = asks(part, &["order", "parcel", "customer"]);
            fits.then(|| json!({ "question": sentence(part) }))
        },
        tell: |result, _| text(result).to_owned(),
    },
    Rule {
        tool: "order_status",
        fits: |part, _| {
            let order_id = order_id(part).filter(|_| !asks(part, &["cancel"]))?;
            Some(json!({ "order_id": order_id }))
        },
        tell: |order, _| tell_order(order),
    },
    Rule {
        tool: "cancel_order",
        fits: |part, _| {
            let order_id = order_id(part).filter(|_| asks(part, &["cancel"]))?;
            Some(json!({ "order_id": order_id }))
        },
        tell: |order, _| tell_order(order),
    },
    Rule {
        tool: "orders_of_customer",
        fits: |part, _| {
            let customer_id = words(part).find(|word| word.starts_with("c-"))?;
            Some(json!({ "customer_id": customer_id.to_uppercase() }))
        },
        tell: |orders, _| match orders.as_array().map(Vec::as_slice) {
            None | Some([]) => "There are no orders of this customer.".to_owned(),
            Some(orders) => join(orders.iter().map(tell_order)),
        },
    },
    Rule {
        tool: "search_products",
        fits: |part, _| {
            let query = product_words(part);
            (!query.is_empty()).then(|| json!({ "query": query }))
        },
        tell: |products, done| match products.as_array().map(Vec::as_slice) {
            None | Some([]) => "I am sorry, we do not have that.".to_owned(),
            // Somebody who asked for a stock or a price wants to hear that, and no list.
            Some(_) if done.len() > 1 => String::new(),
            Some(products) => join(products.iter().map(|product| {
                format!(
                    "We have the {} for {}.",
                    text(&product["name"]),
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
        tell: |result, done| {
            let name = found(done).map_or("product", |product| text(&product["name"]));
            match result["pieces"].as_u64() {
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
        tell: |result, done| {
            let name = found(done).map_or("product", |product| text(&product["name"]));
            format!("The {name} costs {}.", euros(&result["cents"]))
        },
    },
];

/// Calls the tools that fit and were not called yet. When there are none, tells their results.
pub(super) fn reply(request: &Request) -> Reply {
    let done = done(request);
    let asked = request
        .messages
        .iter()
        .rfind(|message| message.role == "user");
    let question = asked
        .and_then(|message| message.content.as_deref())
        .unwrap_or_default();
    let offered = |rule: &&Rule| {
        request
            .tools
            .iter()
            .any(|tool| tool.function["name"] == rule.tool)
    };

    let mut calls = Vec::new();
    for part in parts(question) {
        for rule in RULES.iter().filter(offered) {
            let Some(arguments) = (rule.fits)(&part, &done) else {
                continue;
            };
            let call = (rule.tool, arguments);
            let called = done
                .iter()
                .any(|done| (done.tool, &done.arguments) == (call.0, &call.1));
            if !called && !calls.contains(&call) {
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
    match one.result["error"].as_str() {
        // That something does not exist is an answer. Anything else is nothing to tell a customer.
        Some(error) if error.starts_with("there is no ") || error.contains("can no longer") => {
            format!("I am sorry, {error}.")
        }
        Some(_) => "I am sorry, I cannot look that up right now.".to_owned(),
        None => {
            let rule = RULES.iter().find(|rule| rule.tool == one.tool);
            rule.map_or_else(String::new, |rule| (rule.tell)(&one.result, done))
        }
    }
}

/// The product that was searched for.
fn found<'a>(done: &'a [Done<'_>]) -> Option<&'a Value> {
    let search = done.iter().find(|one| one.tool == "search_products")?;
    search.result.get(0)
}

fn tell_order(order: &Value) -> String {
    let (item, date) = (text(&order["item"]), text(&order["arrives_on"]));
    let news = match text(&order["status"]) {
        "processing" => format!("is being packed and should arrive on {date}"),
        "shipped" => format!("is on its way and should arrive on {date}"),
        "delivered" => format!("was delivered on {date}"),
        status => format!("is {status}"),
    };
    format!("Order {} ({item}) {news}.", order["id"])
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
