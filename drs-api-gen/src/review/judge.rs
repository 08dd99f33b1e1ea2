//! The class of a fact that came, went or changed: from what it is about, from the way that
//! the values go, and from which side allows more.
//!
//! "Clients in use" are programs that were built from the base.

use super::{
    change::{Felt, Verdict, Way},
    relation::{Relation, Relation::*, allows_nothing, relation},
};
use crate::facts::{Difference, Sort};
use Verdict::{BreakingRust as Rust, BreakingWire as Wire, Compatible as Fine, DocsOnly as Docs};

/// What a difference is called, and what it means.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    pub(super) kind: String,
    pub(super) class: Verdict,
    pub(super) felt: &'static [Felt],
    pub(super) why: &'static str,
}

/// What has to be known of a difference beyond itself.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Context {
    /// Nothing, if no operation reaches it.
    pub(super) way: Option<Way>,
    /// Whether every difference counts.
    pub(super) strict: bool,
    /// Whether clients in use can read what is new in answers.
    pub(super) reads: bool,
    /// Whether the side that lacks a property refuses what it doesn't list.
    pub(super) closed: bool,
    /// Whether what came or went has to be there.
    pub(super) needed: bool,
    /// Whether what went comes back with another name or in another place.
    pub(super) renamed: bool,
    /// Whether some of the addresses stay.
    pub(super) stays: bool,
    /// Whether all of them stay, however they are written.
    pub(super) moved: bool,
}

impl Context {
    pub(super) fn of(way: Way) -> Self {
        Self {
            way: Some(way),
            ..Self::default()
        }
    }
}

pub(super) fn judge(difference: &Difference, context: &Context) -> Judged {
    let class = class(difference, context);
    let in_answer = !matches!(context.way, Some(Way::Request));
    let felt: &[Felt] = match (difference.sort, class, in_answer) {
        (_, Verdict::Nothing | Docs, _) => &[],
        (Sort::Operation, Fine, _) => &[],
        (Sort::Order | Sort::Open | Sort::Project, ..) | (_, Fine | Rust, true) => &[Felt::RunTime],
        (Sort::Format, Rust, _) => &[Felt::RunTime],
        (_, Wire, true) => &[Felt::Service, Felt::RunTime],
        (_, _, false) => &[Felt::Service],
    };
    let kind = kind(difference, context);
    let why = why(difference, context, class);
    Judged {
        kind,
        class,
        felt,
        why,
    }
}

fn class(difference: &Difference, context: &Context) -> Verdict {
    let (came, went) = (difference.old.is_none(), difference.new.is_none());
    let Context {
        strict,
        reads,
        closed,
        needed,
        renamed,
        stays,
        ..
    } = *context;
    let either = |one: Verdict, other: Verdict| if came { one } else { other };
    let first_if =
        |condition: bool, one: Verdict, other: Verdict| if condition { one } else { other };
    let relation = || relation(difference);
    let in_answer = match context.way {
        None => {
            return first_if(
                difference.sort == Sort::Property && came && needed,
                Rust,
                Docs,
            );
        }
        Some(Way::Header) if difference.sort != Sort::Header => return Rust,
        Some(_) if strict => return Wire,
        Some(way) => way == Way::Answer,
    };
    let of_values = || match (relation(), in_answer) {
        (Same, _) => Docs,
        (Narrower | Other, false) => Wire,
        (Wider | Other, true) if !reads => Wire,
        _ => Fine,
    };
    match difference.sort {
        Sort::Operation => either(Fine, Wire),
        Sort::Server if came => first_if(stays, Fine, Wire),
        Sort::Server if went => Wire,
        Sort::Scheme => first_if(came || went, Docs, Wire),
        Sort::Parameter | Sort::Body if came => first_if(needed, Wire, Fine),
        Sort::Parameter | Sort::Body => first_if(renamed, Wire, Rust),
        Sort::Needed => either(Wire, Fine),
        Sort::Project => either(Fine, Rust),
        Sort::Content => either(Rust, Wire),
        Sort::Media => either(Fine, Wire),
        Sort::Header => either(Fine, Rust),
        Sort::Answer if difference.name.starts_with('2') => Wire,
        // An error is read in one way, whether it is documented or not.
        Sort::Answer => Fine,
        Sort::Property if came && needed => first_if(in_answer, Rust, Wire),
        Sort::Property if came => first_if(in_answer && closed, Wire, Fine),
        Sort::Property if renamed => Wire,
        Sort::Property if in_answer => first_if(needed && !reads, Wire, Rust),
        Sort::Property => first_if(closed, Wire, Fine),
        Sort::Required if in_answer && came => Rust,
        Sort::Choice if !in_answer && relation() == Wider => Rust,
        Sort::Further if in_answer && allows_nothing(&difference.new) => Rust,
        // Of an alternative it is not the same as of the whole.
        Sort::Null if difference.name.starts_with(['!', '|']) => Wire,
        Sort::Order => Fine,
        Sort::Open => Rust,
        Sort::Default => first_if(in_answer, Rust, Wire),
        Sort::ReadOnly => first_if(in_answer, Docs, Wire),
        Sort::WriteOnly => first_if(in_answer, Wire, Docs),
        Sort::Format if is_exposed(difference) => of_values().max(Rust),
        Sort::Address | Sort::Style | Sort::Schema | Sort::Other => Wire,
        _ => of_values(),
    }
}

