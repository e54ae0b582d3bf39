//! A compiler and validator for feature flags that live in Git.
