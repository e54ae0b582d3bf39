//! Loads, verifies and evaluates the bundles that `flagc build` writes.
