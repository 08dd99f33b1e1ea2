//! Servers and security, as they apply to each operation.

use std::collections::BTreeSet;

use super::{
    change::Felt::{RunTime, Service},
    comparison::{Comparison, Row},
    effect::Effect,
};
use crate::{
    meaning::{Operation, Relation, Server, compare_credentials, credentials, scheme_of},
    spec::pointer::child,
};

/// Compares where requests of an operation go, and with which credentials.
pub(super) fn compare(comparison: &mut Comparison<'_>, old: &Operation<'_>, new: &Operation<'_>) {
    security(comparison, old, new);
    servers(comparison, old, new);
}

fn security(comparison: &mut Comparison<'_>, old: &Operation<'_>, new: &Operation<'_>) {
    let (base, revision) = (comparison.base, comparison.revision);
    let (at, here) = (old.security(), new.security());
    let names = [
        credentials(base, &at, str::to_owned),
        credentials(revision, &here, str::to_owned),
    ];
    let [before_names, after_names] = &names;
    // A name that stays, of a scheme that is another now.
    let stays: BTreeSet<&String> = before_names.iter().flatten().collect();
    for name in after_names
        .iter()
        .flatten()
        .filter(|name| stays.contains(name))
    {
        if scheme_of(base, name) != scheme_of(revision, name) {
            let pointer = child("/components/securitySchemes", name);
            let effect = Effect::wire(&[Service, RunTime], "credentials go another way");
            comparison.values("security scheme changed", (&pointer, &pointer), effect);
        }
    }
    let before = credentials(base, &at, |name| scheme_of(base, name));
    let after = credentials(revision, &here, |name| scheme_of(revision, name));
    let (kind, effect) = match compare_credentials(&before, &after) {
        Relation::Same => return,
        Relation::Wider => (
            "security loosened",
            Effect::compatible(&[Service], "the credentials that were enough still are"),
        ),
        _ => (
            "security made stricter",
            Effect::wire(
                &[Service, RunTime],
                "a request with the credentials that were enough is refused",
            ),
        ),
    };
    if before_names == after_names {
        return;
    }
    let own = |operation: &Operation<'_>| format!("{}/security", operation.pointer);
    match at == "/security" && here == "/security" {
        true => comparison.values(kind, (&at, &here), effect),
        false => comparison.values(kind, (&own(old), &own(new)), effect),
    }
}

fn servers(comparison: &mut Comparison<'_>, old: &Operation<'_>, new: &Operation<'_>) {
    let (_, from) = old.servers(comparison.base);
    let (_, to) = new.servers(comparison.revision);
    let mut added: Vec<&Server<'_>> = to.iter().collect();
    let mut gone = Vec::new();
    for server in &from {
        match added.iter().position(|other| other.url == server.url) {
            Some(index) => variables(comparison, server, added.remove(index)),
            None => gone.push(server),
        }
    }
    let stays = from.len() > gone.len();
    let mut added = added.into_iter();
    let url = |server: &Server<'_>| Some(server.url.to_owned());
    for server in gone {
        let (row, effect) = match added.next() {
            Some(other) => (
                Row {
                    kind: "server URL changed",
                    old: &child(&server.pointer, "url"),
                    new: &child(&other.pointer, "url"),
                    from: url(server),
                    to: url(other),
                },
                "requests to the old address are no longer promised an answer",
            ),
            None => (
                Row {
                    kind: "server removed",
                    old: &server.pointer,
                    new: "",
                    from: url(server),
                    to: None,
                },
                "requests to it are no longer promised an answer",
            ),
        };
        comparison.add(
            row,
            Effect::wire(&[Service, RunTime], effect),
            BTreeSet::new(),
        );
    }
    for server in added {
        let effect = match stays {
            true => Effect::compatible(&[Service], "the other servers stay"),
            false => Effect::wire(&[Service, RunTime], "none of the servers stays"),
        };
        let row = Row {
            kind: "server added",
            old: "",
            new: &server.pointer,
            from: None,
            to: url(server),
        };
        comparison.add(row, effect, BTreeSet::new());
    }
}

/// Compares what the URL of a server can become.
fn variables(comparison: &mut Comparison<'_>, old: &Server<'_>, new: &Server<'_>) {
    let names: BTreeSet<&str> = old
        .variables
        .keys()
        .chain(new.variables.keys())
        .copied()
        .collect();
    for name in names {
        let (from, to) = (old.variables.get(name), new.variables.get(name));
        if from == to {
            continue;
        }
        let effect = match (from, to) {
            (Some((default, from)), Some((other, to)))
                if default == other
                    && to
                        .as_ref()
                        .is_none_or(|to| from.as_ref().is_some_and(|from| from.is_subset(to))) =>
            {
                Effect::compatible(&[Service], "the values that were right still are")
            }
            _ => Effect::wire(
                &[Service, RunTime],
                "the same choice leads to another address",
            ),
        };
        let [at, here] = [old, new].map(|server| child(&child(&server.pointer, "variables"), name));
        comparison.values("server variable changed", (&at, &here), effect);
    }
}
