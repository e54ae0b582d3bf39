//! Chores of the repository, run as `cargo xtask COMMAND`: one file or folder for each command.
//!
//! A new command is a module with `Args` and `run`, and one line in `Command`.

mod bench;
mod generate;
mod hostile;
mod random;
mod text;

use std::error::Error;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Chores of the flagc repository.
#[derive(Parser)]
#[command(name = "cargo xtask", arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure flagc beside the floor and its peers, and print one table
    Bench(bench::Args),
    /// Write a large, realistic workspace that passes `flagc check`
    Generate(generate::Args),
    /// Write a small workspace of corner cases, and contexts made to trip its evaluators
    Hostile(hostile::Args),
}

fn main() -> ExitCode {
    match run(&Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Command) -> Result<(), Box<dyn Error>> {
    match command {
        Command::Bench(args) => bench::run(args),
        Command::Generate(args) => generate::run(args),
        Command::Hostile(args) => hostile::run(args),
    }
}
