//! What the attributes expand to, and how many errors they find, without a compiler in between.

use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::visit_mut::{self, VisitMut};

use crate::words::Attribute;
use crate::{FAMILY, a2a_call, agent, derive, error_type, llm_call, lower, mcp_call, tool, tools};

/// Expands the attributes of this crate in a file, and nothing else.
struct Expand;

impl Expand {
    /// The item without the first attribute of ours, expanded.
    fn expand(attributes: &[syn::Attribute], item: &impl ToTokens) -> Option<TokenStream> {
        let ours = |attribute: &syn::Attribute| {
            let mut family = FAMILY.into_iter();
            family.find(|ours| attribute.path().is_ident(ours.name))
        };
        let (written, ours) = attributes
            .iter()
            .find_map(|attribute| Some((attribute, ours(attribute)?)))?;
        let args = match &written.meta {
            syn::Meta::List(list) => list.tokens.clone(),
            _ => TokenStream::new(),
        };
        let written = written.to_token_stream().to_string();
        let item = item.to_token_stream().to_string().replacen(&written, "", 1);
        let item = item.parse().expect("an item is left");
        Some(lower::attribute(ours, args, &item))
    }
}

impl VisitMut for Expand {
    fn visit_item_fn_mut(&mut self, item: &mut syn::ItemFn) {
        if let Some(expanded) = Self::expand(&item.attrs, item) {
            *item = syn::parse2(expanded).expect("one function");
        }
        visit_mut::visit_item_fn_mut(self, item);
    }

    fn visit_impl_item_fn_mut(&mut self, item: &mut syn::ImplItemFn) {
        if let Some(expanded) = Self::expand(&item.attrs, item) {
            *item = syn::parse2(expanded).expect("one method");
        }
        visit_mut::visit_impl_item_fn_mut(self, item);
    }
}

/// The `.rs` files of `ui-tests/expand`.
fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui-tests/expand");
    let entries = |folder: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).expect("a folder of the workspace");
        entries
            .map(|entry| entry.expect("a readable folder").path())
            .collect()
    };
    let files = entries(&root)
        .into_iter()
        .flat_map(|folder| entries(&folder));
    let mut cases: Vec<_> = files
        .filter(|file| !file.to_string_lossy().ends_with(".expanded.rs"))
        .collect();
    cases.sort();
    cases
}

#[test]
fn expansions_are_as_printed() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut different = Vec::new();
    for case in cases() {
        let source = std::fs::read_to_string(&case).expect("a readable file");
        let mut file = syn::parse_file(&source).expect("a Rust file");
        Expand.visit_file_mut(&mut file);
        let expanded = prettyplease::unparse(&file);
        let snapshot = case.with_extension("expanded.rs");
        if update {
            std::fs::write(&snapshot, expanded).expect("a writable folder");
        } else if std::fs::read_to_string(&snapshot).unwrap_or_default() != expanded {
            different.push(format!("{}\n{expanded}", snapshot.display()));
        }
    }
    assert!(
        different.is_empty(),
        "refresh with UPDATE_EXPECT=1 and read the difference:\n{}",
        different.join("\n")
    );
}

/// The messages that one attribute reports.
fn errors(attribute: &'static Attribute, args: TokenStream, item: &TokenStream) -> Vec<String> {
    struct Messages(Vec<String>);
    impl<'ast> syn::visit::Visit<'ast> for Messages {
        fn visit_macro(&mut self, invocation: &'ast syn::Macro) {
            let message: syn::LitStr = invocation.parse_body().expect("a message");
            self.0.push(message.value());
        }
    }
    let expanded = lower::attribute(attribute, args, item);
    let mut messages = Messages(Vec::new());
    let file = syn::parse2(expanded).expect("the user's item and errors");
    syn::visit::Visit::visit_file(&mut messages, &file);
    messages.0
}

/// Every error counts once, however many there are.
#[test]
fn independent_errors_are_all_told() {
    let item = quote!(
        const fn complete(prompt: &str) -> String {
            prompt.to_owned()
        }
    );
    let args = quote!(
        provder = "openai",
        model = reqest.model,
        operation = "chatt",
        seed,
        name = "complete",
        attributes("a" = 1, "a" = 2),
        output_type = jsn,
        prompt("one"),
        usage = manual,
        usage = manual
    );
    let told = errors(&llm_call::ATTRIBUTE, args, &item);
    assert_eq!(told.len(), 10, "{told:#?}");
}

