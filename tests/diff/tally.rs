//! How much was looked at: a test that compares nothing passes as well.

/// What was looked at.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub changes: usize,
    pub regions: usize,
    pub asked: usize,
    pub differing: usize,
    pub measured: usize,
    /// Regions so small, or of so few users, that no user was found.
    pub without_witness: usize,
    pub scheduled: usize,
}

impl Tally {
    pub fn add(&mut self, other: &Self) {
        self.changes += other.changes;
        self.regions += other.regions;
        self.asked += other.asked;
        self.differing += other.differing;
        self.measured += other.measured;
        self.without_witness += other.without_witness;
        self.scheduled += other.scheduled;
    }
}
