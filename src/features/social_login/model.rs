//! What happens to a person who signed in at a provider.
//!
//! A provider's word alone must never open an existing account: anybody can register anybody's address at a provider
//! that does not check it. So an identity links to an account by its address only if the provider is trusted for
//! that address, and the account's own address is confirmed. An account with an unconfirmed address may be a
//! squatter's: our own mail must prove the address first, and ends everything that the account had. Accounts with
//! roles, and identities that their owner once unlinked, never link by address: their owner signs in and connects them.

/// Whether an identity is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PriorLink {
    /// Never seen.
    No,
    /// It was linked once, and its owner unlinked it.
    Unlinked,
}

/// Who vouches for the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AddressProof {
    /// A provider that is trusted for it.
    Provider,
    /// Our own mail.
    OwnMail,
}

/// The account that has the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AddressOwner {
    /// None.
    Nobody,
    /// One whose address is not confirmed.
    Unconfirmed,
    /// One whose address is confirmed.
    Confirmed {
        /// Whether it has roles.
        has_role: bool,
    },
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    /// Create an account.
    Create,
    /// Link the identity to the account that has the address, and sign in to it.
    Link,
    /// Our own mail must prove the address first.
    ProveAddress,
    /// Record the proof of the address, which ends everything that the account had; then link and sign in.
    TakeOver,
    /// Refuse: the owner of the account must sign in to it, and link there.
    AccountExists,
}

/// What to do with an identity that is linked to nobody, and whose address is vouched for.
pub(super) fn decide(known: PriorLink, proof: AddressProof, holder: AddressOwner) -> Decision {
    match (holder, known, proof) {
        (AddressOwner::Nobody, _, _) => Decision::Create,
        (_, PriorLink::Unlinked, _)
        | (AddressOwner::Confirmed { has_role: true }, _, _)
        | (AddressOwner::Confirmed { .. }, _, AddressProof::OwnMail) => Decision::AccountExists,
        (AddressOwner::Confirmed { has_role: false }, PriorLink::No, AddressProof::Provider) => {
            Decision::Link
        }
        (AddressOwner::Unconfirmed, PriorLink::No, AddressProof::Provider) => Decision::ProveAddress,
        (AddressOwner::Unconfirmed, PriorLink::No, AddressProof::OwnMail) => Decision::TakeOver,
    }
}

#[cfg(test)]
mod tests {
    use super::{
        AddressOwner::{self, Confirmed, Nobody, Unconfirmed},
        AddressProof::{self, OwnMail, Provider},
        Decision::{self, AccountExists, Create, Link, ProveAddress, TakeOver},
        PriorLink::{self, No, Unlinked},
        decide,
    };

    const WITHOUT_ROLE: AddressOwner = Confirmed { has_role: false };
    const WITH_ROLE: AddressOwner = Confirmed { has_role: true };

    const TABLE: [(PriorLink, AddressProof, AddressOwner, Decision); 16] = [
        (No, Provider, Nobody, Create),
        (No, OwnMail, Nobody, Create),
        (Unlinked, Provider, Nobody, Create),
        (Unlinked, OwnMail, Nobody, Create),
        (No, Provider, Unconfirmed, ProveAddress),
        (No, OwnMail, Unconfirmed, TakeOver),
        (Unlinked, Provider, Unconfirmed, AccountExists),
        (Unlinked, OwnMail, Unconfirmed, AccountExists),
        (No, Provider, WITHOUT_ROLE, Link),
        (No, OwnMail, WITHOUT_ROLE, AccountExists),
        (Unlinked, Provider, WITHOUT_ROLE, AccountExists),
        (Unlinked, OwnMail, WITHOUT_ROLE, AccountExists),
        (No, Provider, WITH_ROLE, AccountExists),
        (No, OwnMail, WITH_ROLE, AccountExists),
        (Unlinked, Provider, WITH_ROLE, AccountExists),
        (Unlinked, OwnMail, WITH_ROLE, AccountExists),
    ];

    #[test]
    fn an_identity_links_by_address_only_if_both_sides_are_certain() {
        for (known, proof, owner, decision) in TABLE {
            assert_eq!(
                decide(known, proof, owner),
                decision,
                "{known:?} {proof:?} {owner:?}"
            );
        }
    }
}
