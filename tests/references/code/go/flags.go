package flags

const (
	NewCheckout = "new-checkout" //@ declared A
	Flow        = "new-checkout-flow" //@ declared B
)

var Tier = "pricing.tier" //@ declared D
