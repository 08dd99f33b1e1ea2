//! Which end point a result is about.

use std::collections::HashMap;

use crate::types::{EndPointType, ModifyDbPwdEndPointType};

use super::verdict::Key;

/// What a result is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Place {
    /// The end point in this position.
    At(usize),
    /// A task of which these positions were asked, and either of them: it has no side, or an
    /// unknown one.
    Task(Sides),
    /// Nothing that was asked for.
    Nowhere,
}

/// The positions of a task's source and destination.
pub(super) type Sides = [Option<usize>; 2];

/// Finds the position of an end point among those asked for.
pub(super) struct Matcher<'a> {
    asked: &'a [Key<'a>],
    /// The position that was found last. Results nearly always come in the order asked, so the
    /// next one is looked for beside it.
    last: usize,
    /// The positions of each task's sides, made when one is not found beside the last.
    tasks: Option<HashMap<&'a str, Sides>>,
}

impl<'a> Matcher<'a> {
    pub(super) fn new(asked: &'a [Key<'a>]) -> Self {
        Self {
            asked,
            last: asked.len().wrapping_sub(1),
            tasks: None,
        }
    }

    /// By task and side; by the task alone only where that leaves no doubt.
    pub(super) fn find(
        &mut self,
        id: Option<&str>,
        side: Option<&ModifyDbPwdEndPointType>,
    ) -> Place {
        let Some(id) = id else {
            return Place::Nowhere;
        };
        let known = match side {
            Some(ModifyDbPwdEndPointType::So) => Some(EndPointType::So),
            Some(ModifyDbPwdEndPointType::Ta) => Some(EndPointType::Ta),
            Some(_) | None => None,
        };
        let position = match known.and_then(|side| self.beside_the_last((id, side))) {
            Some(position) => position,
            None => {
                let Some(sides) = self.tasks().get(id).copied() else {
                    return Place::Nowhere;
                };
                let [source, destination] = sides;
                let position = match (known, side) {
                    (Some(EndPointType::So), _) => source,
                    (Some(EndPointType::Ta), _) => destination,
                    (None, None) => source.xor(destination),
                    (None, Some(_)) => None,
                };
                match position {
                    Some(position) => position,
                    None if known.is_none() => return Place::Task(sides),
                    None => return Place::Nowhere,
                }
            }
        };
        self.last = position;
        Place::At(position)
    }

    /// Each key was asked for once, so one that is found here is found nowhere else.
    fn beside_the_last(&self, key: Key<'_>) -> Option<usize> {
        let next = match self.last.wrapping_add(1) {
            end if end == self.asked.len() => 0,
            next => next,
        };
        [next, self.last.wrapping_sub(1), self.last]
            .into_iter()
            .find(|position| self.asked.get(*position) == Some(&key))
    }

    /// The tasks that were asked for.
    pub(super) fn tasks(&mut self) -> &HashMap<&'a str, Sides> {
        self.tasks.get_or_insert_with(|| {
            let mut tasks: HashMap<&str, Sides> = HashMap::with_capacity(self.asked.len());
            for (position, (job_id, end_point_type)) in self.asked.iter().enumerate() {
                let [source, destination] = tasks.entry(job_id).or_default();
                match end_point_type {
                    EndPointType::So => *source = Some(position),
                    EndPointType::Ta => *destination = Some(position),
                }
            }
            tasks
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_found_in_whatever_order_they_come() {
        use EndPointType::{So, Ta};
        let asked = [("a", So), ("a", Ta), ("b", So), ("c", Ta)];
        let both = Place::Task([Some(0), Some(1)]);
        let results = [
            (("a", Some("so")), Place::At(0)),
            (("a", Some("ta")), Place::At(1)),
            (("b", Some("so")), Place::At(2)),
            (("c", Some("ta")), Place::At(3)),
            // It could be either side of `a`, and is the only one of `b`.
            (("a", None), both),
            (("b", None), Place::At(2)),
            (("b", Some("ta")), Place::Nowhere),
            (("a", Some("both")), both),
            (("b", Some("SO")), Place::Task([Some(2), None])),
            (("d", Some("so")), Place::Nowhere),
        ];
        for step in 1..results.len() {
            for first in 0..results.len() {
                let mut matcher = Matcher::new(&asked);
                for n in 0..results.len() * 2 {
                    let ((id, side), position) = results[(first + n * step) % results.len()];
                    let side = side.map(ModifyDbPwdEndPointType::from);
                    let found = matcher.find(Some(id), side.as_ref());
                    assert_eq!(found, position, "{id} {side:?}");
                }
            }
        }
    }

    #[test]
    fn nothing_is_found_where_nothing_was_asked() {
        let side = ModifyDbPwdEndPointType::So;
        let found = Matcher::new(&[]).find(Some("a"), Some(&side));
        assert_eq!(found, Place::Nowhere);
    }
}
