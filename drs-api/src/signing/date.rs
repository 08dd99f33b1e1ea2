//! The time of a signature, as the header `X-Sdk-Date` has it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The last second of the year 9999.
const LAST: Duration = Duration::from_secs(253_402_300_799);

/// A time as `X-Sdk-Date` has it: `YYYYMMDDTHHMMSSZ`, in UTC, fractions of a second cut off.
/// A time before 1970 or after 9999 becomes the first or the last second of these years.
pub fn sdk_date(time: SystemTime) -> String {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    // `Sun, 06 Nov 1994 08:49:37 GMT`: each part has its place.
    let date = httpdate::fmt_http_date(time.clamp(UNIX_EPOCH, UNIX_EPOCH + LAST));
    let [day, month, year] = [&date[5..7], &date[8..11], &date[12..16]];
    let month = MONTHS.find(month).map_or(0, |place| place / 3 + 1);
    let time = date[17..25].replace(':', "");
    format!("{year}{month:02}{day}T{time}Z")
}

/// Whether a text has the form of such a time.
pub(super) fn has_form(date: &str) -> bool {
    let digits = date.bytes().filter(u8::is_ascii_digit).count();
    date.len() == 16 && digits == 14 && date.get(8..9) == Some("T") && date.ends_with('Z')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_in_utc() {
        for (seconds, text) in [
            (0, "19700101T000000Z"),
            (951_782_399, "20000228T235959Z"),
            (951_782_400, "20000229T000000Z"),
            (951_868_800, "20000301T000000Z"),
            (1_136_214_245, "20060102T150405Z"),
            (1_172_700_000, "20070228T220000Z"),
            (1_175_299_200, "20070331T000000Z"),
            (1_177_891_199, "20070429T235959Z"),
            (1_180_569_600, "20070531T000000Z"),
            (1_183_161_600, "20070630T000000Z"),
            (1_185_840_000, "20070731T000000Z"),
            (1_188_518_400, "20070831T000000Z"),
            (1_191_110_400, "20070930T000000Z"),
            (1_193_788_800, "20071031T000000Z"),
            (1_196_380_800, "20071130T000000Z"),
            (1_199_059_200, "20071231T000000Z"),
            (4_107_542_400, "21000301T000000Z"),
            (253_402_300_799, "99991231T235959Z"),
        ] {
            let time = UNIX_EPOCH + Duration::from_secs(seconds);
            assert_eq!(sdk_date(time), text);
        }
        let second = Duration::from_secs(1);
        assert_eq!(sdk_date(UNIX_EPOCH - second), "19700101T000000Z");
        assert_eq!(sdk_date(UNIX_EPOCH + LAST + second), "99991231T235959Z");
    }
}
