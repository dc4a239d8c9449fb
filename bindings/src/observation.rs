//! Who wants to know: listeners of the app's, and the handle that ends their listening.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use cachebash_core::companion::{self, Listener};

use crate::mirror::Cross;
use crate::{AppError, OutboxView, Overview, ProgramPage, SessionWindow};

/// Told of each new overview, on a thread of the companion's. Must return soon.
#[uniffi::export(with_foreign)]
pub trait OverviewListener: Send + Sync {
    /// The overview as it is now. A failure is counted and ends nothing.
    fn on_overview(&self, overview: Overview) -> Result<(), AppError>;
}

/// Told of each new state of one program, on a thread of the companion's. Must return soon.
#[uniffi::export(with_foreign)]
pub trait ProgramListener: Send + Sync {
    /// The program as it is now. A failure is counted and ends nothing.
    fn on_program(&self, program: ProgramPage) -> Result<(), AppError>;
}

/// Told of each new window of sessions, on a thread of the companion's. Must return soon.
#[uniffi::export(with_foreign)]
pub trait SessionsListener: Send + Sync {
    /// The window as it is now. A failure is counted and ends nothing.
    fn on_sessions(&self, sessions: SessionWindow) -> Result<(), AppError>;
}

/// Told of the outbox each time it changes, on a thread of the companion's. Must return soon.
#[uniffi::export(with_foreign)]
pub trait OutboxListener: Send + Sync {
    /// The outbox as it is now. A failure is counted and ends nothing.
    fn on_outbox(&self, outbox: OutboxView) -> Result<(), AppError>;
}

/// A listening that goes on until it is cancelled or dropped.
#[derive(uniffi::Object)]
pub struct Observation {
    core: companion::Observation,
    failures: Arc<AtomicU32>,
}

#[uniffi::export]
impl Observation {
    /// Ends it now; letting go of the observation does the same. A value already on its way may still arrive.
    pub fn cancel(&self) {
        self.core.cancel();
    }

    /// How many values the listener failed to take. Each such value is lost; the next one comes all the same.
    pub fn listener_failures(&self) -> u32 {
        self.failures.load(Ordering::Relaxed)
    }
}

impl Observation {
    /// Starts an observation by `observe`, which gets a listener that passes each value on to `tell`.
    pub(crate) fn start<T, V>(
        tell: impl Fn(V) -> Result<(), AppError> + Send + Sync + 'static,
        observe: impl FnOnce(Listener<T>) -> Result<companion::Observation, companion::CompanionError>,
    ) -> Result<Arc<Self>, companion::CompanionError>
    where
        T: Cross<Out = V> + 'static,
        V: 'static,
    {
        let failures = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&failures);
        let core = observe(Arc::new(move |value: T| {
            let told = catch_unwind(AssertUnwindSafe(|| tell(value.cross())));
            if !matches!(told, Ok(Ok(()))) {
                count.fetch_add(1, Ordering::Relaxed);
            }
        }))?;
        Ok(Arc::new(Self { core, failures }))
    }
}
