//! "Did you mean": the nearest of the names that would have been right.

/// Names beyond this are no slip of the keyboard, and too long to be shown as advice.
const MAX_CHARS: usize = 128;

/// The most names that a help lists.
const MAX_LISTED: usize = 8;

/// The candidate nearest to `name`, if it is near enough to be a slip of the keyboard: one in three characters may
/// differ; in a name of one or two only their order, or one may be missing.
pub fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    if name.len() > MAX_CHARS {
        return None;
    }
    let lower = name.to_lowercase();
    let length = lower.chars().count();
    let limit = (length / 3).max(1);
    candidates
        .into_iter()
        // The difference in length is a bound of the distance, and is known for nothing.
        .filter(|candidate| *candidate != name && candidate.len() <= MAX_CHARS)
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= limit)
        .map(|candidate| (candidate.to_lowercase(), candidate))
        .filter(|(other, _)| length > 2 || has_same_letters(&lower, other) || other.chars().count() != length)
        .map(|(other, candidate)| (strsim::osa_distance(&lower, &other), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

fn has_same_letters(a: &str, b: &str) -> bool {
    let sorted = |text: &str| {
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        letters
    };
    sorted(a) == sorted(b)
}

/// The help of an unknown name: the nearest one, or the whole choice where it is small.
pub fn did_you_mean<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<String> {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    nearest(name, candidates.iter().copied())
        .map(|nearest| format!("did you mean `{nearest}`?"))
        .or_else(|| choice(&candidates))
}

/// The whole choice as a help, where it is small enough to be read.
pub fn choice(candidates: &[&str]) -> Option<String> {
    let short = (1..=MAX_LISTED).contains(&candidates.len())
        && candidates.iter().all(|candidate| candidate.len() <= MAX_CHARS);
    let verb = if candidates.len() == 1 { "is" } else { "are" };
    short.then(|| format!("there {verb} {}", listed(candidates)))
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
        assert_eq!(nearest("onn", ["on", "off"]), Some("on"));
    }

    #[test]
    fn in_a_name_of_two_letters_another_letter_is_another_name() {
        assert_eq!(nearest("UK", ["AU", "US"]), None);
        assert_eq!(nearest("ED", ["AU", "DE"]), Some("DE"));
        assert_eq!(nearest("de", ["AU", "DE"]), Some("DE"));
        assert_eq!(nearest("o", ["on", "off"]), Some("on"));
    }

    #[test]
    fn a_small_choice_is_listed_when_nothing_is_near() {
        assert_eq!(did_you_mean("zzz", ["on", "off"]).as_deref(), Some("there are `on` and `off`"));
        assert_eq!(did_you_mean("zzz", ["on"]).as_deref(), Some("there is `on`"));
        assert_eq!(did_you_mean("zzz", []), None);
        assert_eq!(did_you_mean("zzz", ["a", "b", "c", "d", "e", "f", "g", "h", "i"]), None);
        assert_eq!(did_you_mean("zzz", [&*"k".repeat(1_000)]), None);
    }
}
