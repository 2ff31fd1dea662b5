//! The label of an error of whichever type, by method look-up: what `#[derive(ErrorType)]` asks a field for.
//!
//! Each tier has the method for the errors it knows and dereferences to the next, so that the first that fits is found.

use std::borrow::Cow;
use std::error::Error;
use std::ops::Deref;
use std::panic::Location;
use std::rc::Rc;
use std::sync::Arc;

use super::{ErrorType, of_dyn, of_error, of_labeled, of_path};

/// What the pointers to an error of any type point to: those of `Box<dyn Error>`, `anyhow::Error`, `eyre::Report`.
pub trait DynError {
    /// The error itself.
    fn as_dyn(&self) -> &(dyn Error + 'static);
}

macro_rules! dyn_errors {
    ($($error:ty),*) => {$(
        impl DynError for $error {
            fn as_dyn(&self) -> &(dyn Error + 'static) {
                self
            }
        }
    )*};
}

dyn_errors!(dyn Error, dyn Error + Send, dyn Error + Send + Sync);

/// A pointer that says nothing about the failure it points to.
pub trait Pointer {
    /// What it points to.
    type Pointee;

    /// The error itself.
    fn pointee(&self) -> &Self::Pointee;
}

macro_rules! pointers {
    ($($pointer:ty),*) => {$(
        impl<E> Pointer for $pointer {
            type Pointee = E;

            fn pointee(&self) -> &E {
                self
            }
        }
    )*};
}

pointers!(&E, Box<E>, Rc<E>, Arc<E>);

/// An error that tells its own label.
#[derive(Debug)]
pub struct Cause<'a, E: ?Sized>(Boxed<'a, E>);

/// Tier of pointers to an error of any type.
#[derive(Debug)]
pub struct Boxed<'a, E: ?Sized>(Pointing<'a, E>);

/// Tier of pointers to an error of one type.
#[derive(Debug)]
pub struct Pointing<'a, E: ?Sized>(Plain<'a, E>);

/// Tier of errors.
#[derive(Debug)]
pub struct Plain<'a, E: ?Sized>(Opaque<'a, E>);

/// Tier of everything else.
#[derive(Debug)]
pub struct Opaque<'a, E: ?Sized>(&'a E);

/// Begins to look for the label of a field.
pub fn cause<E: ?Sized>(error: &E) -> Cause<'_, E> {
    Cause(Boxed(Pointing(Plain(Opaque(error)))))
}

macro_rules! tiers {
    ($($tier:ident => $next:ident),*) => {$(
        impl<'a, E: ?Sized> Deref for $tier<'a, E> {
            type Target = $next<'a, E>;

            fn deref(&self) -> &$next<'a, E> {
                &self.0
            }
        }
    )*};
}

tiers!(Cause => Boxed, Boxed => Pointing, Pointing => Plain, Plain => Opaque);

impl<E: ErrorType + ?Sized> Cause<'_, E> {
    /// Its own label.
    pub fn label(&self) -> Cow<'static, str> {
        of_labeled(self.0.0.0.0.0)
    }
}

impl<E: Deref<Target: DynError>> Boxed<'_, E> {
    /// The label of what is inside.
    #[track_caller]
    pub fn label(&self) -> Cow<'static, str> {
        of_dyn(self.0.0.0.0.as_dyn(), Location::caller()).label
    }
}

impl<E: Pointer<Pointee: Error>> Pointing<'_, E> {
    /// The label of what it points to.
    pub fn label(&self) -> Cow<'static, str> {
        of_error(self.0.0.0.pointee())
    }
}

impl<E: Error> Plain<'_, E> {
    /// Its code, or the path of its type.
    pub fn label(&self) -> Cow<'static, str> {
        of_error(self.0.0)
    }
}

impl<E: ?Sized> Opaque<'_, E> {
    /// The path of its type.
    pub fn label(&self) -> Cow<'static, str> {
        of_path(std::any::type_name_of_val(self.0))
    }
}
