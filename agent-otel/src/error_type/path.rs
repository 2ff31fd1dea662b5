//! The path of a type as a label.

use std::borrow::Cow;

use crate::semconv;

/// Pointers, which say nothing about the failure they point to.
const POINTERS: [&str; 3] = ["alloc::boxed::Box<", "alloc::sync::Arc<", "alloc::rc::Rc<"];

/// The type behind references and pointers.
pub(crate) fn pointee(mut path: &'static str) -> &'static str {
    loop {
        path = path.trim_start_matches('&');
        let inner = POINTERS
            .iter()
            .find_map(|pointer| path.strip_prefix(pointer)?.strip_suffix('>'));
        match inner {
            Some(inner) => path = inner,
            None => return path,
        }
    }
}

/// A type's path without its generic arguments, which would make one label a monomorphization.
///
/// Text, numbers, tuples and trait objects say nothing about a failure, so they are no label.
pub(crate) fn of_path(path: &'static str) -> Cow<'static, str> {
    let path = pointee(path);
    if path.starts_with("dyn ") || !path.contains("::") || path == "alloc::string::String" {
        return semconv::ERROR_TYPE_OTHER.into();
    }
    if path.starts_with(|c: char| c.is_alphanumeric() || c == '_') && !path.contains('<') {
        return path.into();
    }
    let path = without_angles(path);
    let path = path.trim_start_matches("::");
    if path.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        path.to_owned().into()
    } else {
        semconv::ERROR_TYPE_OTHER.into()
    }
}

/// `shop::<impl shop::Api>::call::Error<T>` without what stands in angle brackets: `shop::call::Error`.
fn without_angles(path: &str) -> String {
    let mut depth = 0_usize;
    let mut kept = String::with_capacity(path.len());
    let mut last = ' ';
    for char in path.chars() {
        match char {
            '<' => depth += 1,
            // That of `fn() -> T` closes nothing.
            '>' if last != '-' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(char),
            _ => {}
        }
        last = char;
    }
    kept.replace("::::", "::")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generic_arguments_are_no_part_of_a_label() {
        for (path, label) in [
            ("shop::Error", "shop::Error"),
            ("shop::Error<alloc::string::String>", "shop::Error"),
            ("shop::Error<fn() -> u8>", "shop::Error"),
            ("alloc::boxed::Box<shop::Error>", "shop::Error"),
            ("&alloc::sync::Arc<shop::Error<u8>>", "shop::Error"),
            ("shop::<impl shop::Api>::call::Error", "shop::call::Error"),
            ("<shop::Shop as shop::Api>::call::Error", "call::Error"),
            ("&str", "_OTHER"),
            ("alloc::string::String", "_OTHER"),
            ("()", "_OTHER"),
            ("(shop::Error, u8)", "_OTHER"),
            ("[shop::Error; 2]", "_OTHER"),
            ("dyn core::error::Error", "_OTHER"),
            (
                "alloc::boxed::Box<dyn core::error::Error + core::marker::Send>",
                "_OTHER",
            ),
        ] {
            assert_eq!(of_path(path), label, "{path}");
        }
    }
}
