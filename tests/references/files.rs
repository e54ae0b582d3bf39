//! Files: what is searched, what is said not to be, and where a key is a word of its own.
