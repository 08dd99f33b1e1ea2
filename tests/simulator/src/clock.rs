//! The simulator's clock: the machine's, unless a test shifts it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A clock that can be shifted.
#[derive(Default)]
pub(crate) struct Clock {
    /// In milliseconds.
    ahead: AtomicI64,
}

impl Clock {
    pub(crate) fn now(&self) -> SystemTime {
        let now = SystemTime::now();
        let ahead = self.ahead.load(Ordering::Relaxed);
        let by = Duration::from_millis(ahead.unsigned_abs());
        let moved = match ahead {
            ..0 => now.checked_sub(by),
            0.. => now.checked_add(by),
        };
        moved.unwrap_or(now)
    }

    pub(crate) fn is_moved(&self) -> bool {
        self.ahead.load(Ordering::Relaxed) != 0
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.ahead.fetch_add(millis(by), Ordering::Relaxed);
    }

    pub(crate) fn turn_back(&self, by: Duration) {
        self.ahead.fetch_sub(millis(by), Ordering::Relaxed);
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 4)
}

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Parses `YYYYMMDDTHHMMSSZ` by way of an HTTP date, so it shares no arithmetic with the client.
pub(crate) fn parse_sdk_date(text: &str) -> Option<SystemTime> {
    let part = |range| text.get(range);
    if text.len() != 16 || part(8..9)? != "T" || part(15..16)? != "Z" {
        return None;
    }
    let month: usize = part(4..6)?.parse().ok()?;
    let month = MONTHS.get(month.checked_sub(1)?)?;
    let (year, day) = (part(0..4)?, part(6..8)?);
    let (hour, minute, second) = (part(9..11)?, part(11..13)?, part(13..15)?);
    // Only one day of the week matches the date.
    WEEKDAYS.iter().find_map(|weekday| {
        let date = format!("{weekday}, {day} {month} {year} {hour}:{minute}:{second} GMT");
        httpdate::parse_http_date(&date).ok()
    })
}

/// Formats a time like IAM, `2026-01-31T23:59:59.000000Z`.
pub(crate) fn iam_date(time: SystemTime) -> String {
    let date = httpdate::fmt_http_date(time.max(UNIX_EPOCH));
    let mut parts = date.split(' ').skip(1);
    let mut part = || parts.next().unwrap_or_default();
    let (day, month, year, time) = (part(), part(), part(), part());
    let month = MONTHS.iter().position(|m| *m == month).unwrap_or_default() + 1;
    format!("{year}-{month:02}-{day}T{time}.000000Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_and_written() {
        let time = UNIX_EPOCH + Duration::from_secs(1_591_583_940);
        assert_eq!(parse_sdk_date("20200608T023900Z"), Some(time));
        assert_eq!(iam_date(time), "2020-06-08T02:39:00.000000Z");
        for wrong in [
            "",
            "20200608T023900",
            "20201308T023900Z",
            "2020-06-08T02:39",
        ] {
            assert_eq!(parse_sdk_date(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_clock_can_be_moved_both_ways() {
        let clock = Clock::default();
        let before = clock.now();
        clock.advance(Duration::from_secs(100));
        assert!(clock.is_moved() && clock.now() >= before + Duration::from_secs(100));
        clock.turn_back(Duration::from_secs(200));
        assert!(clock.now() < before);
    }
}
