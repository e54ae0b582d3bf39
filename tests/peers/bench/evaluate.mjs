// How long npm's @openfeature/flagd-core takes: evaluate.mjs DOCUMENT CONTEXT FLAG…
// Prints "load NANOSECONDS", then "FLAG NANOSECONDS" for one boolean evaluation of each: seven rounds, a line for each.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(fileURLToPath(new URL('../.installed/node/', import.meta.url)));
const { FlagdCore } = require('@openfeature/flagd-core');

const [document, contextText, ...flags] = process.argv.slice(2);
const silent = { error() {}, warn() {}, info() {}, debug() {} };
const text = readFileSync(document, 'utf8');
const context = JSON.parse(contextText);
const CALLS = 20_000;

let core;
for (let round = 0; round < 3; round += 1) {
  const start = process.hrtime.bigint();
  core = new FlagdCore(undefined, silent);
  core.setConfigurations(text);
  console.log(`load ${process.hrtime.bigint() - start}`);
}
for (let round = 0; round < 7; round += 1) {
  for (const flag of flags) {
    const start = process.hrtime.bigint();
    for (let call = 0; call < CALLS; call += 1) core.resolveBooleanEvaluation(flag, false, context, silent);
    console.log(`${flag} ${Number(process.hrtime.bigint() - start) / CALLS}`);
  }
}
