//! The order in which things are settled that need others of their kind.

/// Positions such that everything a thing needs comes before it. What needs itself, by whatever way, is left out, and
/// so is what needs that.
pub fn in_order(needs: &[Vec<usize>]) -> Vec<usize> {
    let mut open: Vec<usize> = needs.iter().map(Vec::len).collect();
    let mut needed_by: Vec<Vec<usize>> = vec![Vec::new(); needs.len()];
    for (index, needed) in needs.iter().enumerate() {
        for needed in needed {
            needed_by[*needed].push(index);
        }
    }
    let mut order: Vec<usize> = (0..needs.len()).filter(|index| open[*index] == 0).collect();
    let mut next = 0;
    while let Some(settled) = order.get(next).copied() {
        next += 1;
        for dependent in &needed_by[settled] {
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
