//! Defaults of settings that follow from other settings, by the name of the setting.

use super::{
    database_url::DatabaseUrl,
    parse, passkey_origin,
    public_url::PublicUrl,
    values::{Fallback, Values},
};

pub(super) const LISTEN: Fallback = Fallback::Derived {
    rule: "`127.0.0.1` and `[::1]`, on the port of `public_url` if that is plain http on this \
           machine, else 8000",
    from: default_listen,
};

pub(super) const DATABASE_URL: Fallback = Fallback::Derived {
    rule: "the SQLite file `portcullis.db` in `data_dir`",
    from: |values| DatabaseUrl::of_file_in(values.text("data_dir")),
};

pub(super) const SECRET: Fallback = Fallback::Derived {
    rule: "with SQLite, the first start generates it in `secret.key` in `data_dir`; must be given with \
           other databases",
    from: |_| String::new(),
};

pub(super) const AUDIENCE: Fallback = Fallback::Derived {
    rule: "`public_url`",
    from: |values| public_url(values).map_or_else(String::new, |url| url.to_string()),
};

pub(super) const PASSKEY_RP_ID: Fallback = Fallback::Derived {
    rule: "the host of `public_url`; none, and no passkeys, if that is an IP address",
    from: |values| passkey_origin::default_rp_id(public_url(values).as_ref()),
};

pub(super) const INTROSPECTION: Fallback = Fallback::Derived {
    rule: "`true` if `public_url` is on this machine, else `false`",
    from: on_loopback,
};

pub(super) const GRAPHIQL: Fallback = Fallback::Derived {
    rule: "`true` if `public_url` is on this machine and `trusted_documents_only` is off, else `false`",
    from: |values| (is_loopback(values) && !takes_trusted_only(values)).to_string(),
};

pub(super) const CORS_ORIGINS: Fallback = Fallback::Derived {
    rule: "`loopback` if `public_url` is on this machine, else none",
    from: |values| {
        if is_loopback(values) {
            "loopback".to_owned()
        } else {
            String::new()
        }
    },
};

pub(super) const PAGES: Fallback = Fallback::Derived {
    rule: "`false` if `public_url` is plain http on another machine, where cookies do not work, \
           else `true`",
    from: |values| has_cookies(values).to_string(),
};

pub(super) const SERVICE_TOKEN_TTL: Fallback = Fallback::Derived {
    rule: "`access_token_ttl`",
    from: |values| values.text("access_token_ttl").to_owned(),
};

pub(super) const MFA_REQUIRED_ROLES: Fallback = Fallback::Derived {
    rule: "`none` if `public_url` is on this machine, else `admin`",
    from: default_mfa_roles,
};

pub(super) const JWT_SECRET: Fallback = Fallback::Derived {
    rule: "none; must be given with `HS256`, `HS384` and `HS512`",
    from: |_| String::new(),
};

/// The public URL, if its text is valid; reading the setting reports an invalid one.
fn public_url(values: &Values) -> Option<PublicUrl> {
    PublicUrl::parse(values.text("public_url").trim()).ok()
}

fn is_loopback(values: &Values) -> bool {
    public_url(values).is_some_and(|url| url.is_loopback())
}

fn takes_trusted_only(values: &Values) -> bool {
    parse::switch(values.text("trusted_documents_only").trim()).unwrap_or(false)
}

fn has_cookies(values: &Values) -> bool {
    public_url(values).is_some_and(|url| url.is_https() || url.is_loopback())
}

fn on_loopback(values: &Values) -> String {
    is_loopback(values).to_string()
}

fn default_mfa_roles(values: &Values) -> String {
    let roles = if is_loopback(values) {
        parse::NO_ROLES
    } else {
        "admin"
    };
    roles.to_owned()
}

fn default_listen(values: &Values) -> String {
    let port = public_url(values)
        // With https there is a proxy in front, and the port is the proxy's.
        .filter(|url| url.is_loopback() && !url.is_https())
        .and_then(|url| url.port())
        .unwrap_or(8000);
    format!("127.0.0.1:{port},[::1]:{port}")
}
