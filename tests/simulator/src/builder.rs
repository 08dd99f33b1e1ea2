//! Configures and starts a simulator.

use std::collections::HashMap;
use std::io;
use std::net::Ipv4Addr;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::access::{Access, InvalidToken, Key, User};
use crate::clock::Clock;
use crate::connection;
use crate::default_tasks::{
    EXAMPLE_ACCESS_KEY, EXAMPLE_DOMAIN, EXAMPLE_PROJECT, EXAMPLE_REGION, EXAMPLE_SECRET_KEY,
    EXAMPLE_SECURITY_TOKEN, EXAMPLE_TEMPORARY_KEY, EXAMPLE_TEMPORARY_SECRET_KEY, EXAMPLE_TOKEN,
    EXAMPLE_USER, EXAMPLE_USER_PASSWORD, default_tasks,
};
use crate::fault::Plan;
use crate::front::Front;
use crate::iam::Project;
use crate::metadata::{Machine, Metadata};
use crate::received::{Keep, Received};
use crate::refusal::Refusal;
use crate::service::Service;
use crate::simulator::Simulator;
use crate::spec::{self, Spec};
use crate::store::Store;
use crate::task::Task;
use crate::throttle::Bucket;
use crate::tokens::{Lifetime, Tokens};

/// The gateway refuses larger bodies: 12 MB.
pub const BODY_LIMIT: usize = 12 * 1024 * 1024;

/// The configuration of a simulator. Start with [`Simulator::builder`].
#[derive(Clone, Default)]
pub struct Builder {
    project_id: Option<String>,
    region: Option<String>,
    other_projects: Vec<Project>,
    machine: Option<Machine>,
    tokens: Vec<String>,
    lifetime: Lifetime,
    keys: HashMap<String, Key>,
    users: Vec<User>,
    tasks: Option<Vec<Task>>,
    port: u16,
    refusal: Refusal,
    invalid_token: InvalidToken,
    body_limit: Option<usize>,
    keep: Keep,
    spec: Option<String>,
}

impl Simulator {
    /// A simulator that differs from the default.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Starts a simulator with the [default tasks](crate::default_tasks) in the current tokio
    /// runtime.
    ///
    /// # Errors
    ///
    /// If no port is free.
    pub async fn start_default() -> io::Result<Self> {
        Self::builder().start().await
    }
}

impl Builder {
    /// The project; [`EXAMPLE_PROJECT`] by default.
    #[must_use]
    pub fn project_id(mut self, project_id: impl Into<String>) -> Self {
        self.project_id = Some(project_id.into());
        self
    }

    /// The project's region, which is its name in IAM; [`EXAMPLE_REGION`] by default.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Another project of the account, which IAM lists but the service doesn't know. It may share
    /// the first one's name.
    #[must_use]
    pub fn other_project(mut self, id: impl Into<String>, name: impl Into<String>) -> Self {
        self.other_projects.push(Project {
            id: id.into(),
            name: name.into(),
        });
        self
    }

    /// Also simulates this machine's metadata service. Off by default.
    #[must_use]
    pub fn machine(mut self, machine: Machine) -> Self {
        self.machine = Some(machine);
        self
    }

