//! Where a panic stops: at the edge of this crate, as [`CompanionError::Internal`], so that an app has one kind of error to
//! catch.
//!
//! Calls are not started here. The core runs what it does on threads of its own and hands out only the waiting, so a
//! caller that goes away (Kotlin drops a call's future when its coroutine is cancelled) leaves nothing half done.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use crate::CompanionError;

/// Waits for work of the core's.
pub(crate) async fn wait<T, E>(work: impl Future<Output = Result<T, E>>) -> Result<T, CompanionError>
where
    E: Into<CompanionError>,
{
    let mut work = pin!(work);
    poll_fn(|context| {
        catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))).map_or_else(
            |_| Poll::Ready(Err(panicked())),
            |polled| polled.map(|result| result.map_err(Into::into)),
        )
    })
    .await
}

/// Makes a call that answers at once.
pub(crate) fn call<T, E>(work: impl FnOnce() -> Result<T, E>) -> Result<T, CompanionError>
where
    E: Into<CompanionError>,
{
    catch_unwind(AssertUnwindSafe(work)).map_or_else(|_| Err(panicked()), |result| result.map_err(Into::into))
}

fn panicked() -> CompanionError {
    CompanionError::Internal {
        reference: "ffi-panicked".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]

    use std::future::ready;
    use std::task::{Context, Waker};

    use super::*;

    #[test]
    fn a_panic_while_waiting_is_an_internal_error() {
        let mut waiting = pin!(wait(poll_fn(|_| -> Poll<Result<(), CompanionError>> {
            panic!("a fault of ours")
        })));
        let polled = waiting.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert_eq!(polled, Poll::Ready(Err(panicked())));
    }

    #[test]
    fn what_the_core_answers_arrives() {
        let mut waiting = pin!(wait(ready(Err::<(), _>(CompanionError::Offline))));
        let polled = waiting.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert_eq!(polled, Poll::Ready(Err(CompanionError::Offline)));
    }

    #[test]
    fn a_panic_in_a_call_is_an_internal_error() {
        let outcome = call(|| -> Result<(), CompanionError> { panic!("a fault of ours") });
        assert_eq!(outcome, Err(panicked()));
    }
}
