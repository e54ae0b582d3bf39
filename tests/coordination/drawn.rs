//! A drawn workspace, loaded, and its flags ready to be asked.

use ecow::EcoString;
use flagc::compile::{self, Segments, Standalone};
use flagc::model::{EnvironmentId, Flag, Workspace};
use flagc::release::Setting;
use flagc::workspace::{Given, GivenContent, Loaded, load_given};
use flagc_runtime::At;

use super::grid::{self, Buckets, Context};
use super::probe::note_buckets;
use super::random::Random;
use super::shop::{NOW, Shop};

/// Before every step that is drawn.
pub const FROM: i64 = NOW - 5_000;

pub struct Drawn {
    pub shop: Shop,
    pub loaded: Loaded,
    pub segments: Segments,
}

impl Drawn {
    pub fn new(shop: Shop) -> Self {
        Self::with_files(shop, |files| files)
    }

    pub fn with_files(shop: Shop, change: impl Fn(Vec<(String, String)>) -> Vec<(String, String)>) -> Self {
        let files = change(shop.files()).into_iter();
        let given = files.map(|(path, text)| Given { path, content: GivenContent::Bytes(text.into_bytes()) });
        let loaded = load_given(given.collect(), &Loaded::default());
        assert!(loaded.findings.is_empty(), "{:#?}", loaded.findings);
        let segments = compile::segments(&loaded.workspace);
        Self { shop, loaded, segments }
    }

    pub fn workspace(&self) -> &Workspace {
        &self.loaded.workspace
    }

    pub fn flag(&self, key: &str) -> &Flag {
        self.workspace().flag(self.workspace().flag_id(key).unwrap())
    }

    pub fn setting(&self, environment: EnvironmentId) -> Setting<'_> {
        Setting { workspace: self.workspace(), segments: &self.segments, environment, from: Some(FROM) }
    }

    /// A flag by itself; `None` where it cannot be compiled.
    pub fn compiled(&self, flag: &Flag, environment: EnvironmentId) -> Option<Standalone> {
        compile::standalone(self.workspace(), flag, environment, &self.segments).ok()
    }

    /// Contexts on both sides of every boundary of these flags, and the buckets they divide users by.
    pub fn contexts(
        &self,
        keys: &[&str],
        environment: EnvironmentId,
        limit: usize,
        case: u64,
    ) -> (Vec<Context>, Vec<Buckets>) {
        let (mut asked, mut buckets) = (Vec::new(), Vec::new());
        for key in keys {
            self.shop.asked(key, &mut asked);
            let flag = self.flag(key);
            let required = compile::demands(self.workspace(), flag).unwrap_or_default();
            for one in required.keys().map(|id| self.workspace().flag(*id)).chain([flag]) {
                note_buckets(self.workspace(), one, environment, &mut buckets);
            }
        }
        (grid::contexts(&asked, &buckets, limit, &mut Random::new(case)), buckets)
    }

    pub fn show(&self) -> String {
        let files = self.shop.files().into_iter().skip(1);
        files.map(|(path, text)| format!("# {path}\n{text}")).collect::<Vec<_>>().concat()
    }
}

/// What a flag serves.
pub fn ask(compiled: &Standalone, context: &Context, at: i64) -> EcoString {
    let context = flagc_runtime::Context::from_value(context.clone().into()).unwrap();
    compiled.evaluator.resolve(&compiled.flag.key, &context, At::unix(at)).variant.unwrap().into()
}

/// The times from [`FROM`] on at which the flags may serve something else.
pub fn times(drawn: &Drawn, flags: &[&Flag], environment: EnvironmentId) -> Vec<i64> {
    let steps = flags.iter().flat_map(|flag| flagc::exposure::instants(drawn.workspace(), flag, environment));
    let mut times: Vec<i64> = steps.chain([FROM]).collect();
    times.sort_unstable();
    times.dedup();
    times
}
