//! Which end point a result is about.

use std::collections::HashMap;

use crate::types::{EndPointType, ModifyDbPwdEndPointType};

use super::verdict::Key;

/// Finds the position of an end point among those asked for.
pub(super) struct Matcher<'a> {
    asked: &'a [Key<'a>],
    /// The position that was found last. Results nearly always come in the order asked, so the
    /// next one is looked for beside it.
    last: usize,
    /// The positions of each task's sides, made when one is not found beside the last.
    tasks: Option<HashMap<&'a str, [Option<usize>; 2]>>,
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
    ) -> Option<usize> {
        let id = id?;
        let side = match side {
            Some(ModifyDbPwdEndPointType::So) => Some(EndPointType::So),
            Some(ModifyDbPwdEndPointType::Ta) => Some(EndPointType::Ta),
            Some(_) => return None,
            None => None,
        };
        let position = match side.and_then(|side| self.beside_the_last((id, side))) {
            Some(position) => position,
            None => {
                let [source, destination] = *self.tasks().get(id)?;
                match side {
                    Some(EndPointType::So) => source?,
                    Some(EndPointType::Ta) => destination?,
                    None => source.xor(destination)?,
                }
            }
        };
        self.last = position;
        Some(position)
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

    fn tasks(&mut self) -> &HashMap<&'a str, [Option<usize>; 2]> {
        self.tasks.get_or_insert_with(|| {
            let mut tasks: HashMap<&str, [Option<usize>; 2]> =
                HashMap::with_capacity(self.asked.len());
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
        let results = [
            (("a", Some("so")), Some(0)),
            (("a", Some("ta")), Some(1)),
            (("b", Some("so")), Some(2)),
            (("c", Some("ta")), Some(3)),
            // It could be either side of `a`, and is the only one of `b`.
            (("a", None), None),
            (("b", None), Some(2)),
            (("b", Some("ta")), None),
            (("a", Some("both")), None),
            (("d", Some("so")), None),
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
        assert_eq!(Matcher::new(&[]).find(Some("a"), Some(&side)), None);
    }
}