#[test]
fn an_error_has_no_second_one_in_its_wake() {
    let item = quote!(
        async fn ask(headers: &mut HeaderMap) -> usize {
            headers.len()
        }
    );
    for args in [
        quote!(agent = "orders", inject = headrs),
        quote!(agent = "orders", injct = headers),
        quote!(agent = "orders", inject),
        quote!(agnt = "orders", inject = headers),
        quote!(agent = "orders", inject = headers, inject = headers),
        quote!(agent = "orders"),
        quote!(inject = headers),
        quote!(agent "orders"),
        quote!(agent: "orders", inject = headers),
        quote!("orders"),
    ] {
        let told = errors(&a2a_call::ATTRIBUTE, args.clone(), &item);
        assert_eq!(told.len(), 1, "{args}: {told:#?}");
    }
}

/// An argument of another operation, and the argument that would choose it, are one mistake.
#[test]
fn an_operation_that_is_missed_is_one_error() {
    let item = quote!(
        fn call(meta: &Meta, id: &str) -> usize {
            meta.len() + id.len()
        }
    );
    let missed: [(&'static Attribute, TokenStream); 9] = [
        (
            &mcp_call::ATTRIBUTE,
            quote!(method = "ping", extract = meta),
        ),
        (
            &mcp_call::ATTRIBUTE,
            quote!(serv, method = "ping", extract = meta),
        ),
        (
            &mcp_call::ATTRIBUTE,
            quote!(serve = true, method = "ping", extract = meta),
        ),
        (
            &mcp_call::ATTRIBUTE,
            quote!(serve, metod = "ping", extract = meta),
        ),
        (&agent::ATTRIBUTE, quote!(id = id)),
        (&agent::ATTRIBUTE, quote!(providr = "openai", id = id)),
        (
            &agent::ATTRIBUTE,
            quote!(operation = create_agnt, provider = "openai", id = id),
        ),
        (
            &llm_call::ATTRIBUTE,
            quote!(provider = "openai", response_id = id),
        ),
        (
            &llm_call::ATTRIBUTE,
            quote!(
                provider = "openai",
                operation = "fetch_respons",
                response_id = id
            ),
        ),
    ];
    for (attribute, args) in missed {
        let told = errors(attribute, args.clone(), &item);
        assert_eq!(told.len(), 1, "{args}: {told:#?}");
    }
}

/// Every word of every attribute is told apart, and no two words of one stand for the same.
#[test]
fn the_words_of_an_operation_are_distinct() {
    for attribute in FAMILY {
        for operation in attribute.operations() {
            let mut words: Vec<_> = attribute.words(operation).map(|word| word.name).collect();
            let all = words.len();
            words.sort_unstable();
            words.dedup();
            assert_eq!(words.len(), all, "{}: {words:?}", attribute.name);
        }
    }
}

#[test]
fn messages_are_lower_case_and_have_no_full_stop() {
    let item = quote!(
        const fn ask(headers: &HeaderMap);
    );
    let args = quote!(
        agnt,
        inject = headers,
        url,
        attributes("" = x),
        id(1),
        id = 1,
        crate = a
    );
    let mut told = errors(&a2a_call::ATTRIBUTE, args, &item);
    told.extend(errors(
        &tool::ATTRIBUTE,
        TokenStream::new(),
        &quote!(
            struct Order;
        ),
    ));
    told.extend(errors(
        &tool::ATTRIBUTE,
        quote!(arguments(a.b), kind = x),
        &quote!(
            fn f() {}
        ),
    ));
    assert!(told.len() > 8, "{told:#?}");
    for message in told {
        let first = message.chars().next().expect("a message says something");
        assert!(!first.is_uppercase(), "{message}");
        assert!(!message.ends_with('.'), "{message}");
    }
}

/// Nothing that is expanded names the runtime in another way than `crate = …` does.
#[test]
fn the_path_of_the_runtime_is_told_once() {
    let response = quote!(
        #[llm(crate = crate::facade::telemetry)]
        struct Response {
            #[llm(model)]
            model: String,
            #[llm(response)]
            usage: Usage,
            #[llm(input_tokens)]
            tokens: u64,
        }
    );
    let request = quote!(
        #[llm(crate = crate::facade::telemetry)]
        struct Request {
            #[llm(model)]
            model: String,
            #[llm(request)]
            inner: Inner,
        }
    );
    let error = quote!(
        #[error_type(crate = crate::facade::telemetry)]
        enum Failed {
            Late,
            #[error_type(transparent)]
            Io(Error),
        }
    );
    let labeled = quote!(
        #[error_type("late")]
        #[error_type(crate = crate::facade::telemetry)]
        struct Late;
    );
    let shop = quote!(
        impl Shop {
            fn order(&self) {}
        }
    );
    for expanded in [
        derive::llm_response(response),
        derive::llm_request(request),
        error_type::expand(error),
        error_type::expand(labeled),
        tools::expand(
            &quote!(kind = datastore, crate = crate::facade::telemetry),
            &shop,
        ),
    ] {
        let expanded = expanded.to_string();
        assert!(!expanded.contains("agent_otel"), "{expanded}");
        assert!(!expanded.contains("compile_error"), "{expanded}");
        let path = "crate :: facade :: telemetry :: ";
        assert!(expanded.contains(path), "{expanded}");
    }
}

/// The messages with which something is refused.
fn refused(expanded: &TokenStream) -> Vec<String> {
    let expanded = expanded.to_string();
    let messages = expanded.split("compile_error ! { \"").skip(1);
    let messages = messages.filter_map(|message| message.split_once("\" }"));
    messages.map(|(message, _)| message.to_owned()).collect()
}

#[test]
fn a_path_of_the_runtime_that_cannot_be_used_is_an_error() {
    for (attributes, told) in [
        (quote!(#[llm(crate = facade)]), "same everywhere"),
        (quote!(#[llm(crate)]), "write `#[llm(crate = ::path"),
        (
            quote!(#[llm(crate = ::a)] #[llm(crate = ::b)]),
            "given twice",
        ),
        (quote!(#[llm(model, crate = ::a)]), "stands alone"),
        (quote!(#[llm(model)]), "a mark stands on a field"),
    ] {
        let told_now = refused(&derive::llm_response(quote!(
            #attributes
            struct Response {
                #[llm(model)]
                model: String,
            }
        )));
        assert_eq!(told_now.len(), 1, "{attributes}: {told_now:?}");
        assert!(told_now[0].contains(told), "{told}: {told_now:?}");
    }
}

#[test]
fn tools_go_on_what_holds_functions() {
    let refused = |item: TokenStream| refused(&tools::expand(&TokenStream::new(), &item));
    for (item, told) in [
        (
            quote!(
                /// Makes an impl.
                pub(crate) async fn make() -> impl Fn() -> u8 {
                    || 7
                }
            ),
            "write `#[tool]`",
        ),
        (
            quote!(
                unsafe extern "C" fn make(mod_of: u8) {}
            ),
            "write `#[tool]`",
        ),
        (
            quote!(
                struct Shop {
                    shelf: Box<impl_of>,
                }
            ),
            "not on `struct`",
        ),
        (
            quote!(
                const TOOLS: fn() = || {};
            ),
            "not on `const`",
        ),
        (
            quote!(
                mod shop;
            ),
            "between braces",
        ),
        (quote!(shop! {}), "not on `shop`"),
    ] {
        let told_now = refused(item.clone());
        assert_eq!(told_now.len(), 1, "{item}: {told_now:?}");
        assert!(told_now[0].contains(told), "{told}: {told_now:?}");
    }
    for item in [
        quote!(
            #[allow(unused)]
            pub(super) mod shop {
                use std::fmt;
                fn order() {}
            }
        ),
        quote!(
            unsafe impl<T: Fn() -> u8> Shop for T {
                fn order() {}
            }
        ),
        quote!(
            pub unsafe trait Shop {
                fn order() {}
            }
        ),
    ] {
        let expanded = tools::expand(&TokenStream::new(), &item);
        assert!(
            !expanded.to_string().contains("compile_error"),
            "{expanded}"
        );
        assert!(expanded.to_string().contains(":: tool"), "{item}");
    }
}

/// What cannot be read as functions is not left without a word.
#[test]
fn a_block_that_cannot_be_read_is_an_error() {
    let item = quote!(
        impl Shop {
            fn order(&self) {}
            order!
        }
    );
    let expanded = tools::expand(&TokenStream::new(), &item);
    assert_eq!(refused(&expanded).len(), 1, "{expanded}");
}

/// The functions of an `impl` block behind `#[tools]` as printed, each with the attributes that it has then.
fn attributes_of_tools(args: &TokenStream, function: &TokenStream) -> Vec<String> {
    let expanded = tools::expand(args, &quote!(impl Shop { #function }));
    let block: syn::ItemImpl = syn::parse2(expanded).expect("an impl block");
    let syn::ImplItem::Fn(function) = &block.items[0] else {
        panic!("a function")
    };
    let attributes = function.attrs.iter();
    attributes
        .map(|attribute| crate::error::spelled(attribute).replace(' ', ""))
        .collect()
}

/// An attribute that is called like one of ours is ours only if it takes the mark off, so it has to expand first.
#[test]
fn attributes_of_others_are_not_taken_for_ours() {
    let none = TokenStream::new();
    let added = "#[::agent_otel::__private::tool_unless_traced()]";
    for (written, expected) in [
        (quote!(), vec![added]),
        (quote!(#[inline]), vec![added, "#[inline]"]),
        (
            quote!(#[agent_otel::agent]),
            vec!["#[agent_otel::agent]", added],
        ),
        (
            quote!(#[rmcp::tool(description = "a")]),
            vec!["#[rmcp::tool(description=\"a\")]", added],
        ),
        (
            quote!(#[rmcp::tool(skip)]),
            vec!["#[rmcp::tool(skip)]", added],
        ),
        (quote!(#[tool]), vec!["#[tool]", added]),
        (
            quote!(#[cfg_attr(unix, tool)] #[inline]),
            vec!["#[cfg_attr(unix,tool)]", "#[inline]", added],
        ),
        (quote!(#[tool(skip)]), vec![]),
        (
            quote!(#[agent_otel::tool(skip)] #[inline]),
            vec!["#[inline]"],
        ),
    ] {
        let function = quote!(#written fn order(&self) {});
        let found = attributes_of_tools(&none, &function);
        assert_eq!(found, expected, "{written}");
    }
    let facade = quote!(crate = ::facade::otel);
    let own = quote!(
        #[facade::otel::tool(skip)]
        fn order(&self) {}
    );
    assert_eq!(attributes_of_tools(&facade, &own), [""; 0]);
}

/// What one of our attributes leaves to be expanded has no second one on it.
#[test]
fn a_function_that_is_traced_is_not_made_a_tool_again() {
    let item = quote!(
        #[inline]
        #[agent_otel::__private::tool_unless_traced(kind = datastore)]
        fn order(&self) {}
    );
    for attribute in FAMILY {
        let expanded = lower::attribute(attribute, TokenStream::new(), &item).to_string();
        assert!(
            !expanded.contains("unless"),
            "{}: {expanded}",
            attribute.name
        );
        assert!(
            expanded.contains("inline"),
            "{}: {expanded}",
            attribute.name
        );
    }
}

#[test]
fn a_format_string_mentions_variables() {
    let mentions = |tokens: TokenStream| crate::function::mentions(tokens, "id");
    assert!(mentions(quote!(println!("{id}"))));
    assert!(mentions(quote!(println!("{{{id:?}}}"))));
    assert!(mentions(quote!(println!("{ id }"))));
    assert!(mentions(quote!(interpolate!("{id.name}"))));
    assert!(mentions(quote!(println!("{:>id$}", 1))));
    assert!(mentions(quote!(println!("{x:.id$}"))));
    assert!(!mentions(quote!(println!("{{id}}"))));
    assert!(!mentions(quote!(println!("{id_card} id {}", 1))));
    assert!(!mentions(quote!(println!("{order_id} {:>order_id$}"))));
}
