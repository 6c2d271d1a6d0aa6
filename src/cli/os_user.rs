//! The user of the operating system who runs a command.

/// Name and number of that user. On Linux also of the one who signed in to the machine, if that is another, as with
/// `sudo`.
#[cfg(unix)]
pub(super) fn os_user() -> String {
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let login = std::fs::read_to_string("/proc/self/loginuid").unwrap_or_default();
    describe(rustix::process::getuid().as_raw(), &login, &users)
}

/// Not known on this system.
#[cfg(not(unix))]
pub(super) fn os_user() -> String {
    "unknown".to_owned()
}

#[cfg(unix)]
fn describe(uid: u32, login: &str, users: &str) -> String {
    let user = name(uid, users);
    match login.trim().parse() {
        // The greatest number stands for none.
        Ok(login) if login != u32::MAX && login != uid => {
            format!("{user}, signed in as {}", name(login, users))
        }
        _ => user,
    }
}

#[cfg(unix)]
fn name(uid: u32, users: &str) -> String {
    let found = users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == uid.to_string()).then_some(name)
    });
    found.map_or_else(|| format!("uid {uid}"), |name| format!("{name} (uid {uid})"))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_user_has_a_name_if_the_machine_knows_one() {
        let users = "root:x:0:0:root:/root:/bin/sh\nada:x:1000:1000::/home/ada:/bin/sh\n";
        assert_eq!(describe(1_000, "", users), "ada (uid 1000)");
        assert_eq!(describe(1_000, "1000\n", users), "ada (uid 1000)");
        assert_eq!(describe(7, "4294967295", users), "uid 7");
        assert_eq!(
            describe(0, "1000", users),
            "root (uid 0), signed in as ada (uid 1000)"
        );
        assert!(!os_user().is_empty());
    }
}
