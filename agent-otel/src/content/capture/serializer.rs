//! What serde asks of a serializer, in terms of what a [`Capture`] does.

use std::fmt::Display;

use serde::ser::{self, Serialize};
use serde_json::Value;

use super::super::cut;
use super::super::text::Head;
use super::{Capture, Done, Halt, LEAST_TEXT, key_text};

macro_rules! scalars {
    ($($method:ident: $ty:ty),*) => {$(
        fn $method(self, value: $ty) -> Done {
            self.scalar(value)
        }
    )*};
}

impl ser::Serializer for &mut Capture {
    type Ok = ();
    type Error = Halt;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    scalars! {
        serialize_bool: bool,
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64
    }

    fn serialize_i128(self, value: i128) -> Done {
        match i64::try_from(value) {
            Ok(value) => self.scalar(value),
            Err(_) => self.text(&value.to_string()),
        }
    }

    fn serialize_u128(self, value: u128) -> Done {
        match u64::try_from(value) {
            Ok(value) => self.scalar(value),
            Err(_) => self.text(&value.to_string()),
        }
    }

    fn serialize_f32(self, value: f32) -> Done {
        // By way of its decimal form, so that 0.7 stays 0.7.
        self.float(value.to_string().parse().unwrap_or(f64::NAN))
    }

    fn serialize_f64(self, value: f64) -> Done {
        self.float(value)
    }

    fn serialize_char(self, value: char) -> Done {
        self.text(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Done {
        self.text(value)
    }

    fn serialize_bytes(self, value: &[u8]) -> Done {
        let has_room = value.len() / 3 * 4 + LEAST_TEXT < self.room;
        if has_room {
            self.scalar(base64(value))
        } else {
            self.text(&cut::note(value.len()))
        }
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Done {
        let room = self.room.checked_sub(LEAST_TEXT).ok_or(Halt::Full)?;
        let (text, is_whole) = Head::of(value, room);
        if is_whole {
            self.text(&text)
        } else {
            self.text(&cut::broken_off(&text))
        }
    }

    fn serialize_none(self) -> Done {
        self.scalar(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        self.wrapped(value)
    }

    fn serialize_unit(self) -> Done {
        self.scalar(Value::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Done {
        self.scalar(Value::Null)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Done {
        self.text(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Done {
        self.wrapped(value)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Done {
        self.variant(variant)?;
        self.member(value)?;
        self.close(true);
        Ok(())
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self, Halt> {
        self.list(length)?;
        Ok(self)
    }

    fn serialize_tuple(self, length: usize) -> Result<Self, Halt> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<Self, Halt> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self, Halt> {
        self.variant(variant)?;
        self.serialize_seq(Some(length))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Halt> {
        self.members()?;
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Halt> {
        self.members()?;
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self, Halt> {
        self.variant(variant)?;
        self.members()?;
        Ok(self)
    }
}

/// The traits of what is open: arrays by element, objects by member; a variant has two to close.
macro_rules! open {
    ($($name:ident: $method:ident, $closes:literal;)*) => {$(
        impl ser::$name for &mut Capture {
            type Ok = ();
            type Error = Halt;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
                self.element(value)
            }

            fn end(self) -> Done {
                (0..$closes).for_each(|_| self.close(true));
                Ok(())
            }
        }
    )*};
    ($($name:ident: $closes:literal;)*) => {$(
        impl ser::$name for &mut Capture {
            type Ok = ();
            type Error = Halt;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Done {
                self.key(key)?;
                self.member(value)
            }

            fn end(self) -> Done {
                (0..$closes).for_each(|_| self.close(true));
                Ok(())
            }
        }
    )*};
}

open! {
    SerializeSeq: serialize_element, 1;
    SerializeTuple: serialize_element, 1;
    SerializeTupleStruct: serialize_field, 1;
    SerializeTupleVariant: serialize_field, 2;
}

open! {
    SerializeStruct: 1;
    SerializeStructVariant: 2;
}

impl ser::SerializeMap for &mut Capture {
    type Ok = ();
    type Error = Halt;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Done {
        // What has no room is not even made a text.
        if self.room < LEAST_TEXT {
            self.room = 0;
            return self.key("");
        }
        self.key(&key_text(key)?)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        self.member(value)
    }

    fn end(self) -> Done {
        self.close(true);
        Ok(())
    }
}

/// Base64 with padding (RFC 4648).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let digit = (group >> (18 - 6 * place)) & 63;
            let digit = DIGITS.get(digit as usize).copied().unwrap_or(b'A');
            text.push(if place <= chunk.len() {
                char::from(digit)
            } else {
                '='
            });
        }
    }
    text
}
