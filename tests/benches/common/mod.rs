//! What the benchmarks share: a server that costs next to nothing, this crate's client and a plain
//! one that exchange the same bytes with it, and the table of both.

// Each benchmark uses some of it.
#![allow(dead_code)]

pub mod ours;
pub mod plain;
pub mod server;
pub mod table;

/// Part of each request's path.
pub const PROJECT: &str = "054ba152d480d55b2f5dc0069e7ddef0";
/// The token of both clients: base64, like IAM's tokens.
pub const TOKEN: &str = "MIIDkgYJKoZIhvcNAQcCoIIDgzCCA38CAQExDTALBglghkgBZQMEAgEwgXXGBgkqhkiG9w0B";

/// A task's id, with 36 characters like the service's.
pub fn task_id(number: usize) -> String {
    format!("{number:08x}-459d-a37c-41b9-bc2b8c00ba32")
}

/// A task's new password: 20 random characters from a typical generator, the same for both clients
/// and in each run.
pub fn password(number: usize) -> String {
    const OF: &[u8; 64] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!_";
    let mut state = (number as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut letter = || {
        // xorshift64
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(OF[(state >> 32) as usize % OF.len()])
    };
    (0..20).map(|_| letter()).collect()
}

/// A response that accepts this many tasks.
pub fn accepting(items: usize) -> String {
    let results: Vec<String> = (0..items).map(|n| server::result(&task_id(n))).collect();
    server::answer(&results.join(","), items)
}
