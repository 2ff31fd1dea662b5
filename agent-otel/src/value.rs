//! What can be recorded as an attribute.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use opentelemetry::{Array, StringValue, Value};

/// A value that can be recorded as an attribute of type `T`.
///
/// Implemented for strings, numbers, booleans, and vectors, slices and arrays of them; for references, `Box`, `Rc`,
/// `Arc`, `Cow`; and for `Option`, whose `None` leaves the attribute out. `T` is the attribute's type in the conventions:
/// [`StringValue`], `i64`, `f64`, `bool`, `Vec<StringValue>`, or [`Value`] where any will do. A number that an `i64`
/// cannot hold is recorded as `i64::MAX`.
///
/// # Examples
///
/// Teach it a type of yours, for use in `attributes("app.tier" = tier)`:
///
/// ```
/// use agent_otel::ToAttribute;
/// use opentelemetry::Value;
///
/// enum Tier { Free, Paid }
///
/// impl ToAttribute for Tier {
///     fn to_attribute(&self) -> Option<Value> {
///         Some(match self { Tier::Free => "free", Tier::Paid => "paid" }.into())
///     }
/// }
/// # assert_eq!(Tier::Free.to_attribute(), Some("free".into()));
/// # assert_eq!(Tier::Paid.to_attribute(), Some("paid".into()));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be recorded as a span attribute",
    label = "not a value of type `{T}`",
    note = "give a string or a whole number for a `StringValue`, a whole number for an `i64`, a number for an `f64`, any of \
            them for a `Value`, a list for a `Vec`; or an `Option` of it",
    note = "or write an expression that makes one: `value.to_string()` makes a text",
    note = "for a type of your own, implement `agent_otel::ToAttribute<{T}>`"
)]
pub trait ToAttribute<T = Value> {
    /// The value, or `None` to leave the attribute out.
    fn to_attribute(&self) -> Option<T>;
}

/// What the generated code hands over: a literal as it is, everything else by reference.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this value cannot be recorded as a span attribute",
    label = "not a value of type `{T}`",
    note = "give a string or a whole number for a `StringValue`, a whole number for an `i64`, a number for an `f64`, any of \
            them for a `Value`, a list for a `Vec`; or an `Option` of it",
    note = "or write an expression that makes one: `value.to_string()` makes a text",
    note = "for a type of your own, implement `agent_otel::ToAttribute<{T}>`"
)]
pub trait IntoAttribute<T> {
    /// The value, or `None` to leave the attribute out.
    fn into_attribute(self) -> Option<T>;
}

impl<T: FromLiteral> IntoAttribute<T> for &'static str {
    fn into_attribute(self) -> Option<T> {
        Some(T::from_literal(self))
    }
}

/// A type of attributes that a string literal is a value of.
#[doc(hidden)]
pub trait FromLiteral {
    /// The literal, not copied.
    fn from_literal(text: &'static str) -> Self;
}

impl FromLiteral for StringValue {
    fn from_literal(text: &'static str) -> Self {
        text.into()
    }
}

impl FromLiteral for Value {
    fn from_literal(text: &'static str) -> Self {
        text.into()
    }
}

impl FromLiteral for Vec<StringValue> {
    fn from_literal(text: &'static str) -> Self {
        vec![text.into()]
    }
}

impl<T, V: ToAttribute<T>> IntoAttribute<T> for &V {
    fn into_attribute(self) -> Option<T> {
        self.to_attribute()
    }
}

macro_rules! through {
    ($($pointer:ty),*) => {$(
        impl<T, V: ToAttribute<T> + ?Sized> ToAttribute<T> for $pointer {
            fn to_attribute(&self) -> Option<T> {
                (**self).to_attribute()
            }
        }
    )*};
}

through!(&V, &mut V, Box<V>, Rc<V>, Arc<V>);

impl<T, V: ToAttribute<T> + ToOwned + ?Sized> ToAttribute<T> for Cow<'_, V> {
    fn to_attribute(&self) -> Option<T> {
        (**self).to_attribute()
    }
}

impl<T, V: ToAttribute<T>> ToAttribute<T> for Option<V> {
    fn to_attribute(&self) -> Option<T> {
        self.as_ref()?.to_attribute()
    }
}

macro_rules! strings {
    ($($string:ty => |$value:ident| $text:expr),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl ToAttribute<StringValue> for $string {
            fn to_attribute(&self) -> Option<StringValue> {
                let $value = self;
                Some(StringValue::from($text))
            }
        }

        #[diagnostic::do_not_recommend]
        impl ToAttribute for $string {
            fn to_attribute(&self) -> Option<Value> {
                ToAttribute::<StringValue>::to_attribute(self).map(Value::String)
            }
        }
    )*};
}

strings! {
    str => |value| value.to_owned(),
    String => |value| value.clone(),
    char => |value| value.to_string(),
    StringValue => |value| value.clone(),
}

macro_rules! integers {
    ($($integer:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl ToAttribute<i64> for $integer {
            fn to_attribute(&self) -> Option<i64> {
                Some(i64::try_from(*self).unwrap_or(i64::MAX))
            }
        }

        #[diagnostic::do_not_recommend]
        impl ToAttribute for $integer {
            fn to_attribute(&self) -> Option<Value> {
                ToAttribute::<i64>::to_attribute(self).map(Value::I64)
            }
        }

        // Identifiers are strings in the conventions and often numbers in a program.
        #[diagnostic::do_not_recommend]
        impl ToAttribute<StringValue> for $integer {
            fn to_attribute(&self) -> Option<StringValue> {
                Some(self.to_string().into())
            }
        }
    )*};
}

