//! Root fields that belong to no feature.

mod node;
mod server_info;

pub use node::NodeQuery;
pub use server_info::ServerInfoQuery;
