//! The net under everything.

use crate::exit::Exit;
use crate::io;
use std::panic::{self, AssertUnwindSafe};

/// Runs the program. A panic becomes one sentence on stderr instead of a trace.
pub(crate) fn guard(run: impl FnOnce() -> Exit) -> Exit {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
        let payload = panic.payload();
        let text = payload.downcast_ref::<&str>().copied();
        let what = text.or(payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
        let version = env!("CARGO_PKG_VERSION");
        io::last_words(&format!(
            "internal error: corsynth {version} made a mistake{place} ({what}); nothing was half-written, please report it"
        ));
    }));
    panic::catch_unwind(AssertUnwindSafe(run)).unwrap_or(Exit::Internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_internal_error_and_not_a_trace() {
        assert_eq!(guard(|| panic!("on purpose")), Exit::Internal);
        assert_eq!(guard(|| Exit::Problem), Exit::Problem);
        // The tests after this one report their own panics as usual.
        drop(panic::take_hook());
    }
}
