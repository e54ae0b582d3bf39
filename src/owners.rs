//! Who is known as an owner: `[owners]` of the workspace, and `CODEOWNERS` as GitHub and GitLab read it. A flag's `owner` is
//! a name; `team-checkout`, `@acme/team-checkout` and `team-checkout@acme.example` are the same one.
//!
//! Sources: GitHub, "About code owners"; GitLab, "Code Owners syntax".

use std::collections::BTreeSet;

use crate::model::Config;

/// Where GitHub and GitLab look for `CODEOWNERS`, relative to the root of the repository; the first one counts.
pub const PLACES: [&str; 4] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];

/// Everybody who is known as an owner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owners(BTreeSet<String>);

impl Owners {
    /// Those whom the workspace names, and those whom a `CODEOWNERS` file does, if there is one.
    pub fn new(config: &Config, codeowners: Option<&str>) -> Self {
        let said = config.owners.iter().map(|name| folded(name));
        let handles = codeowners.map(handles).unwrap_or_default();
        Self(said.chain(handles.into_iter().map(folded)).collect())
    }

    /// Whether nobody is known: then it cannot be said of anybody that they are not.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether an owner is known.
    pub fn know(&self, owner: &str) -> bool {
        self.0.contains(&folded(owner))
    }

    /// All of them, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// The name in a handle or an address, in lower case.
fn folded(name: &str) -> String {
    let name = name.trim_start_matches('@');
    let name = match name.split_once('@') {
        Some((before, _)) => before,
        None => name.rsplit_once('/').map_or(name, |(_, team)| team),
    };
    name.to_lowercase()
}

/// The handles and addresses in a `CODEOWNERS` file: after each pattern, and after the header of a section.
fn handles(text: &str) -> Vec<&str> {
    let mut handles = Vec::new();
    for line in text.lines() {
        let line = line.trim();
        let rest = line.trim_start_matches('^');
        let owners = if line.is_empty() || line.starts_with('#') {
            continue;
        } else if let Some(section) = rest.strip_prefix('[') {
            // `[Name][2] @owner`: the number is how many must approve.
            let after = section.split_once(']').map_or("", |(_, after)| after);
            match after.strip_prefix('[') {
                Some(number) => number.split_once(']').map_or("", |(_, after)| after),
                None => after,
            }
        } else {
            after_pattern(line)
        };
        let owners = owners.split_whitespace().take_while(|word| !word.starts_with('#'));
        handles.extend(owners.filter(|word| word.contains('@')));
    }
    handles
}

/// What follows the pattern of a line; a blank behind a backslash is part of it.
fn after_pattern(line: &str) -> &str {
    let mut escaped = false;
    let end = line.find(|c: char| {
        let ends = c.is_whitespace() && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    end.map_or("", |end| &line[end..])
}

#[cfg(test)]
mod tests {
    use super::Owners;
    use crate::model::Config;

    fn owners(text: &str) -> Vec<String> {
        Owners::new(&Config::default(), Some(text)).names().map(str::to_owned).collect()
    }

    #[test]
    fn handles_teams_and_addresses_of_github_are_known() {
        let text = "# everything\n*  @acme/platform @jo # inline @nobody\n/flags/a\\ b/ growth@acme.example\n/empty\n";
        assert_eq!(owners(text), ["growth", "jo", "platform"]);
    }

    #[test]
    fn owners_of_sections_of_gitlab_are_known() {
        let text = "[Checkout Flow][2] @acme/shop/team-checkout\n*.toml\n^[Docs] @writers\ndocs/ @@maintainer\n!docs/api\n";
        assert_eq!(owners(text), ["maintainer", "team-checkout", "writers"]);
    }

    #[test]
    fn an_owner_is_known_by_any_of_the_forms() {
        let owners = Owners::new(&Config::default(), Some("* @acme/Team-Checkout"));
        assert!(owners.know("team-checkout") && owners.know("@acme/team-checkout"));
        assert!(!owners.know("checkout") && !owners.is_empty());
    }
}
