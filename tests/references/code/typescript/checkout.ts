import { OpenFeature } from '@openfeature/server-sdk';
import { Flags, NEW_CHECKOUT, Switch } from './flags';

const client = OpenFeature.getClient();

export async function all(step: string) {
  await client.getBooleanValue('new-checkout', false); //@ read A
  await client.getBooleanValue(NEW_CHECKOUT, false); //@ read A
  await client.getBooleanDetails(Switch.Flow, false); //@ read B
  await client.getStringValue(Flags.TIER, 'basic'); //@ read D
  await client.getBooleanValue(`checkout-${step}`, false); //@ dynamic
  await client.getBooleanValue(step ? 'dark_mode' : 'ads', false); //@ read C read E
  console.log('dark_mode'); //@ unknown C
  const ads = [1];
  return ads;
}

// pricing.tier //@ comment D

export const wrapped = (KEY: string) => client.getBooleanValue(KEY, false); //@ dynamic
navigate('dark_mode'); //@ unknown C
export * from './dark_mode';
