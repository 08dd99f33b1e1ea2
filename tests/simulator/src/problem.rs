//! Refusals of the service and of its gateway: HTTP statuses, codes, and messages in two languages.

use http::HeaderMap;
use serde_json::{Map, Value, json};

use crate::answer::Answer;

/// The language of the messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Chinese,
}

impl Language {
    /// The language of `X-Language`: English for every value but `zh-cn`, and by default.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        match headers.get("x-language") {
            Some(value) if value.as_bytes() == b"zh-cn" => Self::Chinese,
            _ => Self::English,
        }
    }
}

/// A reason to refuse a request or one of its items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    NoSuchApi,
    TooLarge,
    Throttled,
    NoToken,
    TokenRefusedByGateway,
    TokenRefusedByIam,
    WrongSignature,
    UnknownKey,
    LockedKey,
    IamCannotRead,
    IamUnknownUser,
    InvalidToken,
    InvalidProject,
    NotJson,
    WrongContentType,
    Missing,
    Invalid,
    Duplicates,
    UnknownTask,
    DeletedTask,
    WrongState,
    ParentTask,
    WrongPassword,
    /// Not the service's: the simulator violated the spec itself.
    BrokeTheSpec,
}

struct Row(u16, &'static str, &'static str, &'static str);

impl Code {
    #[rustfmt::skip]
    const fn row(self) -> Row {
        match self {
            Self::NoSuchApi => Row(404, "APIGW.0101", "The API does not exist or has not been published", "API不存在或未发布"),
            Self::TooLarge => Row(413, "APIGW.0201", "The request body is too large", "请求体过大"),
            Self::Throttled => Row(429, "APIGW.0308", "The throttling threshold has been reached", "请求超出流控阈值"),
            Self::NoToken => Row(401, "APIGW.0301", "Incorrect IAM authentication information: the token is missing", "IAM认证信息错误：缺少Token"),
            Self::TokenRefusedByGateway => Row(401, "APIGW.0301", "Incorrect IAM authentication information: the token is invalid or expired", "IAM认证信息错误：Token无效或已过期"),
            Self::TokenRefusedByIam => Row(401, "", "The request you have made requires authentication", "请求需要认证"),
            Self::WrongSignature => Row(401, "APIGW.0301", "Incorrect IAM authentication information: verify aksk signature fail", "IAM认证信息错误：verify aksk signature fail"),
            Self::UnknownKey => Row(401, "APIGW.0301", "Incorrect IAM authentication information: Get secretKey failed,err:ak not exist", "IAM认证信息错误：Get secretKey failed,err:ak not exist"),
            Self::LockedKey => Row(401, "APIGW.0301", "Incorrect IAM authentication information: AK access failed to reach the limit,forbidden", "IAM认证信息错误：AK access failed to reach the limit,forbidden"),
            Self::IamCannotRead => Row(400, "", "The request body is not what this API expects", "请求体不符合接口要求"),
            Self::IamUnknownUser => Row(401, "", "The username or password is wrong", "用户名或密码错误"),
            Self::InvalidToken => Row(403, "DRS.M00100", "Invalid token", "Token无效"),
            Self::InvalidProject => Row(403, "DRS.M00261", "Invalid project ID", "项目ID无效"),
            Self::NotJson => Row(400, "DRS.M00200", "Parameter error: the body is not JSON", "参数错误：请求体不是JSON"),
            Self::WrongContentType => Row(400, "DRS.M00007", "Invalid request parameter: Content-Type must be application/json", "请求参数无效：Content-Type必须为application/json"),
            Self::Missing => Row(400, "DRS.M00201", "A parameter is missing or empty", "参数缺失或为空"),
            Self::Invalid => Row(400, "DRS.M00202", "A parameter is invalid", "参数无效"),
            Self::Duplicates => Row(400, "DRS.M00301", "The request contains duplicates", "请求中存在重复项"),
            Self::UnknownTask => Row(400, "DRS.M05003", "The task does not exist", "任务不存在"),
            Self::DeletedTask => Row(400, "DRS.M05004", "The task has been deleted or released", "任务已删除或已释放"),
            Self::WrongState => Row(400, "DRS.M00304", "The operation is not allowed in the current status of the task", "任务当前状态不允许该操作"),
            Self::ParentTask => Row(400, "DRS.M00307", "The operation is allowed for subtasks only", "仅子任务支持该操作"),
            Self::WrongPassword => Row(400, "DRS.KE0002", "The user name or the password is wrong", "用户名或密码错误"),
            Self::BrokeTheSpec => Row(500, "SIMULATOR", "The simulator's own answer does not satisfy the spec", "模拟器的响应不符合规范"),
        }
    }

    pub(crate) const fn status(self) -> u16 {
        self.row().0
    }

    pub(crate) const fn as_str(self) -> &'static str {
        self.row().1
    }

    pub(crate) const fn message(self, language: Language) -> &'static str {
        match language {
            Language::English => self.row().2,
            Language::Chinese => self.row().3,
        }
    }

    /// Adds the place in the request.
    pub(crate) fn at(self, place: impl Into<String>) -> Problem {
        Problem {
            code: self,
            place: Some(place.into()),
        }
    }
}

/// The refusal of a whole request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    code: Code,
    place: Option<String>,
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self { code, place: None }
    }
}

impl Problem {
    /// The response.
    pub(crate) fn answer(&self, language: Language, request_id: &str) -> Answer {
        Answer::json(self.code.status(), &self.body(language, request_id))
    }

    /// The body: flat from the service, flat with a `request_id` from the gateway, or in IAM's
    /// shape.
    fn body(&self, language: Language, request_id: &str) -> Value {
        let mut message = self.code.message(language).to_owned();
        if let Some(place) = &self.place {
            message.push_str(": ");
            message.push_str(place);
        }
        if self.code.as_str().is_empty() {
            // IAM's shape.
            let status = self.code.status();
            let title = if status == 401 {
                "Unauthorized"
            } else {
                "Bad Request"
            };
            return json!({"error": {"code": status, "message": message, "title": title}});
        }
        let mut body = Map::new();
        body.insert("error_code".to_owned(), self.code.as_str().into());
        body.insert("error_msg".to_owned(), message.into());
        if self.code.as_str().starts_with("APIGW.") {
            body.insert("request_id".to_owned(), request_id.into());
        }
        body.into()
    }
}
