//! All pairs of schemas that operations reach in both documents, each compared once, and who
//! reaches them.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    change::{Direction, Use},
    effect::Way,
    spot::Spot,
};
use crate::{
    meaning::{Facet, Inner, Meaning, Operation, Relation, Schema, differences, relation},
    names,
};

/// What of an operation holds a schema, and where the code of that is in both documents.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Root {
    pub(super) used: Use,
    pub(super) old: Spot,
    pub(super) new: Spot,
}

impl Root {
    /// The same part of two operations.
    pub(super) fn new(
        direction: Direction,
        (old, new): (&Operation<'_>, &Operation<'_>),
        (was, is): (Part<'_>, Part<'_>),
    ) -> Self {
        let spot = |operation: &Operation<'_>, part: Part<'_>| {
            let operation = names::pascal(operation.id.unwrap_or_default());
            match part {
                Part::Parameter(name) => Spot::Argument {
                    operation,
                    name: names::snake(name),
                },
                Part::Body => Spot::Argument {
                    operation,
                    name: "body".to_owned(),
                },
                Part::Answers => Spot::Answers { operation },
            }
        };
        let used = Use {
            direction,
            operation: new.name(),
        };
        Self {
            used,
            old: spot(old, was),
            new: spot(new, is),
        }
    }
}

/// What of an operation holds schemas.
#[derive(Clone, Copy)]
pub(super) enum Part<'p> {
    Parameter(&'p str),
    Body,
    Answers,
}

/// Who reaches a pair, and which way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reach {
    pub(super) root: Root,
    pub(super) way: Way,
}

/// What holds a pair: another one, or an operation.
enum Holder {
    Pair {
        index: usize,
        turned: bool,
        exclusive: bool,
    },
    Operation(Reach),
}

/// Two schemas that belong together.
pub(super) struct Node {
    pub(super) old: Schema,
    pub(super) new: Schema,
    pub(super) found: Vec<Inner>,
    holders: Vec<Holder>,
    /// Where the base refers to it.
    pub(super) referred: BTreeSet<String>,
}

/// The pairs.
pub(super) struct Schemas<'a> {
    base: Meaning<'a>,
    revision: Meaning<'a>,
    pub(super) nodes: Vec<Node>,
    by_pair: BTreeMap<(Schema, Schema), usize>,
    waiting: Vec<usize>,
    /// Pointers of components that have another name now.
    pub(super) renamed: BTreeMap<String, String>,
    renamed_to: BTreeSet<String>,
}

impl<'a> Schemas<'a> {
    pub(super) fn new(base: Meaning<'a>, revision: Meaning<'a>) -> Self {
        Self {
            base,
            revision,
            nodes: Vec::new(),
            by_pair: BTreeMap::new(),
            waiting: Vec::new(),
            renamed: BTreeMap::new(),
            renamed_to: BTreeSet::new(),
        }
    }

    /// Compares the schemas at these pointers, which an operation holds.
    pub(super) fn reach(&mut self, root: Root, old: String, new: String) {
        let way = Way {
            direction: root.used.direction,
            turned: false,
            exclusive: false,
        };
        let holder = Holder::Operation(Reach { root, way });
        self.visit([old].into(), [new].into(), holder);
        self.work();
    }

    /// Compares two components that no operation holds.
    pub(super) fn unused(&mut self, old: &str, new: &str) {
        let pair = ([old.to_owned()].into(), [new.to_owned()].into());
        self.node(pair, None);
        self.work();
    }

    pub(super) fn is_compared(&self, old: &str) -> bool {
        let first = (Schema::from([old.to_owned()]), Schema::new());
        let next = self.by_pair.range(first..).next();
        next.is_some_and(|((found, _), _)| found.len() == 1 && found.contains(old))
    }

    /// Notes that a component is called otherwise.
    pub(super) fn rename(&mut self, old: &str, new: &str) {
        self.renamed.insert(old.to_owned(), new.to_owned());
        self.renamed_to.insert(new.to_owned());
    }

    pub(super) fn is_new_name(&self, new: &str) -> bool {
        self.renamed_to.contains(new)
    }

    fn work(&mut self) {
        while let Some(index) = self.waiting.pop() {
            let Some(node) = self.nodes.get(index) else {
                continue;
            };
            let (found, pairs) = differences((self.base, &node.old), (self.revision, &node.new));
            if let Some(node) = self.nodes.get_mut(index) {
                node.found = found;
            }
            for pair in pairs {
                let (turned, exclusive) = (pair.turned, pair.exclusive);
                self.visit(
                    pair.old,
                    pair.new,
                    Holder::Pair {
                        index,
                        turned,
                        exclusive,
                    },
                );
            }
        }
    }

