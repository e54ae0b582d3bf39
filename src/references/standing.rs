//! What a name stands for, of all that a service's code gives it to.

use std::collections::{BTreeMap, BTreeSet};

use super::classify::{Declaration, Path, Scope};

/// The names of a service's code.
#[derive(Default)]
pub(super) struct Names<'d> {
    /// Those that can be seen everywhere, with their files.
    open: BTreeMap<&'d str, Vec<(&'d str, &'d Declaration)>>,
    /// Those that can be seen in a part of a file.
    local: BTreeMap<(&'d str, &'d str, Scope), Vec<&'d Declaration>>,
}

impl<'d> Names<'d> {
    /// Adds a file's.
    pub(super) fn add(&mut self, file: &'d str, declarations: &'d [Declaration]) {
        for declaration in declarations {
            let name = declaration.name.as_str();
            match declaration.scope {
                Some(scope) => self.local.entry((file, name, scope)).or_default().push(declaration),
                None => self.open.entry(name).or_default().push((file, declaration)),
            }
        }
    }

    /// What a name may stand for in a file, inside these scopes. Another name for it is followed, once.
    pub(super) fn stand_for(&self, path: &Path, file: &str, scopes: &[Scope]) -> Vec<&'d Declaration> {
        let follow = |declaration: &'d Declaration| {
            let alias =
                declaration.alias.as_ref().filter(|alias| declaration.value.is_none() && *alias != path);
            let found = alias.map(|alias| self.direct(alias, file, scopes)).unwrap_or_default();
            if found.is_empty() { vec![declaration] } else { found }
        };
        self.direct(path, file, scopes).into_iter().flat_map(follow).collect()
    }

    fn direct(&self, path: &Path, file: &str, scopes: &[Scope]) -> Vec<&'d Declaration> {
        let local = self.in_scopes(path, file, scopes);
        if !local.is_empty() {
            return local;
        }
        let Some(all) = self.open.get(path.name.as_str()) else { return Vec::new() };
        let here = |fits: &dyn Fn(&Declaration) -> bool| -> Vec<&'d Declaration> {
            let mine = all.iter().filter(|(other, declaration)| *other == file && fits(declaration));
            mine.map(|(_, declaration)| *declaration).collect()
        };
        if path.is_own() {
            return here(&|_| true);
        }
        let fits = |declaration: &Declaration| match &path.qualifier {
            Some(qualifier) => declaration.container.as_ref() == Some(qualifier),
            None => true,
        };
        let near = here(&fits);
        if !near.is_empty() {
            return near;
        }
        let fitting: Vec<_> = all.iter().map(|(_, one)| *one).filter(|one| fits(one)).collect();
        if !fitting.is_empty() {
            return fitting;
        }
        // A package or a module in front of what stands in no class, or an alias of the only one there is.
        let loose: Vec<_> = all.iter().map(|(_, one)| *one).filter(|one| one.container.is_none()).collect();
        if !loose.is_empty() {
            return loose;
        }
        let containers: BTreeSet<_> = all.iter().map(|(_, one)| &one.container).collect();
        if containers.len() == 1 { all.iter().map(|(_, one)| *one).collect() } else { Vec::new() }
    }

    /// What the name is given to in the innermost of the scopes that knows it.
    fn in_scopes(&self, path: &Path, file: &str, scopes: &[Scope]) -> Vec<&'d Declaration> {
        let fits = |declaration: &Declaration| match &path.qualifier {
            Some(qualifier) => declaration.container.as_ref() == Some(qualifier),
            None => !declaration.is_entry,
        };
        for scope in scopes {
            let found = self.local.get(&(file, path.name.as_str(), *scope)).into_iter().flatten();
            let found: Vec<&'d Declaration> = found.copied().filter(|one| fits(one)).collect();
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }
}
