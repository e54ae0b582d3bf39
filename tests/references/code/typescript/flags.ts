export const NEW_CHECKOUT = 'new-checkout'; //@ declared A

export enum Switch {
  Flow = 'new-checkout-flow', //@ declared B
}

export const Flags = {
  DARK: 'dark_mode', //@ declared C
  TIER: 'pricing.tier', //@ declared D
} as const;