    /// Two schemas at places that belong together: the same component, or written in place,
    /// or of different names.
    fn visit(&mut self, old: Schema, new: Schema, holder: Holder) {
        let place = old.first().cloned().unwrap_or_default();
        let (from, to) = (self.base.named(&old), self.revision.named(&new));
        let index = match (from, to) {
            (None, None) => self.node((old, new), Some(place.clone())),
            (Some(from), Some(to)) if self.same(&from, &to) => {
                self.node(([from].into(), [to].into()), Some(place.clone()))
            }
            // A component as the only alternative is the component.
            (Some(_), None) if let Some(new) = self.revision.only_alternative(&new) => {
                return self.visit(old, new, holder);
            }
            (None, Some(_)) if let Some(old) = self.base.only_alternative(&old) => {
                return self.visit(old, new, holder);
            }
            _ => self.moved(old, new),
        };
        if let Some(node) = self.nodes.get_mut(index) {
            node.holders.push(holder);
            node.referred.insert(place);
        }
    }

    /// Whether these are the same component, perhaps with another name.
    fn same(&mut self, from: &str, to: &str) -> bool {
        if from == to || self.renamed.get(from).is_some_and(|new| new == to) {
            return true;
        }
        let is_rename = !self.renamed.contains_key(from)
            && !self.renamed_to.contains(to)
            && self.revision.get(from).is_none()
            && self.base.get(to).is_none();
        if is_rename {
            self.rename(from, to);
        }
        is_rename
    }

    fn node(&mut self, pair: (Schema, Schema), place: Option<String>) -> usize {
        if let Some(index) = self.by_pair.get(&pair) {
            return *index;
        }
        let index = self.nodes.len();
        let (old, new) = pair.clone();
        let referred = place.into_iter().collect();
        self.nodes.push(Node {
            old,
            new,
            found: Vec::new(),
            holders: Vec::new(),
            referred,
        });
        self.by_pair.insert(pair, index);
        self.waiting.push(index);
        index
    }

    /// A place that refers to another component now, or to none: one difference, however
    /// many there are inside.
    fn moved(&mut self, old: Schema, new: Schema) -> usize {
        let pair = (old.clone(), new.clone());
        if let Some(index) = self.by_pair.get(&pair) {
            return *index;
        }
        let relation = relation(self.base, self.revision, &old, &new);
        let index = self.node(pair, None);
        self.waiting.pop();
        let first = |schema: &Schema| schema.first().cloned().unwrap_or_default();
        let is_composed =
            [(self.base, &old), (self.revision, &new)]
                .iter()
                .any(|(meaning, schema)| {
                    let map = schema.first().and_then(|pointer| meaning.object(pointer));
                    map.and_then(|map| map.get("allOf")?.as_array())
                        .is_some_and(|all| all.len() > 1)
                });
        let inner = Inner {
            kind: if is_composed {
                "composition changed"
            } else {
                "type changed"
            },
            facet: Facet::Type,
            relation,
            old: first(&old),
            new: first(&new),
            from: Some(first(&old).into()),
            to: Some(first(&new).into()),
        };
        if let Some(node) = self.nodes.get_mut(index) {
            node.found = vec![inner];
        }
        index
    }

    /// Every operation that holds a pair.
    pub(super) fn reached_by(&self, index: usize) -> BTreeSet<Reach> {
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut waiting = vec![(index, false, false)];
        while let Some(state) = waiting.pop() {
            let (index, turned, exclusive) = state;
            let Some(node) = self.nodes.get(index).filter(|_| seen.insert(state)) else {
                continue;
            };
            for holder in &node.holders {
                match holder {
                    Holder::Pair {
                        index,
                        turned: turns,
                        exclusive: excludes,
                    } => {
                        waiting.push((*index, turned != *turns, exclusive || *excludes));
                    }
                    Holder::Operation(reach) => {
                        let mut reach = reach.clone();
                        reach.way.turned = turned;
                        reach.way.exclusive = exclusive;
                        found.insert(reach);
                    }
                }
            }
        }
        found
    }
}

/// Whether two schemas allow the same values.
pub(super) fn alike(base: Meaning<'_>, revision: Meaning<'_>, old: &str, new: &str) -> bool {
    let (old, new) = ([old.to_owned()].into(), [new.to_owned()].into());
    relation(base, revision, &old, &new) == Relation::Same
}
