//! The order in which things are settled that need others of their kind.

/// Positions such that everything a thing needs comes before it. What needs itself, by whatever way, is left out, and
/// so is what needs that.
pub fn in_order(needs: &[Vec<usize>]) -> Vec<usize> {
    let mut open: Vec<usize> = needs.iter().map(Vec::len).collect();
    // What needs a thing stands from where its first entry is up to where the next thing's is, in one list for all.
    let mut firsts = vec![0; needs.len() + 1];
    for needed in needs.iter().flatten() {
        firsts[needed + 1] += 1;
    }
    for index in 0..needs.len() {
        firsts[index + 1] += firsts[index];
    }
    let mut free = firsts.clone();
    let mut dependents = vec![0; firsts[needs.len()]];
    for (index, needed) in needs.iter().enumerate() {
        for needed in needed {
            dependents[free[*needed]] = index;
            free[*needed] += 1;
        }
    }
    drop(free);
    let mut order: Vec<usize> = (0..needs.len()).filter(|index| open[*index] == 0).collect();
    let mut next = 0;
    while let Some(settled) = order.get(next).copied() {
        next += 1;
        for dependent in &dependents[firsts[settled]..firsts[settled + 1]] {
            open[*dependent] -= 1;
            if open[*dependent] == 0 {
                order.push(*dependent);
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::in_order;

    #[test]
    fn what_is_needed_comes_first_and_circles_are_left_out() {
        let needs = [vec![1, 1], vec![2], vec![], vec![4], vec![3], vec![4, 2]];
        assert_eq!(in_order(&needs), [2, 1, 0]);
    }

    #[test]
    fn a_chain_of_a_hundred_thousand_does_not_exhaust_the_stack() {
        let needs: Vec<Vec<usize>> =
            (1..=100_000).map(|next| if next < 100_000 { vec![next] } else { vec![] }).collect();
        assert_eq!(in_order(&needs).len(), 100_000);
    }
}
