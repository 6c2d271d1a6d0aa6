//! Notices about the security of an account, and the budgets of requested mail.

mod budgets;
mod security;