    /// Accepts this token, along with earlier ones; [`EXAMPLE_TOKEN`] by default.
    #[must_use]
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.tokens.push(token.into());
        self
    }

    /// Accepts this access key, along with earlier ones. By default, these are
    /// [`EXAMPLE_ACCESS_KEY`] and the temporary key [`EXAMPLE_TEMPORARY_KEY`].
    #[must_use]
    pub fn access_key(mut self, id: impl Into<String>, secret_key: &str) -> Self {
        self.keys.insert(id.into(), Key::new(secret_key, None));
        self
    }

    /// Like [`access_key`](Self::access_key), for a temporary access key.
    #[must_use]
    pub fn temporary_key(
        mut self,
        id: impl Into<String>,
        secret_key: &str,
        security_token: &str,
    ) -> Self {
        let key = Key::new(secret_key, Some(security_token));
        self.keys.insert(id.into(), key);
        self
    }

    /// A user who can log in to IAM, along with earlier ones; [`EXAMPLE_USER`] by default.
    #[must_use]
    pub fn user(
        mut self,
        name: impl Into<String>,
        password: &str,
        domain: impl Into<String>,
    ) -> Self {
        self.users.push(User {
            name: name.into(),
            password: password.into(),
            domain: domain.into(),
        });
        self
    }

    /// The lifetime of IAM's tokens; 24 hours by default.
    #[must_use]
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime.time = lifetime;
        self
    }

    /// The number of requests that each of IAM's tokens is good for; unlimited by default.
    #[must_use]
    pub fn token_requests(mut self, requests: u64) -> Self {
        self.lifetime.requests = Some(requests);
        self
    }

    /// Adds these tasks; without any call, there is the [default set](crate::default_tasks). An
    /// empty list leaves the simulator without tasks.
    #[must_use]
    pub fn tasks(mut self, tasks: impl IntoIterator<Item = Task>) -> Self {
        self.tasks.get_or_insert_default().extend(tasks);
        self
    }

    /// The port; 0, the default, picks a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The response to a refused item.
    #[must_use]
    pub fn refusal(mut self, refusal: Refusal) -> Self {
        self.refusal = refusal;
        self
    }

    /// The response to a token that is not accepted.
    #[must_use]
    pub fn invalid_token(mut self, invalid_token: InvalidToken) -> Self {
        self.invalid_token = invalid_token;
        self
    }

    /// The largest body that the gateway accepts; [`BODY_LIMIT`] by default.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = Some(bytes);
        self
    }

    /// How many of the newest requests are remembered; all by default. With 0, memory does not grow
    /// with the number of requests, and [`Simulator::counts`] omits end points of unknown tasks.
    #[must_use]
    pub fn keep_requests(mut self, newest: usize) -> Self {
        self.keep.requests = newest;
        self
    }

    /// Whether remembered requests keep their bodies; they do by default.
    #[must_use]
    pub fn keep_bodies(mut self, keep: bool) -> Self {
        self.keep.bodies = keep;
        self
    }

    /// Uses this spec instead of `openapi/drs-v3.yaml`, in YAML or JSON.
    #[must_use]
    pub fn spec(mut self, text: impl Into<String>) -> Self {
        self.spec = Some(text.into());
        self
    }

    /// Starts the simulator in the current tokio runtime.
    ///
    /// # Errors
    ///
    /// If the port is in use, or the spec can't be used.
    pub async fn start(self) -> io::Result<Simulator> {
        // Loopback only: never offer this service to others.
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).await?;
        let address = listener.local_addr()?;
        let (front, token) = self.build()?;
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(connection::accept(listener, Arc::clone(&front), stopped));
        Ok(Simulator {
            address,
            token,
            front,
            stop: Some(stop),
            server: Some(server),
            thread: None,
        })
    }

    /// Starts the simulator in its own thread, for programs without a tokio runtime.
    ///
    /// # Errors
    ///
    /// If the port is in use, the spec can't be used, or no thread can be started.
    pub fn start_blocking(self) -> io::Result<Simulator> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let mut simulator = runtime.block_on(self.start())?;
        let server = simulator.server.take();
        let thread = thread::Builder::new().name("drs-simulator".to_owned());
        let serve = move || drop(runtime.block_on(async { Some(server?.await) }));
        simulator.thread = Some(thread.spawn(serve)?);
        Ok(simulator)
    }

    fn build(mut self) -> io::Result<(Arc<Front>, String)> {
        let refuse = |error| io::Error::new(io::ErrorKind::InvalidInput, error);
        let text = self.spec.as_deref().unwrap_or(spec::BUILT_IN);
        let spec = Spec::parse(text).and_then(|spec| spec.and(spec::TASKS));
        let spec = spec.map_err(refuse)?;
        if self.tokens.is_empty() {
            self.tokens.push(EXAMPLE_TOKEN.to_owned());
        }
        if self.keys.is_empty() {
            self = self
                .access_key(EXAMPLE_ACCESS_KEY, EXAMPLE_SECRET_KEY)
                .temporary_key(
                    EXAMPLE_TEMPORARY_KEY,
                    EXAMPLE_TEMPORARY_SECRET_KEY,
                    EXAMPLE_SECURITY_TOKEN,
                );
        }
        if self.users.is_empty() {
            self = self.user(EXAMPLE_USER, EXAMPLE_USER_PASSWORD, EXAMPLE_DOMAIN);
        }
        let token = self.tokens.first().cloned().unwrap_or_default();
        let mut store = Store::new(self.keep.requests > 0);
        let tasks = self.tasks.unwrap_or_else(default_tasks);
        tasks.into_iter().for_each(|task| store.add(task));
        let mut tokens = Tokens::default();
        self.tokens
            .into_iter()
            .for_each(|token| tokens.insert(token));
        let region = self.region.unwrap_or_else(|| EXAMPLE_REGION.to_owned());
        let project = self.project_id;
        let project_id = project.unwrap_or_else(|| EXAMPLE_PROJECT.to_owned());
        let (id, name) = (project_id.clone(), region);
        self.other_projects.insert(0, Project { id, name });
        let service = Arc::new(Service {
            spec,
            project_id,
            projects: self.other_projects,
            metadata: self.machine.map(Metadata::new),
            refusal: self.refusal,
            access: Access {
                clock: Clock::default(),
                invalid_token: self.invalid_token,
                users: self.users,
                lifetime: self.lifetime,
                tokens: Mutex::new(tokens),
                keys: Mutex::new(self.keys),
            },
            store: Mutex::new(store),
        });
        let front = Front {
            service,
            received: Received::new(self.keep),
            plan: Plan::default(),
            bucket: Bucket::default(),
            body_limit: self.body_limit.unwrap_or(BODY_LIMIT),
            connections: AtomicU64::new(0),
        };
        Ok((Arc::new(front), token))
    }
}
