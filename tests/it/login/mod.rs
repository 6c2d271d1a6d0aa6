//! Login.

mod password;
