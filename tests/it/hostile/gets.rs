//! GraphQL requests in an address.

use super::{
    CANARY,
    case::{BAD_REQUEST, Case, Expect, INPUT, LIMIT, METHOD, OPERATION, PARSE},
};

/// A harmless document.
const ME: &str = "%7Bme%7Bid%7D%7D";

const RAN: Expect = Expect::Ran(&["UNAUTHENTICATED"]);

/// Query strings; `ME` and `CANARY` stand for what they name.
const GETS: &[(&str, &str, Expect)] = &[
    ("no document", "", BAD_REQUEST),
    ("another parameter", "q=1", BAD_REQUEST),
    ("an empty document", "query=", PARSE),
    ("two documents", "query=ME&query=ME", BAD_REQUEST),
    (
        "documents under escaped names",
        "query=ME&%71uery=ME",
        BAD_REQUEST,
    ),
    ("another parameter twice", "query=ME&a=1&a=2", BAD_REQUEST),
    (
        "a mutation",
        "query=mutation%7Blogout%7BwasSignedIn%7D%7D",
        METHOD,
    ),
    (
        "a mutation with spaces",
        "query=mutation+%7B+logout+%7B+wasSignedIn+%7D+%7D",
        METHOD,
    ),
    (
        "a mutation behind a comment",
        "query=%23%0Amutation%7Blogout%7BwasSignedIn%7D%7D",
        METHOD,
    ),
    (
        "a mutation and a query",
        "query=query+AME+mutation+B%7Blogout%7BwasSignedIn%7D%7D&operationName=B",
        METHOD,
    ),
    (
        "a login",
        "query=mutation%7Blogin(input:%7Bemail:%22a%22,password:%22CANARY%22%7D)%7BuserErrors%7Bcode%7D%7D%7D",
        METHOD,
    ),
    (
        "a subscription",
        "query=subscriptionME",
        Expect::Refused(&["BAD_REQUEST"]),
    ),
    ("variables that are no JSON", "query=ME&variables=a", BAD_REQUEST),
    ("variables that are a list", "query=ME&variables=[]", BAD_REQUEST),
    ("variables that are empty", "query=ME&variables=", BAD_REQUEST),
    (
        "variables in two parameters",
        "query=ME&variables=%7B%7D&variables=%7B%7D",
        BAD_REQUEST,
    ),
    (
        "variables with a key twice",
        "query=ME&variables=%7B%22a%22:1,%22a%22:2%7D",
        BAD_REQUEST,
    ),
    (
        "variables of the wrong kind",
        "query=query($a:ID!)%7Bnode(id:$a)%7Bid%7D%7D&variables=%7B%22a%22:true%7D",
        INPUT,
    ),
    (
        "extensions that are no object",
        "query=ME&extensions=1",
        BAD_REQUEST,
    ),
    (
        "a name that no operation has",
        "query=ME&operationName=A",
        OPERATION,
    ),
    (
        "a name in the wrong parameter",
        "query=query+AME+query+BME&operation_name=A",
        OPERATION,
    ),
    ("a broken escape", "query=ME%", PARSE),
    ("bytes that are no UTF-8", "query=ME%ff%fe", PARSE),
    ("NUL", "query=ME%00", PARSE),
    ("white space of every kind", "query=%0D%0A%09ME%20%2C", RAN),
];

pub(super) fn cases() -> Vec<Case> {
    let from_table = GETS.iter().map(|(about, query, expect)| {
        let query = query.replace("ME", ME).replace("CANARY", CANARY);
        Case::get(format!("a GET with {about}"), &query, *expect)
    });
    let many: Vec<_> = (0..1_000).map(|n| format!("a{n}=1")).collect();
    let built = [
        Case::get(
            "a GET with brackets",
            &format!("query={}", "%5B".repeat(2_000)),
            LIMIT,
        ),
        Case::get(
            "a GET with many parameters",
            &format!("query={ME}&{}", many.join("&")),
            RAN,
        ),
        Case::get("a GET with a body of no length", &format!("query={ME}"), RAN)
            .header("content-length", "0"),
    ];
    from_table.chain(built).collect()
}
