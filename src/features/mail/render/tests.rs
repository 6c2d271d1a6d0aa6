use std::{collections::BTreeSet, fmt::Write as _};

use super::*;
use crate::features::mail::{
    Asker,
    examples::{TOKEN, asker, letters, recipient, secret},
};

/// The settings of a service called Lantern.
pub(super) fn config() -> Config {
    Config {
        public_url: PublicUrl::parse("https://accounts.example.com").unwrap(),
        brand_name: "Lantern".to_owned(),
        brand_url: Some("https://app.example.com/".to_owned()),
        ..Config::default()
    }
}

pub(super) fn loaded() -> Letters {
    Letters::load(&config()).unwrap()
}

/// Every letter in both languages.
pub(super) fn all() -> Vec<(Letter, Rendered)> {
    let letters_in = |locale| {
        let letters = letters().into_iter();
        letters.map(move |letter| {
            let rendered = loaded().render(&recipient(locale), &letter).unwrap();
            (letter, rendered)
        })
    };
    ["en", "de"].into_iter().flat_map(letters_in).collect()
}

/// Subjects and plain texts of all letters.
fn book(locale: &str) -> String {
    let mut book = String::new();
    for letter in letters() {
        let rendered = loaded().render(&recipient(locale), &letter).unwrap();
        let (kind, subject, text) = (letter.kind(), rendered.subject, rendered.text);
        writeln!(book, "=== {kind}\nSubject: {subject}\n\n{text}\n").unwrap();
    }
    book
}

#[test]
fn every_letter_in_english() {
    insta::assert_snapshot!(book("en"));
}

#[test]
fn every_letter_in_german() {
    insta::assert_snapshot!(book("de"));
}

#[test]
fn one_letter_as_html() {
    let letter = &letters()[3];
    insta::assert_snapshot!(loaded().render(&recipient("en"), letter).unwrap().html);
}

/// The names of a catalogue's texts.
fn keys(catalogue: &str) -> BTreeSet<String> {
    let lines = catalogue.lines().filter_map(|line| line.split_once(" = "));
    lines.map(|(key, _)| key.to_owned()).collect()
}

#[test]
fn both_catalogues_have_the_same_texts() {
    let [english, german] = CATALOGUES.map(|(_, text)| keys(text));
    assert_eq!(english, german);
    assert!(english.iter().all(|key| key.starts_with("mail-")));
}

#[test]
fn every_text_of_the_catalogues_is_used() {
    let mut english = all();
    english.truncate(KINDS.len());
    let shown: String = english
        .into_iter()
        .map(|(_, mail)| mail.html + &mail.text)
        .collect();
    for line in CATALOGUES[0].1.lines().filter(|line| line.starts_with("mail-")) {
        let text = line.split_once(" = ").unwrap().1;
        for part in text.split(['{', '}']).step_by(2) {
            assert!(shown.contains(part), "{line}");
        }
    }
}

#[test]
fn no_name_of_a_text_is_shown() {
    let keys = keys(CATALOGUES[0].1);
    for (_, mail) in all() {
        let shown = mail.html + &mail.text + &mail.subject;
        assert!(keys.iter().all(|key| !shown.contains(key)), "{shown}");
    }
}

#[test]
fn html_loads_nothing_and_names_no_third_party() {
    for (letter, mail) in all() {
        let kind = letter.kind();
        let html = mail.html.to_lowercase();
        for forbidden in ["src=", "url(", "<img", "<link", "<script", "@import", "srcset"] {
            assert!(!html.contains(forbidden), "{forbidden} in {kind}");
        }
        let addresses = html.match_indices("http").map(|(at, _)| &html[at..]);
        for address in addresses {
            let is_own = address.starts_with("https://accounts.example.com/");
            assert!(
                is_own || address.starts_with("https://app.example.com/\""),
                "{kind}"
            );
        }
        assert!(html.starts_with("<!doctype html>\n"));
        assert!(html.len() < 10_000, "{kind} has {} bytes", html.len());
    }
}

