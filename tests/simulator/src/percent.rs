//! Percent-encoding of paths and queries.

/// Encodes everything except RFC 3986's unreserved characters and those in `besides`.
pub(crate) fn percent_encode(bytes: &[u8], besides: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    let encoded = bytes.iter().map(|&byte| {
        if plain(byte) || besides.as_bytes().contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    });
    encoded.collect()
}

/// Decodes valid escapes and keeps the rest.
pub(crate) fn percent_decode(text: &str) -> Vec<u8> {
    let mut pieces = text.split('%');
    let mut bytes: Vec<u8> = pieces.next().unwrap_or_default().into();
    for piece in pieces {
        let digits = piece
            .split_at_checked(2)
            .filter(|(digits, _)| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let escaped = digits.and_then(|(digits, rest)| {
            let byte = u8::from_str_radix(digits, 16).ok()?;
            Some((byte, rest))
        });
        let (byte, rest) = escaped.unwrap_or((b'%', piece));
        bytes.push(byte);
        bytes.extend_from_slice(rest.as_bytes());
    }
    bytes
}
