//! The threads that async calls run on.
//!
//! Kotlin drops a call's future when its coroutine is cancelled, Swift lets it run. To behave alike on both, the work
//! itself is a task of our runtime and what crosses is only the waiting for it: going away never stops a write in the
//! middle, and never undoes it either.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

use tokio::runtime::{Builder, Runtime};

use crate::CompanionError;

/// Enough for a refresh and an answer at the same time; the core's own waiting is not done on threads.
const THREADS: usize = 2;

/// One runtime for the life of the process: a companion may be closed on any thread, and a runtime may not.
fn runtime() -> Result<&'static Runtime, CompanionError> {
    static RUNTIME: OnceLock<Option<Runtime>> = OnceLock::new();
    RUNTIME
        .get_or_init(|| {
            Builder::new_multi_thread()
                .worker_threads(THREADS)
                .thread_name("cachebash")
                .enable_all()
                .build()
                .ok()
        })
        .as_ref()
        .ok_or_else(|| internal("no-threads"))
}

/// Runs work to its end, whether or not the caller stays to see it.
pub(crate) async fn run<T, E>(work: impl Future<Output = Result<T, E>> + Send + 'static) -> Result<T, CompanionError>
where
    T: Send + 'static,
    E: Into<CompanionError> + Send + 'static,
{
    match runtime()?.spawn(work).await {
        Ok(result) => result.map_err(Into::into),
        Err(lost) if lost.is_panic() => Err(internal("panicked")),
        Err(_) => Err(internal("cancelled")),
    }
}

/// Makes a call that answers at once, on the caller's thread, where the core may start tasks of its own.
pub(crate) fn call<T, E>(work: impl FnOnce() -> Result<T, E>) -> Result<T, CompanionError>
where
    E: Into<CompanionError>,
{
    let _within = runtime()?.enter();
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result.map_err(Into::into),
        Err(_) => Err(internal("panicked")),
    }
}

fn internal(place: &str) -> CompanionError {
    CompanionError::Internal {
        reference: format!("ffi-{place}"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use std::sync::mpsc;
    use std::task::{Context, Poll, Waker};
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_panic_in_a_task_is_an_internal_error() {
        let outcome: Result<(), _> = futures_on_this_thread(run(async {
            if std::hint::black_box(true) {
                panic!("a fault of ours");
            }
            Ok::<(), CompanionError>(())
        }));
        assert_eq!(
            outcome,
            Err(CompanionError::Internal {
                reference: "ffi-panicked".into()
            })
        );
    }

    #[test]
    fn a_panic_in_a_call_is_an_internal_error() {
        let outcome: Result<(), _> = call(|| -> Result<(), CompanionError> { panic!("a fault of ours") });
        assert_eq!(
            outcome,
            Err(CompanionError::Internal {
                reference: "ffi-panicked".into()
            })
        );
    }

    #[test]
    fn a_caller_that_goes_away_does_not_stop_the_work() {
        let (go, wait) = tokio::sync::oneshot::channel::<()>();
        let (done, finished) = mpsc::channel();
        let mut waiting = Box::pin(run(async move {
            wait.await.map_err(|_| CompanionError::Offline)?;
            done.send("written").map_err(|_| CompanionError::Offline)
        }));
        let mut context = Context::from_waker(Waker::noop());
        assert_eq!(waiting.as_mut().poll(&mut context), Poll::Pending);
        drop(waiting);
        go.send(()).unwrap();
        assert_eq!(finished.recv_timeout(Duration::from_secs(20)), Ok("written"));
    }

    #[test]
    fn the_core_may_start_tasks_within_a_call() {
        let task = call(|| Ok::<_, CompanionError>(tokio::spawn(async { 7 }))).unwrap();
        let seven = futures_on_this_thread(run(async move { task.await.map_err(|_| CompanionError::Offline) }));
        assert_eq!(seven, Ok(7));
    }

    /// Polls as a foreign caller does: outside of any runtime.
    fn futures_on_this_thread<T>(future: impl Future<Output = T>) -> T {
        struct Unpark(std::thread::Thread);
        impl std::task::Wake for Unpark {
            fn wake(self: std::sync::Arc<Self>) {
                self.0.unpark();
            }
        }
        let waker = Waker::from(std::sync::Arc::new(Unpark(std::thread::current())));
        let mut context = Context::from_waker(&waker);
        let mut future = std::pin::pin!(future);
        loop {
            match future.as_mut().poll(&mut context) {
                Poll::Ready(value) => return value,
                Poll::Pending => std::thread::park(),
            }
        }
    }
}
