"""Flags: new-checkout is the first."""  #@ comment A
from enum import Enum

NEW_CHECKOUT = "new-checkout"  #@ declared A


class Switch(str, Enum):
    """All others."""

    FLOW = "new-checkout-flow"  #@ declared B
    DARK = "dark_mode"  #@ declared C


TABLE = {
    "tier": "pricing.tier",  #@ declared D
}
