//! What a fault is: a kind, and what may be added to any kind: a delay, headers, a slow body.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;

use super::items::ItemFault;

/// How far a request gets before the connection is cut or falls silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The connection was accepted, and nothing is read from it. It acts on a new connection; on
    /// one that is already open, like [`BeforeBody`](Self::BeforeBody).
    Accept,
    /// The head of the request was read.
    BeforeBody,
    /// Half of the request's body was read.
    InRequestBody,
    /// The whole request was read, and no byte of the answer is written.
    AfterBody,
    /// The status line of the answer was written, and not its headers.
    AfterStatusLine,
    /// Half of the answer's body was written.
    InAnswerBody,
}

/// Which items of a request are carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stores {
    All,
    AllButTheFirst,
    Nothing,
}

impl Stores {
    /// Whether the item at this position is.
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
    /// The answer that would be given without the fault.
    Regular,
    Items(ItemFault),
    Answer(Raw),
    /// The request's body comes back: in the message of an error, or as it is.
    Echo {
        raw: bool,
    },
    Cut(Stage, End),
    Hang(Stage),
}

/// A body, of which `Debug` shows the length alone: a test may have put a password into it.
#[derive(Clone)]
pub(crate) struct Raw(pub(crate) Bytes);

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

/// Something that goes wrong with a request.
///
/// A connection on which a fault acted is not used again, unless the fault is a delay alone; a
/// whole answer says so with `Connection: close`.
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

    /// The regular answer, to be changed by the methods below. What it says was stored is stored.
    pub const fn regular() -> Self {
        Self::new(Kind::Regular)
    }

    /// The regular answer with other items. What the unchanged answer says was stored is stored,
    /// but for an item that [failed](ItemFault::Failed).
    pub const fn items(fault: ItemFault) -> Self {
        Self::new(Kind::Items(fault))
    }

    /// A fixed answer; its content type is `application/json` unless a header says otherwise.
    pub fn answer(status: u16, body: impl Into<Bytes>) -> Self {
        let mut fault = Self::new(Kind::Answer(Raw(body.into())));
        fault.status = Some(status);
        fault
    }

    /// A redirect to this address, without a body.
    pub fn redirect(status: u16, location: impl Into<String>) -> Self {
        Self::answer(status, Bytes::new()).header("location", location)
    }

    /// An error of the service whose message holds the request's body.
    pub const fn echo(status: u16) -> Self {
        let mut fault = Self::new(Kind::Echo { raw: false });
        fault.status = Some(status);
        fault
    }

    /// The request's body as the answer's.
    pub const fn echo_raw(status: u16) -> Self {
        let mut fault = Self::new(Kind::Echo { raw: true });
        fault.status = Some(status);
        fault
    }

    /// The connection is reset at this stage.
    pub const fn cut(stage: Stage) -> Self {
        Self::new(Kind::Cut(stage, End::Reset))
    }

    /// The connection is closed in order at this stage; the system resets it nonetheless if the
    /// client sent what was not read.
    pub const fn close(stage: Stage) -> Self {
        Self::new(Kind::Cut(stage, End::Close))
    }

    /// From this stage on nothing is read or written, until the client closes the connection.
    pub const fn hang(stage: Stage) -> Self {
        Self::new(Kind::Hang(stage))
    }

    /// Stores the changes, as without the fault, before the fault acts. Without this a fixed
    /// answer, an echo, a cut or a silence stores nothing. A request that is not read to its end
    /// stores nothing in any case.
    pub const fn applied(mut self) -> Self {
        self.applied = true;
        self
    }

    /// Waits before the fault acts, after the changes are stored.
    pub const fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Answers with this status instead.
    pub const fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// A header of the answer, instead of the one with this name that would be there. Nothing
    /// stops a header that lies, such as another `content-length`.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Puts this many spaces before the answer's body, which leaves JSON what it is.
    pub const fn padded(mut self, bytes: u64) -> Self {
        self.padding = bytes;
        self
    }

    /// Leaves out the second half of the answer's body; the length in the head fits what is left.
    pub const fn truncated(mut self) -> Self {
        self.truncated = true;
        self
    }

    /// Writes the answer's body a few bytes at a time, with a pause before each.
    pub const fn drip(mut self, bytes: usize, pause: Duration) -> Self {
        self.drip = Some((bytes, pause));
        self
    }

    /// The stage at which the connection is cut or falls silent.
    pub(crate) const fn stage(&self) -> Option<Stage> {
        match self.kind {
            Kind::Cut(stage, _) | Kind::Hang(stage) => Some(stage),
            _ => None,
        }
    }

    /// Whether the regular answer comes as it is, so that the connection can stay.
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
