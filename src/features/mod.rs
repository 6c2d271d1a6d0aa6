//! The rooms: one folder for each noun of the field.

pub mod password;
pub mod user;
