//! The `flagc` command.

fn main() {}
