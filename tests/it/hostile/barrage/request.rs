//! One hostile request, made of its number and the seed.

use super::{dice::Dice, document, mutate::mutated, schema::Schema};
use crate::hostile::case::{Case, Expect};

/// What requests are made from.
pub(super) struct Arsenal {
    pub(super) schema: Schema,
    pub(super) corpus: Vec<Case>,
    /// An access token that is good.
    pub(super) token: String,
}

/// Bytes for the server, and what may be expected of it.
pub(super) struct Shot {
    pub(super) bytes: Vec<u8>,
    /// Whether they are one request by the rules of HTTP. If not, the server may hang up without a word.
    pub(super) is_http: bool,
    /// Whether the answer has no body, whatever it says of its length.
    pub(super) is_head: bool,
}

const TARGETS: &[&str] = &[
    "/graphql",
    "/",
    "/login",
    "/signup",
    "/account",
    "/account/activity",
    "/account/activity?after=%00",
    "/account/password",
    "/account/sessions/end",
    "/logout",
    "/logo",
    "/healthz",
    "/livez",
    "/readyz",
    "/.well-known/jwks.json",
    "/.well-known/openid-configuration",
    "/graphiql",
    "/nope",
    "/graphql/",
    "//graphql",
    "/graphql?",
    "/graphql?query=",
    "/%67raphql",
    "/../graphql",
    "/graphql%00",
    "*",
    "http://localhost/graphql",
    "/login?next=//evil.example",
    "/account?next=%2f%2fevil",
    "/favicon.ico",
];

const METHODS: &[&str] = &[
    "GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "HEAD", "TRACE", "BREW", "get",
];

const HEADERS: &[(&str, &str)] = &[
    ("accept", "application/graphql-response+json"),
    ("accept", "*/*;q=0"),
    ("accept", "text/html"),
    ("accept", "\u{fffd},;;q=,"),
    ("content-type", "text/plain"),
    ("content-type", "application/x-www-form-urlencoded"),
    ("content-type", "application/json;charset=utf-7"),
    ("content-type", "multipart/form-data; boundary="),
    ("origin", "https://evil.example"),
    ("origin", "null"),
    ("origin", "http://localhost:1"),
    ("cookie", "portcullis-access=a; portcullis-access=b"),
    ("cookie", "portcullis-refresh=pcr_"),
    ("cookie", "=;;=\";a"),
    ("cookie", "portcullis-form=x"),
    ("authorization", "Bearer "),
    ("authorization", "Basic YTpi"),
    ("authorization", "Bearer a.b.c"),
    ("x-forwarded-for", "1.2.3.4, \u{fffd}"),
    ("forwarded", "for=\"[::1]:80\";host=evil"),
    ("x-forwarded-host", "evil.example"),
    ("x-request-id", "../../\\"),
    ("user-agent", "\u{fffd}\u{fffd}"),
    ("sec-fetch-site", "cross-site"),
    ("if-none-match", "*, \"\", W/"),
    ("accept-language", "de-DE;q=9,*,x-"),
    ("content-encoding", "gzip"),
    ("expect", "100-continue"),
    ("upgrade", "websocket"),
    ("range", "bytes=0-"),
    ("access-control-request-method", "POST"),
];

impl Arsenal {
    pub(super) fn shot(&self, seed: u64, number: u64) -> Shot {
        let dice = &mut Dice::new(seed, number);
        let mut case = match dice.below(100) {
            0..45 => self.documents(dice),
            45..55 => self.by_get(dice),
            55..72 => self.damaged_body(dice),
            72..85 => odd(dice),
            _ => return self.damaged_wire(dice),
        };
        // What is a header's value is text here; where it is none, `damaged_wire` sees to it.
        if dice.percent(20) {
            let (name, value) = *dice.pick(HEADERS);
            case = case.header(name, value);
        }
        if dice.percent(15) {
            case = case.header("authorization", &format!("Bearer {}", self.token));
        }
        let is_head = case.method == "HEAD";
        // A client that expects 100 Continue and does not wait gets two answers; one that requests an upgrade may get
        // another protocol.
        let is_plain = !case
            .headers
            .iter()
            .any(|(name, _)| name == "expect" || name == "upgrade");
        Shot {
            bytes: case.on_the_wire(),
            is_http: is_plain,
            is_head,
        }
    }

    fn documents(&self, dice: &mut Dice) -> Case {
        Case::json("a document", &document::request(dice, &self.schema), Expect::Data)
    }

    fn by_get(&self, dice: &mut Dice) -> Case {
        let request = document::request(dice, &self.schema);
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("query", request["query"].as_str().unwrap());
        if let Some(variables) = request.get("variables") {
            query.append_pair("variables", &variables.to_string());
        }
        let mut case = Case::get("by GET", &query.finish(), Expect::Data);
        // Longer ones are refused while they are read, which the corpus sees to.
        case.target.truncate(7_000);
        case
    }

    fn damaged_body(&self, dice: &mut Dice) -> Case {
        let mut case = dice.pick(&self.corpus).clone();
        let other = dice.pick(&self.corpus);
        if case.body.is_empty() {
            case = Case::body("out of nothing", "{\"query\":\"{ me { id } }\"}", Expect::Data);
        }
        case.body = mutated(dice, &case.body, &other.body);
        if dice.percent(30) { case.chunked() } else { case }
    }

    /// Lines, lengths and chunks that are no HTTP any more, or two requests at once.
    fn damaged_wire(&self, dice: &mut Dice) -> Shot {
        let one = match dice.below(3) {
            0 => odd(dice).on_the_wire(),
            1 => self.documents(dice).on_the_wire(),
            _ => dice.pick(&self.corpus).on_the_wire(),
        };
        let other = dice.pick(&self.corpus).on_the_wire();
        // The head is where HTTP is decided.
        let head = one.windows(4).position(|it| it == b"\r\n\r\n").unwrap_or(0) + 4;
        let mut bytes = if dice.percent(70) {
            [mutated(dice, &one[..head], &other), one[head..].to_vec()].concat()
        } else {
            mutated(dice, &one, &other)
        };
        if dice.percent(10) {
            bytes = [bytes, other].concat();
        }
        Shot {
            bytes,
            is_http: false,
            is_head: false,
        }
    }
}

/// Any method at any address with any headers.
fn odd(dice: &mut Dice) -> Case {
    let mut case = Case::body("odd", "", Expect::Data);
    (*dice.pick(METHODS)).clone_into(&mut case.method);
    (*dice.pick(TARGETS)).clone_into(&mut case.target);
    for _ in 0..dice.size(20) {
        let (name, value) = *dice.pick(HEADERS);
        case = case.header(name, value);
    }
    if dice.percent(60) {
        let fields = [
            "email=a",
            "password=short",
            "token=x",
            "name=%00",
            "next=//evil",
            "id=",
            "a=%ff",
            "&",
            "=",
        ];
        let body: Vec<_> = (0..=dice.size(30)).map(|_| *dice.pick(&fields)).collect();
        case.body = body.join("&").into_bytes();
        if dice.percent(50) {
            case = case.content_type(Some("application/x-www-form-urlencoded"));
        }
    }
    case
}
