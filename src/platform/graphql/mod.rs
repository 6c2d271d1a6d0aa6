//! GraphQL infrastructure: errors, limits, checks and scalars that all features share.

pub mod arguments;
pub mod connection;
pub mod document_cost;
pub mod document_limits;
pub mod error;
pub mod expose;
pub mod field_types;
pub mod input_types;
pub mod introspection;
pub mod list_cost;
pub mod merge_fields;
pub mod open_fragments;
mod operations_mut;
pub mod overlaps;
pub mod prescan;
pub mod request_error;
pub mod scalars;
pub mod subscription_root;
pub mod syntax;
pub mod syntax_error;
pub mod variables;
