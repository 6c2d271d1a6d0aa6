//! The schema, put together from all features.

use std::sync::Arc;

use async_graphql::{MergedObject, MergedSubscription, SDLExportOptions, Schema, SchemaBuilder};

use super::{
    graphql::{NodeQuery, ServerInfoQuery},
    graphql_endpoint::GraphqlEndpoint,
};
use crate::features::{
    account::AccountMutation,
    activity::ActivityQuery,
    admin::{AdminMutation, AdminQuery},
    data_export::DataExportMutation,
    email_change::EmailChangeMutation,
    email_login::EmailLoginMutation,
    email_verification::EmailVerificationMutation,
    identity::IdentityMutation,
    invitation::InvitationMutation,
    login::LoginMutation,
    mail::MailQuery,
    mfa::{MfaMutation, PasskeyMutation},
    passkey_login::PasskeyLoginMutation,
    password_reset::PasswordResetMutation,
    reauthentication::ReauthenticationMutation,
    session::{SessionMutation, SessionQuery, SessionSubscription},
    session_report::SessionReportMutation,
    signup::SignupMutation,
    social_login::SocialLoginMutation,
    user::UserQuery,
    user_import::UserImportMutation,
};

/// Mutations that check or set a credential: each must be the only root field of its document, so that one request is
/// one try.
pub const CREDENTIAL_MUTATIONS: &[&str] = &[
    "signup",
    "login",
    "refreshSession",
    "changePassword",
    "reauthenticate",
    "requestPasswordReset",
    "resetPassword",
    "verifyEmail",
    "resendVerificationEmail",
    "requestEmailChange",
    "undoEmailChange",
    "requestEmailLogin",
    "loginWithEmailCode",
    "loginWithEmailLink",
    "endReportedSession",
    "deleteAccount",
    "verifyMfa",
    "startTotpSetup",
    "confirmTotpSetup",
    "disableTotp",
    "regenerateRecoveryCodes",
    "removePassword",
    "startPasskeyRegistration",
    "finishPasskeyRegistration",
    "removePasskey",
    "finishPasskeyLogin",
    "startReauthentication",
    "finishSocialLogin",
    "finishIdentityLink",
    "acceptInvitation",
    "importUsers",
];

/// Entry points that read.
#[derive(MergedObject, Default)]
pub struct Query(
    UserQuery,
    SessionQuery,
    NodeQuery,
    ServerInfoQuery,
    MailQuery,
    AdminQuery,
    ActivityQuery,
);

/// Entry points that write. Expected failures come back in `userErrors`; everything else is a top-level error.
#[derive(MergedObject, Default)]
pub struct Mutation(
    SignupMutation,
    LoginMutation,
    SessionMutation,
    AccountMutation,
    PasswordResetMutation,
    EmailVerificationMutation,
    EmailChangeMutation,
    EmailLoginMutation,
    SessionReportMutation,
    MfaMutation,
    PasskeyMutation,
    PasskeyLoginMutation,
    SocialLoginMutation,
    IdentityMutation,
    ReauthenticationMutation,
    AdminMutation,
    InvitationMutation,
    UserImportMutation,
    DataExportMutation,
);

/// Subscriptions, over WebSocket at the address of the endpoint, with the sub-protocol `graphql-transport-ws`. The payload
/// of `connection_init` can have the bearer token as `authorization`; without it, the session cookies count.
#[derive(MergedSubscription, Default)]
pub struct Subscription(SessionSubscription);

/// The endpoint that runs the schema.
pub type Endpoint = Arc<GraphqlEndpoint<Query, Mutation, Subscription>>;

/// The schema builder; the endpoint finishes it.
pub fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    Schema::build(Query::default(), Mutation::default(), Subscription::default())
}

/// The schema as SDL, as committed in `schema.graphql`.
pub fn sdl() -> String {
    builder().finish().sdl_with_options(
        SDLExportOptions::new()
            .prefer_single_line_descriptions()
            .include_specified_by()
            .use_space_ident(),
    )
}
