//! "Did you mean": the nearest of the names that would have been right.

/// The candidate nearest to `name`, if it is near enough to be a slip of the keyboard.
pub fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let lower = name.to_lowercase();
    let limit = (lower.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| *candidate != name)
        .map(|candidate| (strsim::osa_distance(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// The help of an unknown name: the nearest one, or the whole choice where it is small.
pub fn did_you_mean<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<String> {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    if let Some(nearest) = nearest(name, candidates.iter().copied()) {
        return Some(format!("did you mean `{nearest}`?"));
    }
    (1..=8).contains(&candidates.len()).then(|| format!("there is {}", listed(&candidates)))
}

/// `a`, `b` and `c`.
pub fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_offered_and_a_far_one_is_not() {
        assert_eq!(nearest("contry", ["country", "tier"]), Some("country"));
        assert_eq!(nearest("Country", ["country", "tier"]), Some("country"));
        assert_eq!(nearest("no", ["on", "off"]), Some("on"));
        assert_eq!(nearest("zzz", ["country", "tier"]), None);
    }

    #[test]
    fn a_small_choice_is_listed_when_nothing_is_near() {
        assert_eq!(did_you_mean("zzz", ["on", "off"]).as_deref(), Some("there is `on` and `off`"));
        assert_eq!(did_you_mean("zzz", []), None);
    }
}