fn why(difference: &Difference, context: &Context, class: Verdict) -> &'static str {
    let went = difference.new.is_none();
    match (difference.sort, class, context.way) {
        (_, _, None) => "no operation uses it",
        (Sort::Format, Rust, _) if is_exposed(difference) => {
            "a `Secret` becomes a plain value: `Debug` and logs show it, and nothing wipes it"
        }
        (Sort::Operation, Fine, _) => "the client has one more method",
        (Sort::Address | Sort::Operation | Sort::Server, Wire, _) => {
            "requests that went there are no longer promised an answer"
        }
        (Sort::Security | Sort::Scheme, Wire, _) => "credentials that were enough are refused",
        (
            Sort::Needed | Sort::Parameter | Sort::Body | Sort::Property,
            Wire,
            Some(Way::Request),
        ) if !went => "a request without it is refused",
        (Sort::Parameter | Sort::Property, Wire, _) if context.renamed => {
            "on the wire it has another name or place now"
        }
        (Sort::Parameter | Sort::Body | Sort::Property, Fine | Rust, Some(Way::Request))
            if went =>
        {
            "the service no longer reads it"
        }
        (Sort::Style, ..) => "the same value is written otherwise",
        (Sort::Order, ..) => "the values stay, but they sort otherwise",
        (Sort::Project, ..) => "signed requests name their project in a header, or no longer do",
        (Sort::Schema | Sort::Other | Sort::Choice, Wire, _) => {
            "no rule is about this, so it counts as the worst"
        }
        (_, Wire, _) if context.strict => {
            "what is excluded, or fits once, is another set of values"
        }
        (_, Verdict::Nothing | Docs, _) => "it means the same on the wire",
        (_, Fine, Some(Way::Request)) => "requests that were right still are",
        (_, Fine, _) => "clients in use can read what is new",
        (_, Rust, Some(Way::Header)) => "`headers()` shows something else",
        (Sort::Open, Rust, _) => "one variant, for what isn't listed, came or went",
        (_, Rust, Some(Way::Request)) => "requests that were right still are",
        (_, Rust, _) => "callers find something else, or can't read what lacks it",
        (_, Wire, Some(Way::Request)) => {
            "values that were right are refused, or mean something else"
        }
        (_, Wire, _) => "clients in use can't read what is new",
    }
}

fn is_exposed(difference: &Difference) -> bool {
    let is_secret = |fact: &Option<crate::facts::Fact>| {
        fact.as_ref().is_some_and(|fact| fact.value == "password")
    };
    is_secret(&difference.old) && !is_secret(&difference.new)
}

fn kind(difference: &Difference, context: &Context) -> String {
    let Difference {
        sort,
        name,
        old,
        new,
    } = difference;
    let one_of = |kinds: [&'static str; 3]| match (old, new) {
        (None, _) => kinds[0],
        (_, None) => kinds[1],
        _ => kinds[2],
    };
    if context.way == Some(Way::Header) && *sort != Sort::Header {
        return "answer header changed".to_owned();
    }
    let verb = match (sort, relation(difference)) {
        (Sort::Needed | Sort::Required, _) => one_of(["made required", "made optional", ""]),
        (Sort::Open, _) => one_of(["opened", "closed", ""]),
        (Sort::ReadOnly | Sort::WriteOnly | Sort::Project, _) => "changed",
        (Sort::Null | Sort::Further, Wider) => "allowed",
        (Sort::Null, _) => "forbidden",
        (Sort::Further, _) if allows_nothing(new) => "forbidden",
        (Sort::Security, Wider) | (Sort::Limit, Wider) if one_of(["", "", "c"]) == "c" => {
            "loosened"
        }
        (Sort::Security, Relation::Same) => "written otherwise",
        (Sort::Security, _) => "made stricter",
        (Sort::Limit, Narrower) if one_of(["", "", "c"]) == "c" => "tightened",
        (Sort::Format, _) if is_exposed(difference) => "exposed: `format: password` dropped",
        (Sort::Format, _) if new.as_ref().is_some_and(|fact| fact.value == "password") => {
            "marked: `format: password` added"
        }
        _ => one_of(["added", "removed", "changed"]),
    };
    let prefix = match sort {
        Sort::Parameter | Sort::Body | Sort::Property => match (context.needed, old.is_none()) {
            (true, _) => "required ",
            (false, true) => "optional ",
            (false, false) => "",
        },
        _ => "",
    };
    let noun = match sort {
        Sort::Format if verb.contains(':') => "secret",
        Sort::Needed => name,
        sort => noun(*sort),
    };
    format!("{prefix}{noun} {verb}")
}

fn noun(sort: Sort) -> &'static str {
    match sort {
        Sort::Operation => "operation",
        Sort::Address => "address",
        Sort::Server => "server",
        Sort::Security => "security",
        Sort::Scheme => "security scheme",
        Sort::Parameter => "parameter",
        Sort::Body => "body",
        Sort::Answer => "answer",
        Sort::Content => "body of an answer",
        Sort::Media => "media type",
        Sort::Header => "answer header",
        Sort::Style => "serialization",
        Sort::Project => "mark of the project",
        Sort::Property | Sort::Required => "property",
        Sort::Type => "type",
        Sort::Format => "format",
        Sort::Null => "`null`",
        Sort::Enum | Sort::Open => "enum",
        Sort::Value => "enum value",
        Sort::Order => "order of enum values",
        Sort::Limit => "limit",
        Sort::Default => "default",
        Sort::ReadOnly => "`readOnly`",
        Sort::WriteOnly => "`writeOnly`",
        Sort::Further => "further properties",
        Sort::Choice => "alternatives",
        Sort::Needed | Sort::Schema | Sort::Other => "unknown key",
    }
}
