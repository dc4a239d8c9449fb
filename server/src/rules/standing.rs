//! How many things were going on at a moment, of which it is known when each began and ended.

/// Spans of time, some of which have not ended.
#[derive(Clone, Debug, Default)]
pub(crate) struct Standing {
    begins: Vec<i64>,
    ends: Vec<i64>,
}

impl FromIterator<(i64, Option<i64>)> for Standing {
    fn from_iter<T: IntoIterator<Item = (i64, Option<i64>)>>(spans: T) -> Self {
        let mut standing = Standing::default();
        for (begin, end) in spans {
            standing.begins.push(begin);
            standing.ends.extend(end);
        }
        standing.begins.sort_unstable();
        standing.ends.sort_unstable();
        standing
    }
}

impl Standing {
    /// How many had begun and not ended.
    pub(crate) fn at(&self, moment: i64) -> usize {
        let until = |moments: &[i64]| moments.partition_point(|at| *at <= moment);
        until(&self.begins).saturating_sub(until(&self.ends))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_began_and_did_not_end_stands() {
        let standing: Standing = [(10, Some(20)), (15, None), (5, Some(5)), (15, Some(16))]
            .into_iter()
            .collect();
        let at: Vec<usize> = [4, 5, 10, 15, 16, 19, 20, 99]
            .iter()
            .map(|moment| standing.at(*moment))
            .collect();
        assert_eq!(at, [0, 0, 1, 3, 2, 2, 1, 1]);
    }
}
