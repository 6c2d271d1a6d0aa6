use super::*;

fn parse(raw: &str) -> Result<Option<String>, DeviceNameProblem> {
    DeviceName::parse(raw).map(|name| name.map(DeviceName::into_string))
}

fn named(agent: &str) -> String {
    DeviceName::from_user_agent(Some(agent)).into_string()
}

#[test]
fn a_given_name_is_trimmed_and_brought_into_nfc() {
    for (raw, name) in [
        ("Kitchen tablet", "Kitchen tablet"),
        (" \t\u{3000}Zoe\u{308}'s phone\u{A0}\r\n", "Zo\u{EB}'s phone"),
        ("仕事用 💻", "仕事用 💻"),
        ("<b>bold</b>", "<b>bold</b>"),
    ] {
        assert_eq!(parse(raw), Ok(Some(name.to_owned())));
    }
}

#[test]
fn a_blank_name_counts_as_none_given() {
    for raw in ["", " ", "\t\r\n", "\u{3000}\u{2028}"] {
        assert_eq!(parse(raw), Ok(None), "{raw:?}");
    }
}

#[test]
fn a_hundred_code_points_are_the_most() {
    for letter in ["a", "e\u{301}", "😀"] {
        assert!(parse(&letter.repeat(100)).is_ok(), "{letter}");
        assert_eq!(
            parse(&letter.repeat(101)),
            Err(DeviceNameProblem::TooLong),
            "{letter}"
        );
    }
    let limit = DeviceName::MAX_LENGTH.to_string();
    assert!(DeviceNameProblem::TooLong.message().contains(&limit));
}

#[test]
fn control_characters_and_text_that_turns_direction_are_refused() {
    for c in [
        '\0', '\u{1B}', '\n', '\u{7F}', '\u{202E}', '\u{2066}', '\u{2028}', '\u{FFFE}',
    ] {
        assert_eq!(
            parse(&format!("My{c}phone")),
            Err(DeviceNameProblem::InvalidCharacters),
            "{c:?}"
        );
    }
}

#[test]
fn browsers_are_named_with_their_device_and_programs_with_their_product() {
    let lines = include_str!("agents.txt").lines();
    let table: Vec<_> = lines.filter(|line| !line.is_empty()).collect();
    assert!(table.len() > 40, "{} lines: is that all?", table.len());
    for line in table {
        let (name, agent) = line.split_once(" | ").unwrap();
        assert_eq!(named(agent), name.trim_end(), "{agent}");
    }
}

#[test]
fn what_says_nothing_is_an_unknown_device() {
    assert_eq!(DeviceName::from_user_agent(None).as_str(), "Unknown device");
    for agent in [
        "",
        "-",
        " ",
        "Mozilla/5.0",
        "mozilla",
        "Mozilla/5.0 (compatible; Googlebot/2.1)",
        "/1.0",
        "1.0",
    ] {
        assert_eq!(named(agent), "Unknown device", "{agent:?}");
    }
}

#[test]
fn nothing_but_a_plain_product_gets_from_the_header_into_the_name() {
    for agent in [
        "<script>alert(1)</script>",
        "<b>curl</b>/8",
        "curl\u{202E}/8",
        "curl\u{200B}/8",
        "сurl/8",
        "cu\"rl/8",
        "cu'rl/8",
        "cu%0Arl/8",
        "cu\nrl/8",
        "cu\0rl/8",
        "{{7*7}}",
        "$(reboot)",
        "=HYPERLINK(\"http://evil.example\")",
        "../../etc/passwd",
        "\u{1F4A9}/1.0",
        "\u{FFFD}\u{FFFD}",
    ] {
        assert_eq!(named(agent), "Unknown device", "{agent:?}");
        let embedded = format!("Mozilla/5.0 (X11; Linux x86_64; {agent}) Firefox/145.0 {agent}");
        assert_eq!(named(&embedded), "Firefox on Linux", "{agent:?}");
    }
}

#[test]
fn a_kilobyte_of_anything_is_named_in_a_few_plain_letters() {
    for part in [
        "a",
        "(",
        " ",
        ";",
        "😀",
        "\u{301}",
        "Mozilla/5.0 ",
        "Windows NT ; ",
        "Android;Linux;",
        "iPhone OS 1_",
        "Version/1 Safari/",
        "like Mac OS X iPhone; ",
        "DoCoMo/1.0/",
        "KDDI-<b>",
        "SoftBank/1.0/<b>",
        "<script>",
        "Windows <b>;",
        "UP.Browser/",
        "BlackBerry9000/<b> ",
    ] {
        for agent in [
            part.repeat(1024 / part.len()),
            format!("Mozilla/5.0 ({part}) {}", part.repeat(99)),
        ] {
            let name = named(&agent);
            assert!(name.len() <= MAX_PRODUCT + " on Apple device".len(), "{name}");
            assert!(
                name.bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b" -._".contains(&b)),
                "{name}"
            );
            assert_eq!(
                parse(&name),
                Ok(Some(name.clone())),
                "a derived name must also be valid as a given one"
            );
        }
    }
}

#[test]
fn a_product_of_forty_letters_is_the_longest_that_is_shown() {
    assert_eq!(named(&"a".repeat(40)), "a".repeat(40));
    assert_eq!(named(&"a".repeat(41)), "Unknown device");
}
