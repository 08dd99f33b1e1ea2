//! Keeps this process's memory off the disk: it contains passwords.

/// Keeps the kernel from writing a core file, and on Linux other processes of the
/// user from reading this one's memory. Where that is refused, the run goes on without it.
pub(crate) fn prevent() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};

        let none = Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        let _ = setrlimit(Resource::Core, none);
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};

        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}
