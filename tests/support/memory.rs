//! Counts the copies of a secret in this process's memory, on Linux.

use std::{
    fs::{self, File},
    hash::{BuildHasher as _, RandomState},
    io,
    os::unix::fs::FileExt as _,
};

/// A random text that this process keeps only in a masked form, so that the search finds no copies
/// of its own.
pub struct Mark([u8; Mark::LENGTH]);

const MASK: u8 = 0xA5;

impl Mark {
    /// In bytes.
    pub const LENGTH: usize = 16;

    /// A new one.
    pub fn random() -> Self {
        let mut masked = [0; Self::LENGTH];
        for byte in &mut masked {
            // Each of these has its own keys.
            let random = RandomState::new().hash_one(0) % 52;
            let letter = if random < 26 { b'a' } else { b'A' - 26 };
            *byte = (letter + random as u8) ^ MASK;
        }
        Self(masked)
    }

    /// Writes it into existing memory.
    pub fn write(&self, into: &mut String) {
        assert!(into.capacity() - into.len() >= Self::LENGTH);
        self.0
            .iter()
            .for_each(|byte| into.push(char::from(byte ^ MASK)));
    }

    /// The places where a piece of memory contains it.
    fn places<'a>(&'a self, memory: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
        let first = self.0[0] ^ MASK;
        let is_here = |at: &usize| {
            let here = memory.iter().skip(*at);
            here.zip(&self.0)
                .all(|(byte, masked)| byte ^ MASK == *masked)
        };
        let starts = memory.len().saturating_sub(Self::LENGTH - 1);
        let pieces = (0..starts).step_by(256);
        let pieces = pieces.map(move |from| from..starts.min(from + 256));
        // Most pieces lack it, and the standard library notices that much faster than a debug
        // build.
        let pieces = pieces.filter(move |piece| memory[piece.clone()].contains(&first));
        pieces
            .flatten()
            .filter(move |at| memory[*at] == first)
            .filter(is_here)
    }

    /// How many copies there are in all memory that this process can write to.
    pub fn copies(&self) -> io::Result<usize> {
        let maps = fs::read_to_string("/proc/self/maps")?;
        let memory = File::open("/proc/self/mem")?;
        let mut buffer = vec![0; 1 << 20];
        let own = buffer.as_ptr().addr();
        let own = own..own + buffer.len();
        let mut copies = 0;
        for (from, to) in maps.lines().filter_map(writable) {
            let mut at = from;
            while at < to {
                // Not the buffer itself, which contains what was read last.
                if own.contains(&at) {
                    at = own.end;
                    continue;
                }
                let limit = if at < own.start {
                    to.min(own.start)
                } else {
                    to
                };
                let length = buffer.len().min(limit - at);
                let Ok(read) = memory.read_at(&mut buffer[..length], at as u64) else {
                    // For example, a guard page.
                    break;
                };
                copies += self.places(&buffer[..read]).count();
                if read == 0 || at + read >= limit {
                    at = limit.max(at + 1);
                } else {
                    // A copy across the end is found with the next piece.
                    at += read - (Self::LENGTH - 1);
                }
            }
        }
        buffer.fill(0);
        Ok(copies)
    }
}

/// The range of a line of `/proc/self/maps`, if it is writable.
fn writable(line: &str) -> Option<(usize, usize)> {
    let (range, rest) = line.split_once(' ')?;
    let (from, to) = range.split_once('-')?;
    let address = |text| usize::from_str_radix(text, 16).ok();
    rest.starts_with("rw")
        .then_some((address(from)?, address(to)?))
}
