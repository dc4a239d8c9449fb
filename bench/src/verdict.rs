//! Each figure beside its budget.

/// The figures of one run.
#[derive(Default)]
pub(crate) struct Verdicts(Vec<Verdict>);

struct Verdict {
    what: &'static str,
    figure: f64,
    /// Where the middle half of the rounds lies, for what was measured in many.
    quartiles: Option<(f64, f64)>,
    budget: Budget,
    unit: &'static str,
}

/// What became of a budget.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Kept,
    Broken,
    /// The middle half of the rounds lies on both sides of the budget.
    NotDecided,
}

/// Which side of a number a figure must stay on.
#[derive(Clone, Copy)]
pub(crate) enum Budget {
    AtLeast(f64),
    AtMost(f64),
}

impl Verdicts {
    /// Notes a figure and says it at once: a run takes minutes.
    pub(crate) fn add(&mut self, what: &'static str, figure: f64, budget: Budget, unit: &'static str) {
        self.note(Verdict {
            what,
            figure,
            quartiles: None,
            budget,
            unit,
        });
    }

    /// Likewise, of many rounds: the middle one counts, unless the rounds do not agree on which side of the budget they are.
    pub(crate) fn add_rounds(&mut self, what: &'static str, mut rounds: Vec<f64>, budget: Budget, unit: &'static str) {
        rounds.sort_by(f64::total_cmp);
        self.note(Verdict {
            what,
            figure: quantile(&rounds, 0.5),
            quartiles: Some((quantile(&rounds, 0.25), quantile(&rounds, 0.75))),
            budget,
            unit,
        });
    }

    fn note(&mut self, verdict: Verdict) {
        println!("{}", verdict.line());
        self.0.push(verdict);
    }

    /// Whether no figure is beyond its budget.
    pub(crate) fn all_kept(&self) -> bool {
        self.0.iter().all(|verdict| verdict.outcome() != Outcome::Broken)
    }

    /// All figures, one below the other.
    pub(crate) fn print(&self) {
        println!("\nThe figures, each beside its budget:");
        for verdict in &self.0 {
            println!("{}", verdict.line());
        }
    }
}

impl Verdict {
    fn outcome(&self) -> Outcome {
        let keeps = |figure: f64| match self.budget {
            Budget::AtLeast(least) => figure >= least,
            Budget::AtMost(most) => figure <= most,
        };
        match self.quartiles {
            Some((low, high)) if keeps(low) != keeps(high) => Outcome::NotDecided,
            _ if keeps(self.figure) => Outcome::Kept,
            _ => Outcome::Broken,
        }
    }

    fn line(&self) -> String {
        let (sign, budget) = match self.budget {
            Budget::AtLeast(least) => ("≥", least),
            Budget::AtMost(most) => ("≤", most),
        };
        let outcome = match self.outcome() {
            Outcome::Kept => "kept",
            Outcome::Broken => "BROKEN",
            Outcome::NotDecided => "not decided",
        };
        let spread = self.quartiles.map_or_else(String::new, |(low, high)| {
            format!("  (quartiles {} to {})", figure(low), figure(high))
        });
        format!(
            "  {outcome:<11} {:<72} {:>8} {sign} {budget}{}{spread}",
            self.what,
            figure(self.figure),
            self.unit
        )
    }
}

/// Small ones with more digits: two hundredths and one hundredth are not the same budget.
fn figure(value: f64) -> String {
    if value.abs() < 0.1 {
        format!("{value:.4}")
    } else {
        format!("{value:.2}")
    }
}

/// The middle one, or the mean of the two in the middle.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => values[odd / 2],
        even => f64::midpoint(values[even / 2 - 1], values[even / 2]),
    }
}

/// The value below which so much of a sorted list lies; `part` between 0 and 1.
pub(crate) fn quantile(sorted: &[f64], part: f64) -> f64 {
    let place = ((sorted.len() as f64 - 1.0) * part).round() as usize;
    sorted.get(place).copied().unwrap_or(f64::NAN)
}
