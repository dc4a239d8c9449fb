//! What a server counts of itself, for Prometheus. No label is ever a person's, a program's or a tenant's word: routes are
//! templates, and there are as many of them as the router has.

use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::limiter::Limiter;
use crate::store::Commits;

/// From half a millisecond to ten seconds.
const SECONDS: [f64; 13] = [
    0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

/// How a request was answered.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(crate) struct Answered {
    pub(crate) method: &'static str,
    pub(crate) route: String,
    pub(crate) status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Asked {
    method: &'static str,
    route: String,
}

type Make = fn() -> Histogram;

/// The counts of one server; they begin with it.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    durations: Family<Asked, Histogram, Make>,
    event_streams: Gauge,
}

/// An event stream that is counted as open until this is dropped.
pub(crate) struct OpenStream(Gauge);

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Metrics {
    /// Counts from now on, and shows what the parts of the server count themselves.
    pub(crate) fn new(limiter: &Limiter, commits: &Commits) -> Self {
        let mut registry = Registry::with_prefix("cachebash");
        let requests = Family::default();
        registry.register("requests", "Requests that were answered", requests.clone());
        let durations = Family::<Asked, Histogram, Make>::new_with_constructor(|| Histogram::new(SECONDS));
        let help = "Time until an answer began";
        registry.register_with_unit("request_duration", help, Unit::Seconds, durations.clone());
        let event_streams = Gauge::default();
        let help = "Event streams that are open";
        registry.register("event_streams", help, event_streams.clone());
        let help = "Requests whose key did not open the door";
        registry.register("auth_failures", help, limiter.failures.clone());
        let help = "Requests that came too often";
        registry.register("rate_limited", help, limiter.refused.clone());
        let help = "Writes of each durable transaction";
        registry.register("commit_writes", help, commits.histogram());
        let build = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The running version", build);
        Self {
            registry,
            requests,
            durations,
            event_streams,
        }
    }

    /// Counts one answer.
    pub(crate) fn answered(&self, answered: Answered, took: Duration) {
        let asked = Asked {
            method: answered.method,
            route: answered.route.clone(),
        };
        self.durations.get_or_create(&asked).observe(took.as_secs_f64());
        self.requests.get_or_create(&answered).inc();
    }

    /// Counts an event stream while it is open.
    pub(crate) fn stream_opened(&self) -> OpenStream {
        self.event_streams.inc();
        OpenStream(self.event_streams.clone())
    }

    /// All counts, as Prometheus reads them.
    pub(crate) fn text(&self) -> Result<String, std::fmt::Error> {
        let mut all = String::new();
        text::encode(&mut all, &self.registry)?;
        Ok(all)
    }
}
