//! Opens files, and nothing that could keep a command waiting for ever.

use std::{fs::File, io, os::unix::fs::OpenOptionsExt as _, path::Path};

use rustix::fs::OFlags;

/// Opens a regular file for reading. Pipes, devices and folders are refused at once: a pipe that nobody writes to never
/// opens, and `/dev/zero` never ends.
pub(super) fn open_regular(path: &Path) -> io::Result<File> {
    let flags = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or(0);
    let file = File::options().read(true).custom_flags(flags).open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        let why = "it is not a regular file; copy it to one first";
        Err(io::Error::new(io::ErrorKind::InvalidInput, why))
    }
}
