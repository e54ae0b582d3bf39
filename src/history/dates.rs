//! Which dates of commits can be believed. Clocks are wrong at times, and a rebase keeps what it likes: along a line of
//! commits, time must not run backward.

use super::ChainCommit;

/// Gives every commit (newest first) a date that fits its neighbours': as few dates as possible are not believed, and
/// such a commit takes the date of the one before it, or of the one after it where there is none.
///
/// Of two neighbours whose dates are exchanged, the older one is believed: the younger cannot have come before it.
pub(super) fn settle(commits: &mut [ChainCommit]) {
    if commits.windows(2).all(|pair| pair[0].time >= pair[1].time) {
        return;
    }
    let times: Vec<i64> = commits.iter().map(|commit| commit.time).collect();
    for (commit, time) in commits.iter_mut().zip(believable(&times)) {
        commit.time = time;
    }
}

/// The dates, newest first, as [`settle`] gives them: those outside of a longest run that never rises are replaced.
pub(super) fn believable(times: &[i64]) -> Vec<i64> {
    let kept = longest_falling(times);
    let mut settled = times.to_vec();
    let mut before = None;
    for index in (0..times.len()).rev() {
        if kept[index] {
            before = Some(times[index]);
        } else {
            let after = || (0..index).rev().find(|other| kept[*other]).map(|other| times[other]);
            settled[index] = before.or_else(after).unwrap_or(times[index]);
        }
    }
    settled
}

/// Marks a longest subsequence that never rises; of those with the same length, one that keeps the older of two.
fn longest_falling(times: &[i64]) -> Vec<bool> {
    // For each length the position that ends the best run of that length: the one with the greatest last date.
    let mut ends: Vec<usize> = Vec::new();
    let mut previous: Vec<Option<usize>> = vec![None; times.len()];
    for (index, time) in times.iter().enumerate() {
        let length = ends.partition_point(|end| times[*end] >= *time);
        previous[index] = length.checked_sub(1).map(|shorter| ends[shorter]);
        if length == ends.len() {
            ends.push(index);
        } else {
            ends[length] = index;
        }
    }
    let mut kept = vec![false; times.len()];
    let mut at = ends.last().copied();
    while let Some(index) = at {
        kept[index] = true;
        at = previous[index];
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::believable;

    #[test]
    fn dates_in_order_stay() {
        assert_eq!(believable(&[5, 5, 3, 1]), [5, 5, 3, 1]);
    }

    #[test]
    fn of_two_exchanged_dates_the_older_commit_is_believed() {
        assert_eq!(believable(&[30, 11, 12, 1]), [30, 12, 12, 1]);
    }

    #[test]
    fn a_clock_far_ahead_or_behind_moves_nothing_but_its_own_commit() {
        assert_eq!(believable(&[40, 30, 9999, 20, 10]), [40, 30, 20, 20, 10]);
        assert_eq!(believable(&[40, 30, 0, 20, 10]), [40, 30, 20, 20, 10]);
    }

    #[test]
    fn the_oldest_takes_the_date_after_it_where_its_own_is_wrong() {
        assert_eq!(believable(&[40, 30, 20, 9999]), [40, 30, 20, 20]);
    }
}
