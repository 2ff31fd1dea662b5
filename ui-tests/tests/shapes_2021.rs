//! The shapes of the behavior tests, and what is asynchronous, in the edition of this package.

#[path = "../../tests/tests/shapes.rs"]
mod shapes;

#[path = "../../tests/tests/asynchronous.rs"]
mod asynchronous;
