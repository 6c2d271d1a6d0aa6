use std::fs;

use super::{tests::config, *};
use crate::{
    features::mail::examples::{letters, recipient},
    platform::config::{Inputs, load},
};

#[test]
fn text_on_the_button_is_readable_on_the_brands_colour() {
    for (color, style) in [
        ("#ffd400", "background:#ffd400;color:#000"),
        ("#2f5bd8", "background:#2f5bd8;color:#fff"),
    ] {
        let inputs = Inputs {
            variables: vec![("PORTCULLIS_BRAND_COLOR".into(), color.into())],
            ..Inputs::default()
        };
        let letters_of_brand = Letters::load(&load(inputs).unwrap().config).unwrap();
        let mail = letters_of_brand.render(&recipient("en"), &letters()[0]).unwrap();
        assert!(mail.html.contains(style));
    }
}

#[test]
fn without_an_own_address_the_brand_leads_to_the_accounts() {
    let config = Config {
        brand_url: None,
        ..config()
    };
    let mail = Letters::load(&config)
        .unwrap()
        .render(&recipient("en"), &Letter::Test)
        .unwrap();
    assert!(mail.html.contains("href=\"https://accounts.example.com/\""));
}

fn with_catalogue(name: &str, text: &str) -> Result<Letters, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), text).unwrap();
    Letters::load(&Config {
        brand_texts: Some(folder.path().to_owned()),
        ..config()
    })
}

#[test]
fn a_team_can_replace_texts_and_add_languages() {
    let text = "sign-in = Entrer\nmail-test-heading = Ça marche\nmail-test-text = { $unknown }";
    let letters_of_team = with_catalogue("fr.ftl", text).unwrap();
    let mail = letters_of_team
        .render(&recipient("fr-CA"), &Letter::Test)
        .unwrap();
    assert_eq!(mail.subject, "Ça marche · Lantern");
    assert!(mail.html.contains("<html lang=\"fr\">") && mail.html.contains("This is a test."));
}

#[test]
fn a_custom_subject_of_several_lines_stops_the_start() {
    for text in [
        "mail-test-heading =\n    It\n    works",
        "mail-test-heading = It{\"\\u000A\"}works",
    ] {
        let error = with_catalogue("de.ftl", text).unwrap_err().to_string();
        assert_eq!(
            error,
            "brand_texts: the subject of the email test in de is not one line"
        );
    }
}
