//! Mail in GraphQL: refused requests, and the development outbox.

use async_graphql::{Context, Object, SimpleObject};

use super::{NotRequested, kept, outbox::may_read};
use crate::{
    context::{
        OpContext,
        graphql::{
            operation,
            user_error::{UserError, UserErrorCode},
        },
    },
    platform::{
        failure::{Denied, Failed},
        graphql::scalars::DateTime,
    },
};

/// Maximum number of mails in one list.
const MAX_MAILS: u64 = 100;

impl From<NotRequested> for UserError {
    fn from(refused: NotRequested) -> Self {
        match refused {
            NotRequested::Disabled => feature_disabled(),
            NotRequested::Email(problem) => problem.at("email"),
        }
    }
}

/// The feature needs mail, or is switched off.
pub fn feature_disabled() -> UserError {
    UserError::new(
        UserErrorCode::FeatureDisabled,
        "This server does not offer that. Ask the administrator.",
    )
}

/// A mail in the development outbox.
#[derive(SimpleObject)]
struct DevMail {
    /// Recipient.
    to: String,
    /// Subject.
    subject: String,
    /// Plain-text part.
    text: String,
    /// First link in the text.
    link: Option<String>,
    /// When it was written.
    created_at: DateTime,
}

/// Entry points that read mails.
#[derive(Debug, Default)]
pub struct MailQuery;

#[Object]
impl MailQuery {
    /// Mails that the server would have sent, newest first. Null, with a FORBIDDEN error, outside the development
    /// outbox; needs the key that the start line prints, in the header `Portcullis-Outbox-Key`.
    async fn dev_outbox(
        &self,
        context: &Context<'_>,
        #[graphql(default = 20, desc = "How many, at most 100.")] first: i32,
        // `Option` outside, so that an error makes this field null and not `data`.
    ) -> Option<Result<Vec<DevMail>, Failed>> {
        Some(Box::pin(dev_outbox(context, first)).await)
    }
}

async fn dev_outbox(context: &Context<'_>, first: i32) -> Result<Vec<DevMail>, Failed> {
    let OpContext { app, client, .. } = operation(context)?;
    if !may_read(app, client, client.outbox_key.as_ref()) {
        return Err(Denied::Forbidden.into());
    }
    let most = u64::try_from(first)
        .ok()
        .filter(|most| (1..=MAX_MAILS).contains(most));
    let most = most.ok_or_else(|| Denied::BadUserInput("Let `first` be from 1 to 100.".into()))?;
    let mails = kept(app, most).await?.into_iter();
    Ok(mails
        .map(|(row, mail)| DevMail {
            to: mail.to,
            subject: mail.subject,
            text: mail.text,
            link: mail.link,
            created_at: DateTime::from_millis(row.created_at),
        })
        .collect())
}
