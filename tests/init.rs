//! A new workspace passes `check`, wherever in the repository it lies.
#![allow(clippy::unwrap_used)]

use flagc::{artifact, init, ops};

#[test]
fn a_new_workspace_passes_check() {
    for workspace in ["", "flags", "config/feature flags"] {
        let folder = tempfile::tempdir().unwrap();
        let plan = init::plan(&init::Options {
            root: folder.path(),
            workspace,
            project: "acme",
            ci: Some(init::Ci::Github),
            version: "1.2.3",
        });
        artifact::write_all(&plan).unwrap();
        assert_eq!(init::existing(&plan).len(), plan.len());
        let checked = ops::check::check(&folder.path().join(workspace));
        assert_eq!(checked.findings, [], "{workspace}");
        assert_eq!(checked.flag_count(), 1);
    }
}
