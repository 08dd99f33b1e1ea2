//! Which end point a result is about.

use std::collections::HashMap;

use crate::types::{EndPointType, ModifyDbPwdEndPointType, ModifyDbPwdResp};

use super::reconcile::Key;

/// Where each end point stands among those asked for.
pub(super) struct Places<'a> {
    asked: &'a [Key<'a>],
    /// The place that was found last. Results nearly always come in the order asked, so the
    /// next one is looked for beside it.
    last: usize,
    /// The places of each task, brought together when one is not found beside the last.
    tasks: Option<HashMap<&'a str, [Option<usize>; 2]>>,
}

impl<'a> Places<'a> {
    pub(super) fn new(asked: &'a [Key<'a>]) -> Self {
        Self {
            asked,
            last: asked.len().wrapping_sub(1),
            tasks: None,
        }
    }

    /// By task and side; by the task alone only where that leaves no doubt.
    pub(super) fn find(&mut self, item: &ModifyDbPwdResp) -> Option<usize> {
        let id = item.id.as_deref()?;
        let side = match &item.end_point_type {
            Some(ModifyDbPwdEndPointType::So) => Some(EndPointType::So),
            Some(ModifyDbPwdEndPointType::Ta) => Some(EndPointType::Ta),
            Some(_) => return None,
            None => None,
        };
        let place = match side.and_then(|side| self.beside_the_last((id, side))) {
            Some(place) => place,
            None => {
                let [source, destination] = *self.tasks().get(id)?;
                match (side, source, destination) {
                    (Some(EndPointType::So), place, _) | (Some(EndPointType::Ta), _, place) => {
                        place?
                    }
                    (None, Some(place), None) | (None, None, Some(place)) => place,
                    (None, ..) => return None,
                }
            }
        };
        self.last = place;
        Some(place)
    }

    /// Each key was asked for once, so one that is found here is found nowhere else.
    fn beside_the_last(&self, key: Key<'_>) -> Option<usize> {
        let next = match self.last.wrapping_add(1) {
            end if end == self.asked.len() => 0,
            next => next,
        };
        [next, self.last.wrapping_sub(1), self.last]
            .into_iter()
            .find(|place| self.asked.get(*place) == Some(&key))
    }

    fn tasks(&mut self) -> &HashMap<&'a str, [Option<usize>; 2]> {
        self.tasks.get_or_insert_with(|| {
            let mut tasks: HashMap<&str, [Option<usize>; 2]> =
                HashMap::with_capacity(self.asked.len());
            for (place, (job_id, end_point_type)) in self.asked.iter().enumerate() {
                let [source, destination] = tasks.entry(job_id).or_default();
                match end_point_type {
                    EndPointType::So => *source = Some(place),
                    EndPointType::Ta => *destination = Some(place),
                }
            }
            tasks
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(id: &str, side: Option<&str>) -> ModifyDbPwdResp {
        let json = serde_json::json!({"id": id, "end_point_type": side});
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn results_are_found_in_whatever_order_they_come() {
        use EndPointType::{So, Ta};
        let asked = [("a", So), ("a", Ta), ("b", So), ("c", Ta)];
        let results = [
            (result("a", Some("so")), Some(0)),
            (result("a", Some("ta")), Some(1)),
            (result("b", Some("so")), Some(2)),
            (result("c", Some("ta")), Some(3)),
            // It could be either side of `a`, and is the only one of `b`.
            (result("a", None), None),
            (result("b", None), Some(2)),
            (result("b", Some("ta")), None),
            (result("a", Some("both")), None),
            (result("d", Some("so")), None),
        ];
        for step in 1..results.len() {
            for first in 0..results.len() {
                let mut places = Places::new(&asked);
                for n in 0..results.len() * 2 {
                    let (result, place) = &results[(first + n * step) % results.len()];
                    assert_eq!(places.find(result), *place, "{result:?}");
                }
            }
        }
    }

    #[test]
    fn nothing_is_found_where_nothing_was_asked() {
        assert_eq!(Places::new(&[]).find(&result("a", Some("so"))), None);
    }
}