integers!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

#[diagnostic::do_not_recommend]
impl ToAttribute<f64> for f64 {
    fn to_attribute(&self) -> Option<f64> {
        Some(*self)
    }
}

#[diagnostic::do_not_recommend]
impl ToAttribute<f64> for f32 {
    fn to_attribute(&self) -> Option<f64> {
        // By way of its decimal form, so that 0.7 stays 0.7 and does not become 0.699999988079071.
        self.to_string().parse().ok()
    }
}

macro_rules! whole {
    ($($integer:ty),*) => {$(
        // `temperature = 1`; only of integers that an `f64` holds exactly.
        #[diagnostic::do_not_recommend]
        impl ToAttribute<f64> for $integer {
            fn to_attribute(&self) -> Option<f64> {
                Some((*self).into())
            }
        }
    )*};
}

whole!(i8, i16, i32, u8, u16, u32);

macro_rules! any {
    ($($ty:ty as $via:ty => $variant:ident),*) => {$(
        #[diagnostic::do_not_recommend]
        impl ToAttribute for $ty {
            fn to_attribute(&self) -> Option<Value> {
                ToAttribute::<$via>::to_attribute(self).map(Value::$variant)
            }
        }
    )*};
}

any!(f64 as f64 => F64, f32 as f64 => F64, bool as bool => Bool);

#[diagnostic::do_not_recommend]
impl ToAttribute<bool> for bool {
    fn to_attribute(&self) -> Option<bool> {
        Some(*self)
    }
}

impl ToAttribute for Value {
    fn to_attribute(&self) -> Option<Value> {
        Some(self.clone())
    }
}

/// A value that lists are made of.
trait Element: Sized {
    fn array(elements: Vec<Self>) -> Array;
}

macro_rules! elements {
    ($($element:ty => $variant:ident),*) => {$(
        impl Element for $element {
            fn array(elements: Vec<Self>) -> Array {
                Array::$variant(elements)
            }
        }

        impl<V: ToAttribute<$element>> ToAttribute<Vec<$element>> for [V] {
            fn to_attribute(&self) -> Option<Vec<$element>> {
                Some(self.iter().filter_map(ToAttribute::to_attribute).collect())
            }
        }
    )*};
}

elements!(StringValue => String, i64 => I64, f64 => F64, bool => Bool);

impl<T, V> ToAttribute<Vec<T>> for Vec<V>
where
    [V]: ToAttribute<Vec<T>>,
{
    fn to_attribute(&self) -> Option<Vec<T>> {
        self.as_slice().to_attribute()
    }
}

impl<T, V, const N: usize> ToAttribute<Vec<T>> for [V; N]
where
    [V]: ToAttribute<Vec<T>>,
{
    fn to_attribute(&self) -> Option<Vec<T>> {
        self.as_slice().to_attribute()
    }
}

/// One string stands for a list of one, as in many a model's API.
#[diagnostic::do_not_recommend]
impl ToAttribute<Vec<StringValue>> for str {
    fn to_attribute(&self) -> Option<Vec<StringValue>> {
        Some(vec![self.to_owned().into()])
    }
}

#[diagnostic::do_not_recommend]
impl ToAttribute<Vec<StringValue>> for String {
    fn to_attribute(&self) -> Option<Vec<StringValue>> {
        self.as_str().to_attribute()
    }
}

macro_rules! lists {
    ($($element:ty => $via:ty),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl ToAttribute for [$element] {
            fn to_attribute(&self) -> Option<Value> {
                let elements: Vec<$via> = self.to_attribute()?;
                Some(Value::Array(Element::array(elements)))
            }
        }

        #[diagnostic::do_not_recommend]
        impl ToAttribute for Vec<$element> {
            fn to_attribute(&self) -> Option<Value> {
                self.as_slice().to_attribute()
            }
        }

        #[diagnostic::do_not_recommend]
        impl<const N: usize> ToAttribute for [$element; N] {
            fn to_attribute(&self) -> Option<Value> {
                self.as_slice().to_attribute()
            }
        }
    )*};
}

lists! {
    String => StringValue, &str => StringValue, StringValue => StringValue,
    i8 => i64, i16 => i64, i32 => i64, i64 => i64, isize => i64,
    u8 => i64, u16 => i64, u32 => i64, u64 => i64, usize => i64,
    f32 => f64, f64 => f64, bool => bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn any(value: impl IntoAttribute<Value>) -> Option<Value> {
        value.into_attribute()
    }

    #[test]
    fn options_references_and_lists_are_values() {
        assert_eq!(any(&None::<u8>), None);
        assert_eq!(any(&Some(&Arc::new(7_u8))), Some(Value::I64(7)));
        assert_eq!(any(&Cow::Borrowed("gold")), Some("gold".into()));
        assert_eq!(any(&u64::MAX), Some(Value::I64(i64::MAX)));
        assert_eq!(any(&0.7_f32), Some(Value::F64(0.7)));
        assert_eq!(
            any(&vec!["a".to_owned(), "b".to_owned()]),
            Some(Value::Array(Array::String(vec!["a".into(), "b".into()])))
        );
    }

    #[test]
    fn a_typed_attribute_takes_what_fits_its_type() {
        let ids: Option<StringValue> = (&42_u64).into_attribute();
        assert_eq!(ids, Some("42".into()));
        let temperature: Option<f64> = (&1).into_attribute();
        assert_eq!(temperature, Some(1.0));
        let stop: Option<Vec<StringValue>> = (&["end", "stop"]).into_attribute();
        assert_eq!(stop, Some(vec!["end".into(), "stop".into()]));
    }
}
