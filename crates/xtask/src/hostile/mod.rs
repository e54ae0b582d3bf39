//! `cargo xtask hostile`: a small workspace of corner cases and contexts made to trip whoever evaluates it.
//! The differential test (`tests/peers/run`) drives it; a seed names one workspace for ever.

mod attribute;
mod boundary;
mod condition;
mod context;
mod flag;
mod palette;

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use attribute::Attribute;
use boundary::Split;

use crate::random::Random;
use crate::text::{array, quote, write};

/// What to write, and where.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Names the workspace: the same seed writes the same bytes
    #[arg(long)]
    seed: u64,
    /// The folder to write the workspace and contexts.jsonl into
    #[arg(long)]
    out: PathBuf,
    /// How many contexts to write into contexts.jsonl
    #[arg(long, default_value_t = 50)]
    contexts: usize,
}

/// What is drawn while a workspace is written, and what its parts need of each other.
struct World {
    random: Random,
    attributes: Vec<Attribute>,
    /// Segments written so far; a later one may use an earlier one.
    segments: Vec<String>,
    /// Instants that schedules name, in Unix seconds.
    instants: Vec<u64>,
    /// Splits that flags serve.
    splits: Vec<Split>,
    environments: Vec<&'static str>,
}

pub(crate) fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let mut random = Random::new(args.seed);
    let attributes = attribute::draw(&mut random);
    let mut environments = vec!["dev", "eu.staging", "production"];
    environments.truncate(random.between(1, 3));
    let mut world = World {
        random,
        attributes,
        segments: Vec::new(),
        instants: Vec::new(),
        splits: Vec::new(),
        environments,
    };

    for index in 0..world.random.below(4) {
        write_segment(&mut world, &args.out, index)?;
    }
    let count = world.random.between(3, 8);
    for (path, text) in flag::draw(&mut world, count) {
        write(&args.out.join(path), &text)?;
    }
    let settings = settings(&mut world);
    write(&args.out.join("flagc.toml"), &settings)?;
    write(&args.out.join("contexts.jsonl"), &context::draw(&mut world, args.contexts))
}

fn write_segment(world: &mut World, out: &Path, index: usize) -> Result<(), Box<dyn Error>> {
    let condition = condition::draw(world, 2);
    let name = format!("segment-{index}");
    let text = format!("description = \"drawn\"\nowner = \"team-x\"\nif = {condition}\n");
    write(&out.join("segments").join(format!("{name}.toml")), &text)?;
    world.segments.push(name);
    Ok(())
}

fn settings(world: &mut World) -> String {
    let mut text = String::from("project = \"hostile\"\nenvironments = [\n");
    for name in &world.environments {
        // Writing to a String cannot fail, here and below.
        let _ = writeln!(text, "  {{ name = {} }},", quote(name));
    }
    text.push_str("]\n");
    for attribute in &world.attributes {
        let _ =
            writeln!(text, "[context.{}]\ntype = {}", quote(attribute.name), quote(attribute.kind.name()));
        if !attribute.values.is_empty() {
            let values: Vec<String> = attribute.values.iter().map(|value| quote(value)).collect();
            let _ = writeln!(text, "values = {}", array(&values));
        }
    }
    // Left out, bucketing is by targetingKey in generation 2: both spellings mean the same.
    if world.random.chance(50) {
        text.push_str("[bucketing]\nby = \"targetingKey\"\ngeneration = 2\n");
    }
    text
}
