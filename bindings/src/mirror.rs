//! How a value of the core becomes one that may cross to Kotlin and Swift.
//!
//! [`mirror!`] declares the crossing type and its conversion in one place. The conversion takes the core's value apart
//! by name, so a field or variant that exists there and not here is a compile error, never a value that gets lost.

use cachebash_core::domain::{
    AccountId, ActionId, Capability, KeyHash, MessageId, Percent, ProgramId, Progress, QuestionId, SessionId, Span,
    TaskId, Timestamp,
};

/// From the core's side to the app's.
pub(crate) trait Cross {
    /// The type on the app's side.
    type Out;

    /// The same value there.
    fn cross(self) -> Self::Out;
}

/// Declares a record or enum and says of which type of the core it is the mirror.
macro_rules! mirror {
    (
        $(#[$meta:meta])*
        pub struct $name:ident mirrors $core:path {
            $( $(#[$field_meta:meta])* $field:ident: $type:ty, )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, uniffi::Record)]
        pub struct $name {
            $( $(#[$field_meta])* pub $field: $type, )*
        }

        impl crate::mirror::Cross for $core {
            type Out = $name;

            fn cross(self) -> $name {
                use $core as Core;
                let Core { $($field),* } = self;
                $name { $($field: crate::mirror::Cross::cross($field)),* }
            }
        }
    };
    (
        $(#[$meta:meta])*
        pub enum $name:ident mirrors $core:path {
            $(
                $(#[$variant_meta:meta])*
                $variant:ident $({ $( $(#[$field_meta:meta])* $field:ident: $type:ty, )* })?
            ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, uniffi::Enum)]
        pub enum $name {
            $(
                $(#[$variant_meta])*
                $variant $({ $( $(#[$field_meta])* $field: $type, )* })?
            ),*
        }

        impl crate::mirror::Cross for $core {
            type Out = $name;

            fn cross(self) -> $name {
                use $core as Core;
                match self {
                    $(
                        Core::$variant $({ $($field),* })? =>
                            $name::$variant $({ $($field: crate::mirror::Cross::cross($field)),* })?
                    ),*
                }
            }
        }
    };
}

pub(crate) use mirror;

macro_rules! as_itself {
    ($($type:ty),*) => {
        $( impl Cross for $type {
            type Out = $type;

            fn cross(self) -> $type {
                self
            }
        } )*
    };
}

as_itself!(bool, u8, u32, i64, f64, String);

macro_rules! as_text {
    ($($id:ty),*) => {
        $( impl Cross for $id {
            type Out = String;

            fn cross(self) -> String {
                self.as_str().to_owned()
            }
        } )*
    };
}

as_text!(
    AccountId, ActionId, ProgramId, SessionId, KeyHash, Capability, QuestionId, TaskId, MessageId
);

impl Cross for Timestamp {
    type Out = i64;

    fn cross(self) -> i64 {
        self.as_millis()
    }
}

impl Cross for Span {
    type Out = i64;

    fn cross(self) -> i64 {
        self.as_millis()
    }
}

impl Cross for Percent {
    type Out = u8;

    fn cross(self) -> u8 {
        self.value()
    }
}

impl Cross for Progress {
    type Out = Option<f64>;

    fn cross(self) -> Option<f64> {
        self.reported()
    }
}

impl<T: Cross> Cross for Option<T> {
    type Out = Option<T::Out>;

    fn cross(self) -> Option<T::Out> {
        self.map(Cross::cross)
    }
}

impl<T: Cross> Cross for Vec<T> {
    type Out = Vec<T::Out>;

    fn cross(self) -> Vec<T::Out> {
        self.into_iter().map(Cross::cross).collect()
    }
}

#[cfg(test)]
mod tests {
    use cachebash_core::domain::{ContextLeft, SessionState};
    use cachebash_core::insight::{Finding, Headline, ProgressSample, RowProgress};

    use super::*;

    #[test]
    fn ids_are_text_and_times_are_milliseconds() {
        assert_eq!(ProgramId::new("builder").cross(), "builder");
        assert_eq!(
            Some(Timestamp::from_millis(1_700_000_000_123)).cross(),
            Some(1_700_000_000_123)
        );
        assert_eq!(Span::from_secs(-5).cross(), -5_000);
        assert_eq!(vec![Capability::new("state.read")].cross(), ["state.read"]);
    }

    #[test]
    fn nothing_reported_does_not_become_zero_on_the_way() {
        let sample = |progress| {
            ProgressSample {
                at: Timestamp::from_millis(1),
                progress,
            }
            .cross()
            .progress
        };
        assert_eq!(sample(Progress::NotReported), None);
        assert_eq!(sample(Progress::Reported(0.0)), Some(0.0));
        assert_eq!(sample(Progress::Reported(99.9)), Some(99.9));
        assert_eq!(Percent::of(99.9).cross(), 99);
    }

    #[test]
    fn a_value_within_a_value_keeps_its_name() {
        let at = Timestamp::from_millis(60_000);
        let last = RowProgress::Last {
            percent: Percent::of(42.0),
            at,
        };
        assert_eq!(
            last.cross(),
            crate::RowProgress::Last {
                percent: 42,
                at: 60_000
            }
        );
        assert_eq!(Headline::NeedYou(3).cross(), crate::Headline::NeedYou { count: 3 });
        let silent = Finding::Silent {
            since: at,
            usual_every: Some(Span::from_mins(2)),
        };
        assert_eq!(
            silent.cross(),
            crate::Finding::Silent {
                since: 60_000,
                usual_every: Some(120_000)
            }
        );
        assert_eq!(
            SessionState::Other("napping".to_owned()).cross(),
            crate::SessionState::Other {
                word: "napping".to_owned()
            }
        );
        assert_eq!(
            ContextLeft::RawBytes(4096.0).cross(),
            crate::ContextLeft::RawBytes { bytes: 4096.0 }
        );
    }
}
