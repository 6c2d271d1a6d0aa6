//! Binds the addresses that a server listens on.

use std::{
    io,
    net::{SocketAddr, TcpListener},
};

use socket2::{Domain, Protocol, Socket, Type};

use crate::cli::error::CliError;

/// Length of the accept queue.
const BACKLOG: i32 = 1024;

/// Binds every address. An address that this machine does not have, such as `[::1]` without IPv6, is skipped if another
/// one can be bound. `flag` is the option that sets the addresses.
pub(super) fn take(addresses: &[SocketAddr], flag: &str) -> Result<Vec<TcpListener>, CliError> {
    let mut listeners = Vec::with_capacity(addresses.len());
    let mut skipped = None;
    for address in addresses {
        match listen_on(*address) {
            Ok(listener) => listeners.push(listener),
            Err(error) if is_missing(&error) => skipped = Some((address, error)),
            Err(error) => return Err(not_listening(address, &error, flag)),
        }
    }
    match skipped {
        Some((address, error)) if listeners.is_empty() => Err(not_listening(address, &error, flag)),
        Some((address, _)) => {
            tracing::info!(%address, "this machine does not have the address; listening on the others");
            Ok(listeners)
        }
        None => Ok(listeners),
    }
}

fn listen_on(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if address.is_ipv6() {
        // Otherwise `[::]` would conflict with `0.0.0.0`.
        socket.set_only_v6(true)?;
    }
    // A restart must not wait until the system has dropped the connections of the last run.
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

fn is_missing(error: &io::Error) -> bool {
    const NO_SUCH_FAMILY: i32 = 97;
    error.kind() == io::ErrorKind::AddrNotAvailable || error.raw_os_error() == Some(NO_SUCH_FAMILY)
}

fn not_listening(address: &SocketAddr, error: &io::Error, flag: &str) -> CliError {
    let why = match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!("another program listens there; choose another port with `{flag}`")
        }
        io::ErrorKind::PermissionDenied => "not permitted; ports below 1024 need more rights".to_owned(),
        _ => error.to_string(),
    };
    CliError::Failed(format!("cannot listen on {address}: {why}"))
}
