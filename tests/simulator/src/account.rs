//! A database account that tasks log in to: its password, and when it is locked.

use crate::secret::Hidden;

/// How many failed logins in a row lock an account.
const MOST_FAILED_IN_A_ROW: u32 = 5;

pub(crate) struct Account {
    password: Hidden,
    failed: u32,
    failed_in_a_row: u32,
}

impl Account {
    pub(crate) fn new(password: &str) -> Self {
        Self {
            password: password.into(),
            failed: 0,
            failed_in_a_row: 0,
        }
    }

    /// How many logins have failed.
    pub(crate) fn failed(&self) -> u32 {
        self.failed
    }

    pub(crate) fn is_locked(&self) -> bool {
        self.failed_in_a_row >= MOST_FAILED_IN_A_ROW
    }

    /// Whether this password would be accepted.
    pub(crate) fn lets_in(&self, password: &str) -> bool {
        !self.is_locked() && self.password.expose() == password
    }

    /// Logs in with this password, and returns whether that succeeded.
    pub(crate) fn log_in(&mut self, password: &str) -> bool {
        let is_let_in = self.lets_in(password);
        if is_let_in {
            self.failed_in_a_row = 0;
        } else {
            self.failed += 1;
            self.failed_in_a_row += 1;
        }
        is_let_in
    }
}
