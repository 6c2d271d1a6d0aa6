use super::{
    tests::{all, config, loaded},
    *,
};
use crate::{
    features::mail::examples::{CODE, TOKEN, asker, letters, recipient},
    platform::unicode::is_forbidden_in_line,
};

#[test]
fn names_stay_text() {
    let names = [
        "</p><script>alert(1)</script>",
        "{ $token }",
        "{ mail-time }",
        "{{ view.subject }}",
        "\r\nBcc: x@example.com\r\n\r\nBody",
        "Ada\u{202E}ecalevoL\u{2066}",
        "Ada\u{2028}Ada\0",
        "\"><a href=//x.example>",
    ];
    for name in names {
        for letter in letters() {
            let mut recipient = recipient("de");
            recipient.name = Some(name.to_owned());
            let letter = with_text(letter, name);
            let mail = loaded().render(&recipient, &letter).unwrap();
            let plain = loaded()
                .render(
                    &Recipient {
                        name: None,
                        ..recipient
                    },
                    &letter,
                )
                .unwrap();
            assert_eq!(mail.subject, plain.subject);
            assert!(!mail.subject.chars().any(is_forbidden_in_line));
            let shows = |c| c != '\n' && is_forbidden_in_line(c);
            assert!(!mail.text.chars().any(shows) && !mail.html.chars().any(shows));
            assert!(!mail.text.lines().any(|line| line.starts_with("Bcc")));
            assert!(!mail.html.contains("<script") && !mail.html.contains("x.example>"));
            if !name.contains(char::is_control) && !name.contains(['\u{202E}', '\u{2028}']) {
                assert!(mail.text.contains(&format!("Hallo {name},\n")), "{}", mail.text);
            }
        }
    }
}

/// The letter with `text` wherever text from outside goes.
fn with_text(mut letter: Letter, text: &str) -> Letter {
    if let Letter::AddressChanged { new_address, .. } = &mut letter {
        text.clone_into(new_address);
    }
    if let Letter::ResetPassword { asker, .. }
    | Letter::AddressChanged { asker, .. }
    | Letter::AddressChangedForGood { asker }
    | Letter::SignInCode { asker, .. }
    | Letter::IdentityCode { asker, .. }
    | Letter::AddressCode { asker, .. }
    | Letter::AccountExists { asker, .. }
    | Letter::PasswordChanged { asker }
    | Letter::NewSignIn { asker, .. }
    | Letter::TokenReused { asker }
    | Letter::TotpEnabled { asker, .. }
    | Letter::TotpDisabled { asker }
    | Letter::PasskeyAdded { asker, .. }
    | Letter::PasskeyRemoved { asker }
    | Letter::PasskeyRefused { asker }
    | Letter::RecoveryCodesReplaced { asker }
    | Letter::RecoveryCodeUsed { asker, .. }
    | Letter::PasswordRemoved { asker }
    | Letter::CodesRefused { asker }
    | Letter::IdentityLinked { asker, .. }
    | Letter::IdentityUnlinked { asker, .. }
    | Letter::DeletionScheduled {
        asker: Some(asker), ..
    }
    | Letter::DeletionCancelled { asker } = &mut letter
    {
        asker.device = Some(text.to_owned());
        asker.network = Some(text.to_owned());
    }
    if let Letter::AddressCode { provider, .. }
    | Letter::AccountExists { provider, .. }
    | Letter::IdentityLinked { provider, .. }
    | Letter::IdentityUnlinked { provider, .. } = &mut letter
    {
        text.clone_into(provider);
    }
    let device = letter.asker().map(|asker| asker.device.as_deref());
    assert!(device.is_none_or(|device| device == Some(text)), "{letter:?}");
    letter
}

#[test]
fn the_brand_is_text_and_its_address_an_attribute() {
    let config = Config {
        brand_name: "<&\">{ $x }".to_owned(),
        brand_url: Some("https://app.example.com/?a=b&c=%22".to_owned()),
        ..config()
    };
    let letters_of_brand = Letters::load(&config).unwrap();
    for letter in letters() {
        let mail = letters_of_brand.render(&recipient("en"), &letter).unwrap();
        assert!(mail.subject.ends_with(" · <&\">{ $x }"));
        assert!(mail.text.starts_with("<&\">{ $x }\n"));
        assert!(mail.text.ends_with("\nhttps://app.example.com/?a=b&c=%22"));
        assert!(
            mail.html
                .contains("href=\"https://app.example.com/?a=b&#38;c=%22\"")
        );
        assert!(mail.html.contains("&#60;&#38;&#34;&#62;{ $x }") && !mail.html.contains("<&"));
    }
}

#[test]
fn a_subject_of_several_lines_is_not_sent() {
    let mut letters_of_brand = loaded();
    for service in [
        "Lantern\r\nBcc: x@example.com",
        "Lantern\u{2028}",
        "Lan\u{202E}tern",
    ] {
        service.clone_into(&mut letters_of_brand.theme.service);
        for letter in letters() {
            let fault = letters_of_brand.render(&recipient("en"), &letter).unwrap_err();
            assert_eq!(
                fault.chain(),
                "could not render an email: its subject is not one line"
            );
        }
    }
}

#[test]
fn no_secret_is_in_debug_output() {
    for (letter, mail) in all() {
        let shown = format!(
            "{letter:?} {letter:#?} {:?} {mail:?} {:?}",
            recipient("en"),
            asker()
        );
        for hidden in [TOKEN, CODE, "example.com", "192.0.2", "Firefox", "Ada"] {
            assert!(!shown.contains(hidden), "{hidden} in {shown}");
        }
    }
}
