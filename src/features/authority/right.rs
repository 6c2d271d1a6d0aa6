//! The rights, each as a type: a use case names the one that it needs in its signature.

use crate::platform::config::Permission;

/// A right that a permission gives.
pub trait Right: Send + Sync + 'static {
    /// The permission.
    const PERMISSION: Permission;
}

/// A right to read. It needs no step-up.
pub trait ReadRight: Right {}

/// A right to change something. It needs a step-up.
pub trait ChangeRight: Right {}

macro_rules! rights {
    ($($(#[$doc:meta])+ $right:ident: $kind:ident),+ $(,)?) => {$(
        $(#[$doc])+
        #[derive(Debug, Clone, Copy)]
        pub enum $right {}

        impl Right for $right {
            const PERMISSION: Permission = Permission::$right;
        }

        impl $kind for $right {}
    )+};
}

rights! {
    /// To find and read accounts.
    ReadUsers: ReadRight,
    /// To read the events of all accounts.
    ReadAudit: ReadRight,
    /// To invite, change, disable and delete accounts, and to end their sessions.
    ManageUsers: ChangeRight,
    /// To give and take roles.
    ManageRoles: ChangeRight,
    /// To take over accounts from another system.
    ImportUsers: ChangeRight,
}
