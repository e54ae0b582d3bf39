import { client } from './flags';
import { keyFor } from './keys';

const DEFAULTS = require('./defaults').key;
const defined = defineFlag('ads'); //@ read E
const made = keyFor('ads'); //@ unknown E

export const region = () => {
  const key = keyFor('eu');
  return client.getBooleanValue(key, false); //@ dynamic
};

export const joined = (parts: string[]) => {
  const key = [parts[0], 'x'].join('-');
  return client.getBooleanValue(key, false); //@ dynamic
};

export const required = () => client.getBooleanValue(DEFAULTS, false); //@ dynamic
export const own = () => client.getBooleanValue(defined, false); //@ read E
export const other = () => client.getBooleanValue(made, false); //@ dynamic
