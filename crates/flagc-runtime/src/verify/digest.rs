//! The digest of an envelope, which names it. Of a large one it is made in a thread of its own, while signatures are
//! verified: neither needs the other.

use std::thread;

use sha2::{Digest, Sha256};

/// From here on a thread is worth its start.
const LARGE: usize = 1 << 20;

/// Does `work`, which may ask for the hex SHA-256 of `bytes`.
pub(super) fn beside<T>(bytes: &[u8], work: impl FnOnce(&mut dyn FnMut() -> String) -> T) -> T {
    let now = || hex_sha256(bytes);
    if bytes.len() < LARGE {
        return work(&mut || now());
    }
    thread::scope(|scope| {
        // Where no thread can be had, or it was lost, the digest is made when it is asked for.
        let mut made = thread::Builder::new().spawn_scoped(scope, now).ok();
        work(&mut || made.take().and_then(|made| made.join().ok()).unwrap_or_else(now))
    })
}

/// Hex SHA-256.
pub(crate) fn hex_sha256(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digest = Sha256::digest(bytes);
    digest
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 0xf])
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}
