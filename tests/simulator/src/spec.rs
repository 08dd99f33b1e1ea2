//! The spec as the simulator uses it: operations, found by method and path.

mod call;
mod operation;
mod validate;

pub(crate) use call::Call;
pub(crate) use operation::Operation;
pub(crate) use validate::Mismatch;

use serde_json::Value;

use crate::password_change::OPERATION;
use crate::yaml;

/// The built-in spec: a symbolic link, which becomes a file in a package.
pub(crate) const BUILT_IN: &str = include_str!("../drs-v3.yaml");
/// The document of states and retries, served with every spec.
pub(crate) const TASKS: &str = include_str!("../drs-tasks-v3.yaml");

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// The operations of OpenAPI 3.0 documents.
#[derive(Default)]
pub(crate) struct Spec {
    operations: Vec<Operation>,
}

impl Spec {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let spec = Self::default().and(text)?;
        let mut ids = spec.operations.iter().map(|operation| &operation.id);
        match ids.any(|id| id == OPERATION) {
            true => Ok(spec),
            false => Err(format!("the spec has no operation `{OPERATION}`")),
        }
    }

    /// Adds the operations of another document.
    pub(crate) fn and(mut self, text: &str) -> Result<Self, String> {
        let document: Value = yaml::parse(text)?;
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for method in METHODS {
                if item.get(method).is_some() {
                    let operation = Operation::new(&document, path, method)?;
                    self.operations.push(operation);
                }
            }
        }
        Ok(self)
    }

    /// The operation of a request. If several match, the one with the fewest path parameters wins,
    /// as in OpenAPI.
    pub(crate) fn find(&self, method: &str, path: &str) -> Option<Call<'_>> {
        let calls = self.operations.iter().filter_map(|operation| {
            let arguments = operation.arguments(method, path)?;
            Some(Call {
                operation,
                arguments,
            })
        });
        calls.min_by_key(|call| call.arguments.len())
    }
}

#[cfg(test)]
mod tests {
    use super::{BUILT_IN, Spec};
    use serde_json::json;

    const PATH: &str = "/v3/p/jobs/batch-modify-pwd";

    #[test]
    fn an_operation_is_found_by_method_and_path_with_its_arguments() {
        let spec = Spec::parse(BUILT_IN).unwrap();
        let call = spec.find("PUT", "/v3/a%20b/jobs/batch-modify-pwd").unwrap();
        assert_eq!(call.operation.id, "BatchResetPassword");
        assert_eq!(call.project_id(), Some("a b"));
        for (method, path) in [
            ("POST", PATH),
            ("PUT", "/v3/p/jobs"),
            ("PUT", "/v3//jobs/batch-modify-pwd"),
        ] {
            assert!(spec.find(method, path).is_none(), "{method} {path}");
        }
    }

    #[test]
    fn a_nullable_property_may_be_null_and_another_may_not() {
        let spec = Spec::parse(BUILT_IN).unwrap();
        let operation = spec.find("PUT", PATH).unwrap().operation;
        let nullable = json!({"results": null});
        let another = json!({"count": null});
        assert_eq!(operation.check_answer(200, &nullable), Ok(()));
        let mismatch = operation.check_answer(200, &another).unwrap_err();
        assert_eq!(mismatch.place, "count");
        assert_eq!(mismatch.keyword, "type");
    }

    #[test]
    fn a_mismatch_tells_the_place_and_not_the_value() {
        let spec = Spec::parse(BUILT_IN).unwrap();
        let operation = spec.find("PUT", PATH).unwrap().operation;
        let item = json!({"db_password": {"pass": "word"}, "end_point_type": "so", "job_id": "a"});
        let mismatch = operation.check_body(&json!({"jobs": [item]})).unwrap_err();
        assert_eq!(mismatch.place, "jobs/0/db_password");
        assert!(!format!("{mismatch:?}").contains("word\":"));
    }

    #[test]
    fn a_spec_without_the_operation_is_refused() {
        let error = Spec::parse("paths: {}").err().unwrap();
        assert!(error.contains("BatchResetPassword"), "{error}");
    }
}
