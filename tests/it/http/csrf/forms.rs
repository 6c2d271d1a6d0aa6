//! What pages can send without asking the browser first: forms, and links.

use reqwest::Method;

use super::{name, server, sessions};
use crate::support::PASSWORD;

#[tokio::test]
async fn what_forms_can_send_runs_nothing() {
    let app = server().await;
    let own = app.browser();
    own.signup("ada").await;
    let before = sessions(&app).await;
    let logout = "{\"query\":\"mutation { logout { wasSignedIn } }\"}";
    let login = format!(
        "{{\"query\":\"mutation {{ login(input: {{ email: \\\"ada@example.com\\\", password: \\\"{PASSWORD}\\\", tokenDelivery: COOKIE }}) {{ user {{ id }} }} }}\"}}"
    );
    let visitor = app.browser();
    for (page, status, code) in [
        (own.on(&[("origin", "https://evil.example")]), 403, "CSRF_BLOCKED"),
        (own.on(&[("origin", "null")]), 403, "CSRF_BLOCKED"),
        (own.clone(), 415, "UNSUPPORTED_MEDIA_TYPE"),
        (
            visitor.on(&[("origin", "https://evil.example")]),
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        (visitor.clone(), 415, "UNSUPPORTED_MEDIA_TYPE"),
    ] {
        for media_type in [
            "text/plain",
            "text/plain;charset=UTF-8",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=b",
        ] {
            let forms = [
                logout.to_owned(),
                login.clone(),
                // A form cannot leave out the `=`; it hides it in a value.
                format!("{}, \"x\": \"=\"}}", logout.trim_end_matches('}')),
                "query=mutation%7Blogout%7BwasSignedIn%7D%7D".to_owned(),
                "--b\r\ncontent-disposition: form-data; name=\"query\"\r\n\r\nmutation { logout { wasSignedIn } }\r\n--b--".to_owned(),
            ];
            for form in forms {
                let request = page
                    .request(Method::POST, "/graphql")
                    .header("content-type", media_type);
                let answer = page.send(request.body(form)).await;
                assert_eq!(
                    (answer.status.as_u16(), answer.codes()),
                    (status, vec![code]),
                    "{media_type}"
                );
                assert_eq!(answer.set_cookies(), Vec::<&str>::new());
            }
        }
    }
    let link = "/graphql?query=mutation%7Blogout%7BwasSignedIn%7D%7D";
    for page in [
        own.on(&[("sec-fetch-site", "cross-site")]),
        own.on(&[]),
        own.clone(),
    ] {
        assert_eq!(
            page.send(page.request(Method::GET, link)).await.status.as_u16(),
            405
        );
    }
    assert_eq!(name(&own).await, "ada");
    assert_eq!(sessions(&app).await, before);
}