#[test]
fn the_link_is_once_on_the_button_and_once_as_text() {
    let mut links = BTreeSet::new();
    for (letter, mail) in all() {
        let kind = letter.kind();
        let Some(link) = mail.link else {
            let shown = mail.html + &mail.text;
            assert!(!shown.contains("accounts.example.com/"), "{kind}");
            continue;
        };
        let count = |text: &str| mail.html.matches(text).count();
        assert_eq!(count(&format!("href=\"{link}\"")), 1, "{kind}");
        assert_eq!(count(&format!(">{link}<")), 1, "{kind}");
        assert_eq!(count(&link), 2, "{kind}");
        assert_eq!(
            mail.text.lines().filter(|line| *line == link).count(),
            1,
            "{kind}"
        );
        assert_eq!(link.contains(TOKEN), letter.lifetime().is_some(), "{kind}");
        links.insert(link.replace(TOKEN, "…"));
    }
    let links: Vec<_> = links
        .iter()
        .filter_map(|link| link.strip_prefix("https://accounts.example.com"))
        .collect();
    assert_eq!(
        links,
        [
            "/change-email?token=…",
            "/end-session?token=…",
            "/forgot-password",
            "/invitation?token=…",
            "/login",
            "/login/email?token=…",
            "/reset-password?token=…",
            "/undo-email?token=…",
            "/verify-email?token=…"
        ]
    );
}

#[test]
fn a_code_without_a_link_speaks_of_no_link() {
    for (letter, mail) in all() {
        if matches!(letter, Letter::IdentityCode { .. }) {
            let shown = (mail.subject + &mail.text + &mail.html).to_lowercase();
            assert!(!shown.contains("link") && shown.contains("10 minute"), "{shown}");
        }
    }
}

#[test]
fn the_number_of_recovery_codes_that_are_left_has_plural_forms() {
    for (locale, remaining, text) in [
        ("en", 0, "It was the last one:"),
        ("en", 1, "One code is left:"),
        ("en", 2, "2 codes are left."),
        ("de", 0, "Es war der letzte:"),
        ("de", 1, "Ein Code ist noch übrig:"),
        ("de", 9, "9 Codes sind noch übrig."),
    ] {
        let letter = Letter::RecoveryCodeUsed {
            asker: asker(),
            remaining,
        };
        let mail = loaded().render(&recipient(locale), &letter).unwrap();
        assert!(mail.text.contains(text), "{}", mail.text);
    }
}

#[test]
fn a_token_is_one_value_of_the_links_query() {
    let letter = Letter::ConfirmAddress {
        token: secret("a b&c=\"<é>#/%"),
    };
    let mail = loaded().render(&recipient("en"), &letter).unwrap();
    let link = url::Url::parse(&mail.link.unwrap()).unwrap();
    let query: Vec<_> = link.query_pairs().collect();
    assert_eq!(query, [("token".into(), "a b&c=\"<é>#/%".into())]);
    assert_eq!(link.path(), "/verify-email");
}

#[test]
fn the_name_is_greeted_only_if_there_is_one() {
    for letter in letters() {
        let mut recipient = recipient("en");
        let mail = loaded().render(&recipient, &letter).unwrap();
        assert!(mail.text.contains("Hello Ada Lovelace,\n"));
        recipient.name = None;
        let mail = loaded().render(&recipient, &letter).unwrap();
        assert!(!mail.text.contains("Hello") && !mail.html.contains("Hello"));
    }
}

#[test]
fn what_is_not_known_about_the_asker_is_left_out() {
    let unknown = Asker {
        device: None,
        network: None,
        at: i64::MIN,
    };
    let letter = Letter::PasswordChanged { asker: unknown };
    let mail = loaded().render(&recipient("en"), &letter).unwrap();
    assert!(!mail.text.contains("Device") && !mail.text.contains("Network"));
    assert!(mail.text.contains("\nTime: -"), "{}", mail.text);
}
