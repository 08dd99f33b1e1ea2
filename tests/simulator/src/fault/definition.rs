//! A fault has a kind, and options that go with any kind: a delay, headers, a slow body.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;

use super::items::ItemFault;

/// How far a request gets before the connection is cut or goes silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The connection is accepted, and nothing is read from it. On a connection that is already
    /// open, this is [`BeforeBody`](Self::BeforeBody).
    Accept,
    /// The request's head has been read.
    BeforeBody,
    /// Half of the request's body has been read.
    InRequestBody,
    /// The whole request has been read, and nothing of the response written.
    AfterBody,
    /// The response's status line has been written, but not its headers.
    AfterStatusLine,
    /// Half of the response's body has been written.
    InAnswerBody,
}

/// Which items of a request are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stores {
    All,
    AllButTheFirst,
    Nothing,
}

impl Stores {
    /// Whether the item at this position is stored.
    pub(crate) fn item(self, at: usize) -> bool {
        match self {
            Self::All => true,
            Self::AllButTheFirst => at > 0,
            Self::Nothing => false,
        }
    }
}

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Reset,
    Close,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// The response without the fault.
    Regular,
    Items(ItemFault),
    Answer(Raw),
    /// The request's body, in the message of an error or unchanged.
    Echo {
        raw: bool,
    },
    Cut(Stage, End),
    Hang(Stage),
}

/// A body. `Debug` shows only its length, because a test may have put a password into it.
#[derive(Clone)]
pub(crate) struct Raw(pub(crate) Bytes);

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

/// Something that goes wrong with a request.
///
/// A connection is not reused after a fault, unless the fault is only a delay; a complete response
/// says so with `Connection: close`.
///
/// ```
/// use std::time::Duration;
/// use drs_simulator::{Fault, Stage};
///
/// // A gateway's page after the change was made …
/// let late = Fault::answer(504, "<html>").header("content-type", "text/html").applied();
/// // … an answer that is lost, and one that comes too late.
/// let lost = Fault::cut(Stage::AfterBody).applied();
/// let slow = Fault::regular().delay(Duration::from_secs(60));
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Fault {
    pub(crate) kind: Kind,
    pub(crate) applied: bool,
    pub(crate) delay: Duration,
    pub(crate) status: Option<u16>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) padding: u64,
    pub(crate) truncated: bool,
    pub(crate) drip: Option<(usize, Duration)>,
}

impl Fault {
    pub(crate) const fn new(kind: Kind) -> Self {
        Self {
            kind,
            applied: false,
            delay: Duration::ZERO,
            status: None,
            headers: Vec::new(),
            padding: 0,
            truncated: false,
            drip: None,
        }
    }

    /// The regular response, which the methods below can change. Whatever it reports as stored is
    /// stored.
    pub const fn regular() -> Self {
        Self::new(Kind::Regular)
    }

    /// The regular response with its items altered. Whatever the unchanged response reports as stored is
    /// stored, except an item that [failed](ItemFault::Failed).
    pub const fn items(fault: ItemFault) -> Self {
        Self::new(Kind::Items(fault))
    }

    /// A fixed response. Its content type is `application/json` unless a header says otherwise.
    pub fn answer(status: u16, body: impl Into<Bytes>) -> Self {
        let mut fault = Self::new(Kind::Answer(Raw(body.into())));
        fault.status = Some(status);
        fault
    }

    /// A redirect to this address, without a body.
    pub fn redirect(status: u16, location: impl Into<String>) -> Self {
        Self::answer(status, Bytes::new()).header("location", location)
    }

    /// An error of the service that quotes the request's body in its message.
    pub const fn echo(status: u16) -> Self {
        let mut fault = Self::new(Kind::Echo { raw: false });
        fault.status = Some(status);
        fault
    }

    /// Returns the request's body.
    pub const fn echo_raw(status: u16) -> Self {
        let mut fault = Self::new(Kind::Echo { raw: true });
        fault.status = Some(status);
        fault
    }

    /// Resets the connection at this stage.
    pub const fn cut(stage: Stage) -> Self {
        Self::new(Kind::Cut(stage, End::Reset))
    }

    /// Closes the connection cleanly at this stage. The system still resets it if the client sent
    /// bytes that were not read.
    pub const fn close(stage: Stage) -> Self {
        Self::new(Kind::Cut(stage, End::Close))
    }

    /// Reads and writes nothing from this stage on, until the client closes the connection.
    pub const fn hang(stage: Stage) -> Self {
        Self::new(Kind::Hang(stage))
    }

    /// Stores the changes before the fault acts, as if there were no fault. Without this, a fixed
    /// response, an echo, a cut, or a silence stores nothing. A request that is not read to its end
    /// never stores anything.
    pub const fn applied(mut self) -> Self {
        self.applied = true;
        self
    }

    /// Waits before the fault acts, but after the changes are stored.
    pub const fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Responds with this status instead.
    pub const fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// Sets a header of the response, replacing one of the same name. The header may lie, like a
    /// wrong `content-length`.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Puts this many spaces before the body, which keeps JSON valid.
    pub const fn padded(mut self, bytes: u64) -> Self {
        self.padding = bytes;
        self
    }

    /// Omits the second half of the body; the length in the head matches the rest.
    pub const fn truncated(mut self) -> Self {
        self.truncated = true;
        self
    }

    /// Writes the body a few bytes at a time, with a pause before each piece.
    pub const fn drip(mut self, bytes: usize, pause: Duration) -> Self {
        self.drip = Some((bytes, pause));
        self
    }

    /// The stage at which the connection is cut or goes silent.
    pub(crate) const fn stage(&self) -> Option<Stage> {
        match self.kind {
            Kind::Cut(stage, _) | Kind::Hang(stage) => Some(stage),
            _ => None,
        }
    }

    /// Whether the regular response is unchanged, so the connection can stay open.
    pub(crate) const fn only_delays(&self) -> bool {
        let changed = self.status.is_some()
            || !self.headers.is_empty()
            || self.padding > 0
            || self.truncated
            || self.drip.is_some();
        matches!(self.kind, Kind::Regular) && !changed
    }

    pub(crate) fn stores(&self) -> Stores {
        let applied = match self.kind {
            Kind::Items(ItemFault::Failed) => return Stores::AllButTheFirst,
            Kind::Regular | Kind::Items(_) => true,
            Kind::Cut(stage, _) | Kind::Hang(stage) => self.applied && stage >= Stage::AfterBody,
            Kind::Answer(_) | Kind::Echo { .. } => self.applied,
        };
        match applied {
            true => Stores::All,
            false => Stores::Nothing,
        }
    }
}
