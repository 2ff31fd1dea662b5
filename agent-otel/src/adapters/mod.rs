//! Requests and responses of the ecosystem, one file a source.

mod chunk;
mod json;
