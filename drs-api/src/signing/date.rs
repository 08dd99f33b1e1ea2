//! The time of a signature, as the header `X-Sdk-Date` has it.

use std::time::{SystemTime, UNIX_EPOCH};

/// A time as `X-Sdk-Date` has it: `YYYYMMDDTHHMMSSZ`, in UTC, fractions of a second cut off.
/// A time before 1970 becomes the first second of it.
pub fn sdk_date(time: SystemTime) -> String {
    let seconds = time
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    let (year, month, day) = civil_date(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

/// Year, month and day of a day that is counted from the first of 1970.
fn civil_date(days: u64) -> (u64, u64, u64) {
    const CYCLE: u64 = 400 * 365 + 97;
    /// From the first of March of the year 0: with years that begin in March a leap day is
    /// the last day of its year.
    const MARCH_0_TO_1970: u64 = 719_468;
    let days = days + MARCH_0_TO_1970;
    let (cycle, day) = (days / CYCLE, days % CYCLE);
    // Less the leap days before it, the day of the cycle gives the year: one in 4 years (1460
    // days), none in 100 (36,524), the last day of the cycle itself.
    let year = (day - day / 1460 + day / 36_524 - day / (CYCLE - 1)) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // March to July, August to December and January and February have the same pattern of
    // 31 and 30 days: 153 days in five months.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next_year) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    (cycle * 400 + year + next_year, month, day)
}

/// Whether a text has the form of such a time.
pub(super) fn has_form(date: &str) -> bool {
    date.len() == 16
        && date.bytes().enumerate().all(|(place, byte)| match place {
            8 => byte == b'T',
            15 => byte == b'Z',
            _ => byte.is_ascii_digit(),
        })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_time_is_written_in_utc() {
        for (seconds, text) in [
            (0, "19700101T000000Z"),
            (951_782_399, "20000228T235959Z"),
            (951_782_400, "20000229T000000Z"),
            (951_868_800, "20000301T000000Z"),
            (1_136_214_245, "20060102T150405Z"),
            (4_107_542_400, "21000301T000000Z"),
            (253_402_300_799, "99991231T235959Z"),
        ] {
            let time = UNIX_EPOCH + Duration::from_secs(seconds);
            assert_eq!(sdk_date(time), text);
        }
        let before = UNIX_EPOCH - Duration::from_secs(1);
        assert_eq!(sdk_date(before), "19700101T000000Z");
    }

    #[test]
    fn each_day_of_a_cycle_follows_the_one_before() {
        let mut last = (1970, 1, 0);
        for day in 0..146_097 {
            let (year, month, day) = civil_date(day);
            let next = match (year, month, day) {
                (y, 1, 1) => last == (y - 1, 12, 31) || last == (1970, 1, 0),
                (y, m, 1) => (last.0, last.1) == (y, m - 1) && last.2 == month_length(y, m - 1),
                (y, m, d) => last == (y, m, d - 1),
            };
            assert!(next, "{last:?} {:?}", (year, month, day));
            last = (year, month, day);
        }
    }

    fn month_length(year: u64, month: u64) -> u64 {
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }
}
