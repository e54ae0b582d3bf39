pub const NEW_CHECKOUT: &str = "new-checkout"; //@ declared A

pub enum Switch {
    Flow,
    Dark,
}

impl Switch {
    pub fn key(&self) -> &'static str {
        match self {
            Switch::Flow => "new-checkout-flow", //@ declared B
            Self::Dark => "dark_mode", //@ declared C
        }
    }
}
