import { OpenFeature } from '@openfeature/server-sdk';
import * as flags from './flags';
import { Flags as Renamed, NEW_CHECKOUT as first } from './flags';

export type Key = 'ads' | 'dark_mode'; //@ declared E declared C
const Nested = Object.freeze({ pages: { Start: 'ads' } }); //@ declared E

function one() {
  const key = 'ads'; //@ declared E
  return client.getBooleanValue(key, false); //@ read E
}

function other() {
  const key = 'dark_mode'; //@ declared C
  return client.getBooleanValue(key, false); //@ read C
}

const parameter = (key: string) => client.getBooleanValue(key, false); //@ dynamic
const taken = ({ key }: Props) => client.getBooleanValue(key, false); //@ dynamic
const renamed = async () => client.getStringValue(Renamed.TIER, ''); //@ read D
const alias = async () => client.getBooleanValue(first, false); //@ read A
const module = async () => client.getBooleanValue(flags.NEW_CHECKOUT, false); //@ read A
const nested = async () => client.getBooleanValue(Nested.pages.Start, false); //@ read E
const typed = async () => client.getObjectValue<Tiers>('pricing.tier', {}); //@ read D
const fallback = async () => client.getBooleanValue(given ?? 'ads', false); //@ read E dynamic
const hook = () => useFlag('no-such-flag', false); //@ undefined

class Page {
  private key = 'ads'; //@ declared E

  async show() {
    return client.getBooleanValue(this.key, false); //@ read E
  }

  @BooleanFeatureFlag({ flagKey: 'dark_mode', defaultValue: false }) //@ read C
  async decorated() {
    navigateTo('ads'); //@ unknown E
    return name === 'dark_mode'; //@ unknown C
  }
}
