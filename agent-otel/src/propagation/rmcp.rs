//! The `_meta` of rmcp.

use rmcp::model::{MetaObject, NotificationMetaObject, RequestMetaObject};

use super::{Extract, Inject};

macro_rules! metas {
    ($($meta:ty),*) => {$(
        impl Inject for $meta {
            fn set(&mut self, key: &'static str, value: String) {
                Inject::set(&mut self.0, key, value);
            }

            fn remove(&mut self, key: &'static str) {
                Inject::remove(&mut self.0, key);
            }

            fn held<'a>(&'a self, key: &str) -> Vec<&'a str> {
                self.0.held(key)
            }
        }

        impl Extract for $meta {
            fn get_all<'a>(&'a self, key: &str) -> Vec<&'a str> {
                self.0.get_all(key)
            }
        }
    )*};
}

metas!(MetaObject, RequestMetaObject, NotificationMetaObject);
