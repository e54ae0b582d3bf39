import { useBooleanFlagValue, useFlag } from '@openfeature/react-sdk';
import { Flags } from './flags';

export function Button() {
  const dark = useBooleanFlagValue('dark_mode', false); //@ read C
  const { value } = useFlag(Flags.DARK, false); //@ read C
  return (
    <Feature flag="new-checkout-flow" /* @ */> {/* mark: *//*//@ read B */}
      <p className={dark ? 'a' : 'b'}>{value}</p>
    </Feature>
  );
}
