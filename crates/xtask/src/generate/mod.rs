//! wip
#[derive(clap::Args)]
pub(crate) struct Args {}
pub(crate) fn run(_: &Args) -> Result<(), Box<dyn std::error::Error>> {
    Ok(())
}
