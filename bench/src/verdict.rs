//! Each figure beside its budget.

/// The figures of one run.
#[derive(Default)]
pub(crate) struct Verdicts(Vec<Verdict>);

struct Verdict {
    what: &'static str,
    figure: f64,
    budget: Budget,
    unit: &'static str,
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
        let verdict = Verdict {
            what,
            figure,
            budget,
            unit,
        };
        println!("{}", verdict.line());
        self.0.push(verdict);
    }

    /// Whether every figure is within its budget.
    pub(crate) fn all_kept(&self) -> bool {
        self.0.iter().all(Verdict::is_kept)
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
    fn is_kept(&self) -> bool {
        match self.budget {
            Budget::AtLeast(least) => self.figure >= least,
            Budget::AtMost(most) => self.figure <= most,
        }
    }

    fn line(&self) -> String {
        let (sign, budget) = match self.budget {
            Budget::AtLeast(least) => ("≥", least),
            Budget::AtMost(most) => ("≤", most),
        };
        let kept = if self.is_kept() { "kept" } else { "BROKEN" };
        format!(
            "  {kept:<6} {:<72} {:>8.2} {sign} {budget}{}",
            self.what, self.figure, self.unit
        )
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
