module Flags
  NEW_CHECKOUT = "new-checkout" #@ declared A
  FLOW = "new-checkout-flow".freeze #@ declared B
end
