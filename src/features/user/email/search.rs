//! Finding addresses by their beginning, as people type it.

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

use super::EmailAddress;

impl EmailAddress {
    /// The beginning that the keys of all addresses with this beginning have. Other keys can have it, too, if the last
    /// label is not ASCII.
    pub fn search_key(beginning: &str) -> String {
        match beginning.split_once('@') {
            Some((local, domain)) => format!("{}@{}", local.to_lowercase(), domain_search_key(domain)),
            None => beginning.to_lowercase(),
        }
    }
}

/// The same for a domain, whose last label may be unfinished.
fn domain_search_key(domain: &str) -> String {
    // UTS #46 takes the last three for dots.
    const DOTS: [char; 4] = ['.', '\u{3002}', '\u{FF0E}', '\u{FF61}'];
    let (finished, label) = match domain.rsplit_once(DOTS) {
        Some((finished, label)) => (Some(finished), label),
        None => (None, domain),
    };
    let Ok(finished) = finished.map(a_labels).transpose() else {
        return domain.to_lowercase();
    };
    let label = if label.is_ascii() {
        label.to_ascii_lowercase()
    } else {
        let (label, _) = Uts46::new().to_unicode(label.as_bytes(), AsciiDenyList::STD3, Hyphens::Allow);
        // An A-label has the ASCII letters of its label first (RFC 3492, section 3.1): those typed so far begin it.
        let letters: String = label.chars().filter(char::is_ascii).collect();
        if label.is_ascii() {
            letters
        } else {
            format!("xn--{letters}")
        }
    };
    finished.map_or_else(|| label.clone(), |finished| format!("{finished}.{label}"))
}

/// Labels that are finished, as A-labels.
fn a_labels(labels: &str) -> Result<String, idna::Errors> {
    let ascii = Uts46::new().to_ascii(
        labels.as_bytes(),
        AsciiDenyList::STD3,
        Hyphens::CheckFirstLast,
        DnsLength::Ignore,
    );
    ascii.map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_begins_the_keys_of_its_addresses() {
        for (typed, searched) in [
            ("ADA", "ada"),
            ("Ada@Exam", "ada@exam"),
            ("zoe@bü", "zoe@xn--b"),
            ("zoe@büch", "zoe@xn--bch"),
            ("ZOE@BU\u{308}CHER", "zoe@xn--bcher"),
            ("zoe@bücher.", "zoe@xn--bcher-kva."),
            ("zoe@bücher.ex", "zoe@xn--bcher-kva.ex"),
            ("zoe@xn--bcher-kva.ex", "zoe@xn--bcher-kva.ex"),
            ("a@mail。straße", "a@mail.xn--strae"),
            ("a@пример.рф", "a@xn--e1afmkfd.xn--"),
            ("a@\u{FF45}xample", "a@example"),
            // No domain: it finds nothing.
            ("a@ü b.c", "a@ü b.c"),
        ] {
            assert_eq!(EmailAddress::search_key(typed), searched, "{typed}");
        }
        for typed in [
            "Ada@Example.com",
            "ZOE@bücher.Example",
            "a@mail.straße.de",
            "a@пример.рф",
        ] {
            let address = EmailAddress::parse(typed).unwrap();
            assert!(
                address.key().starts_with(&EmailAddress::search_key(typed)),
                "{typed}"
            );
        }
    }
}
