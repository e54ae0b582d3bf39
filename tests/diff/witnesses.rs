//! Every witness with the flag's document of each side, as requests with the variant that must be served.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use flagc::compile;
use flagc::diff::{self, Request, Side};
use serde_json::json;

use super::shop::{NOW, Shop};

/// Writes `requests.jsonl` and the documents; returns how many requests.
pub fn write(folder: &Path, pairs: impl Iterator<Item = (Shop, Shop)>) -> usize {
    let mut requests = Vec::new();
    for (case, (base, head)) in pairs.enumerate() {
        // The peer hashes as generation 2 says.
        if base.generation != 2 || head.generation != 2 {
            continue;
        }
        let loads = [base.load(), head.load()];
        let segments = loads.each_ref().map(|loaded| compile::segments(&loaded.workspace));
        let [base, head] =
            [0, 1].map(|side| Side { workspace: &loads[side].workspace, segments: &segments[side] });
        let flags = loads.iter().flat_map(|loaded| &loaded.workspace.flags);
        let flags: BTreeSet<_> = flags.map(|flag| flag.key.clone()).collect();
        let diff = diff::compare(&Request { base, head, flags: flags.into_iter().collect(), at: NOW });
        for change in &diff.changes {
            let Some(environment) = &change.environment else { continue };
            for witness in change.regions.iter().filter_map(|region| region.witness.as_ref()) {
                let sides = [("base", base, &witness.before), ("head", head, &witness.after)];
                for (name, side, variant) in sides {
                    let Some(variant) = variant else { continue };
                    let file = folder.join(format!("{case}-{name}-{environment}-{}.json", change.flag));
                    fs::write(&file, document(side, &change.flag, environment)).unwrap();
                    requests.push(json!({
                        "document_file": file, "flag": change.flag.as_str(), "type": "string", "at": NOW,
                        "context": witness.context, "variant": variant.as_str(),
                    }));
                }
            }
        }
    }
    let lines: Vec<String> = requests.iter().map(ToString::to_string).collect();
    fs::write(folder.join("requests.jsonl"), lines.join("\n") + "\n").unwrap();
    requests.len()
}

/// A flagd document of one flag.
fn document(side: Side<'_>, flag: &str, environment: &str) -> String {
    let workspace = side.workspace;
    let flag = workspace.flag(workspace.flag_id(flag).unwrap());
    let environment = workspace.config.environment_id(environment).unwrap();
    let compiled = compile::compile_flag(workspace, flag, environment, side.segments).unwrap();
    let json = String::from_utf8(compiled.json.into_vec()).unwrap();
    format!("{{\"flags\":{{\"{}\":{json}}}}}", compiled.key)
}
