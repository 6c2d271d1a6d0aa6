//! Addresses with queries.

use url::form_urlencoded::Serializer;

/// This path with those of the parameters that have a value.
pub(super) fn address(path: &str, parameters: &[(&str, &str)]) -> String {
    let mut query = Serializer::new(String::new());
    for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stays_one_whatever_it_contains() {
        assert_eq!(address("/a", &[("b", "")]), "/a");
        assert_eq!(
            address("/a", &[("b", "x&c=\"<"), ("d", "e f")]),
            "/a?b=x%26c%3D%22%3C&d=e+f"
        );
    }
}
