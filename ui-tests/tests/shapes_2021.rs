//! The shapes of the behavior tests, in the edition of this package.

#[path = "../../tests/tests/shapes.rs"]
mod shapes;
