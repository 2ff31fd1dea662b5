//! The list of attributes that may leave the process.

/// Names of attributes, and beginnings of names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Allowed {
    names: Vec<String>,
    beginnings: Vec<String>,
}

impl Allowed {
    /// Adds names; one that ends in `*` stands for all that begin so.
    pub(super) fn add(&mut self, keys: impl Iterator<Item = String>) {
        for key in keys {
            match key.strip_suffix('*') {
                Some(beginning) => self.beginnings.push(beginning.to_owned()),
                None => self.names.push(key),
            }
        }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.names.iter().any(|name| name == key)
            || self
                .beginnings
                .iter()
                .any(|beginning| key.starts_with(beginning.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_beginnings_of_names() {
        let mut allowed = Allowed::default();
        allowed.add(["gen_ai.*", "app.tier"].map(str::to_owned).into_iter());
        for (key, is_allowed) in [
            ("gen_ai.request.model", true),
            ("app.tier", true),
            ("app.tier.name", false),
            ("app", false),
            ("gen_ai", false),
        ] {
            assert_eq!(allowed.has(key), is_allowed, "{key}");
        }
        assert!(!Allowed::default().has("gen_ai.request.model"));
    }
}
