//! The queries of administration.

use async_graphql::{Context, Enum, ID, InputObject, Object, OneofObject};

use super::super::read::{self, Lookup};
use crate::{
    context::graphql::operation,
    features::{
        authority::{Authority, ReadUsers},
        user::{Filter, Listing, SortedBy, User, UserStatus},
    },
    platform::{
        failure::Failed,
        graphql::{
            connection::{Connection, ListTag, PageArguments},
            scalars::DateTime,
        },
    },
};

/// Exactly one way to find a user.
#[derive(OneofObject)]
enum UserLookupInput {
    /// By id.
    Id(ID),
    /// By address.
    Email(String),
}

/// Filters of `users`; all given ones must hold.
#[derive(InputObject, Default)]
struct UserFilterInput {
    /// Beginning of the name, or of the address if it has an `@` or the list is ordered by EMAIL.
    search: Option<String>,
    /// Status.
    status: Option<UserStatus>,
    /// Has this role.
    role: Option<String>,
    /// Created at or after.
    created_from: Option<DateTime>,
    /// Created before.
    created_to: Option<DateTime>,
}

/// Order of `users`.
#[derive(InputObject)]
struct UserOrderInput {
    /// By what.
    #[graphql(default_with = "UserOrderField::CreatedAt")]
    field: UserOrderField,
    /// Which way.
    #[graphql(default_with = "OrderDirection::Desc")]
    direction: OrderDirection,
}

/// Order of `users`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
enum UserOrderField {
    /// Creation time.
    CreatedAt,
    /// Name.
    Name,
    /// Address.
    Email,
    /// Last sign-in. Users who never signed in come before all others in ascending order.
    LastLoginAt,
}

/// Direction of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
enum OrderDirection {
    /// Smallest or oldest first.
    Asc,
    /// Greatest or newest first.
    Desc,
}

impl From<UserFilterInput> for Filter {
    fn from(input: UserFilterInput) -> Self {
        Self {
            search: input.search,
            status: input.status.map(Into::into),
            role: input.role,
            created_from: input.created_from.map(DateTime::as_millis),
            created_to: input.created_to.map(DateTime::as_millis),
        }
    }
}

impl From<UserOrderInput> for (SortedBy, bool) {
    fn from(input: UserOrderInput) -> Self {
        let by = match input.field {
            UserOrderField::CreatedAt => SortedBy::Creation,
            UserOrderField::Name => SortedBy::Name,
            UserOrderField::Email => SortedBy::Email,
            UserOrderField::LastLoginAt => SortedBy::LastLogin,
        };
        (by, input.direction == OrderDirection::Asc)
    }
}

/// The queries of administration.
#[derive(Default)]
pub struct AdminQuery;

#[Object]
impl AdminQuery {
    /// One user; null if there is none. The audit log records who reads the account of somebody else. Needs permission
    /// `read_users`, without which the error is UNAUTHENTICATED or FORBIDDEN.
    async fn user(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Exactly one way to find the user.")] by: UserLookupInput,
    ) -> Option<Result<User, Failed>> {
        let by = match by {
            UserLookupInput::Id(id) => Lookup::Id(id.0),
            UserLookupInput::Email(email) => Lookup::Email(email),
        };
        let found = async {
            let authority = Authority::<ReadUsers>::to_read(operation(context)?).await?;
            read::find(&authority, &by).await
        };
        Box::pin(found)
            .await
            .map(|found| found.map(User::from))
            .transpose()
    }

    /// All users, newest first by default. Page size 1 to 100, default 20. These can be combined: by CREATED_AT with
    /// `status` or with `role`, each with or without `createdFrom` and `createdTo`; by NAME or EMAIL with or without
    /// `search`, which is then the beginning of that; by LAST_LOGIN_AT without filter. A search without `orderBy` is
    /// ordered by EMAIL if it has an `@`, else by NAME. Everything else is refused. The audit log records who reads lists,
    /// and whose sessions, passkeys, identities, factors and new address. Needs permission `read_users`, without which the
    /// error is UNAUTHENTICATED or FORBIDDEN. Codes: BAD_USER_INPUT.
    #[allow(
        clippy::too_many_arguments,
        reason = "the arguments of a connection, and two of its own"
    )]
    async fn users(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many, from the beginning.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which users.")] filter: Option<UserFilterInput>,
        #[graphql(desc = "In which order.")] order_by: Option<UserOrderInput>,
    ) -> Option<Result<Connection<User>, Failed>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = async {
            let operation = operation(context)?;
            let authority = Authority::<ReadUsers>::to_read(operation).await?;
            let listing = Listing::of(filter.unwrap_or_default().into(), order_by.map(Into::into))?;
            let tag = ListTag(listing.tag());
            let page = read::list(&authority, &listing, &arguments.request(tag)?).await?;
            let page = page.map(|(at, listed)| (at, User::from(listed)));
            let app = operation.app.clone();
            Ok(Connection::new(tag, page, async move {
                read::count(&app, &listing).await
            }))
        };
        Some(Box::pin(page).await)
    }
}
