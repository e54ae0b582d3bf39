//! The order in which things are settled that need others of their kind.

/// What each thing needs, by position. There may be a hundred thousand of them, most of which need nothing.
pub type Needs = Vec<Box<[u32]>>;

/// Positions such that everything a thing needs comes before it. What needs itself, by whatever way, is left out, and
/// so is what needs that.
pub fn in_order(needs: &Needs) -> Vec<u32> {
    let all = || (0..).zip(needs);
    // What needs a thing stands from where its first entry is up to where the next thing's is, in one list for all.
    let mut firsts = vec![0_u32; needs.len() + 1];
    for needed in needs.iter().flatten() {
        firsts[*needed as usize + 1] += 1;
    }
    for index in 0..needs.len() {
        firsts[index + 1] += firsts[index];
    }
    let mut free = firsts.clone();
    let mut dependents = vec![0; firsts[needs.len()] as usize];
    for (index, needed) in all() {
        for needed in needed {
            let place = &mut free[*needed as usize];
            dependents[*place as usize] = index;
            *place += 1;
        }
    }
    let mut open = free;
    for (open, (_, needed)) in open.iter_mut().zip(all()) {
        *open = u32::try_from(needed.len()).unwrap_or(u32::MAX);
    }
    let mut order: Vec<u32> = all().filter(|(_, needed)| needed.is_empty()).map(|(index, _)| index).collect();
    let mut next = 0;
    while let Some(settled) = order.get(next).map(|settled| *settled as usize) {
        next += 1;
        for dependent in &dependents[firsts[settled] as usize..firsts[settled + 1] as usize] {
            let open = &mut open[*dependent as usize];
            *open -= 1;
            if *open == 0 {
                order.push(*dependent);
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::{Needs, in_order};

    #[test]
    fn what_is_needed_comes_first_and_circles_are_left_out() {
        let needs = [vec![1, 1], vec![2], vec![], vec![4], vec![3], vec![4, 2]];
        assert_eq!(in_order(&needs.map(Vec::into_boxed_slice).into()), [2, 1, 0]);
    }

    #[test]
    fn a_chain_of_a_hundred_thousand_does_not_exhaust_the_stack() {
        let needs: Needs = (1..=100_000).map(|next| (next..100_000).take(1).collect()).collect();
        assert_eq!(in_order(&needs).len(), 100_000);
    }
}
