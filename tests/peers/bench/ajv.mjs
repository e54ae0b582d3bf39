// What a JavaScript user would write: read each TOML file, convert it to JSON, validate it. ajv.mjs SCHEMA FILE-LIST
// (a file with one path a line). Exit code 1 where a file is not valid.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(fileURLToPath(new URL('../.installed/bench-node/', import.meta.url)));
const { default: Ajv } = require('ajv/dist/2020.js');
const { parse } = await import(require.resolve('smol-toml'));

const [schema, list] = process.argv.slice(2);
const ajv = new Ajv({ strict: false, validateFormats: false });
const validate = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')));
let invalid = 0;
for (const path of readFileSync(list, 'utf8').trim().split('\n')) {
  // Dates are objects to the TOML parser, text to the schema.
  const value = JSON.parse(JSON.stringify(parse(readFileSync(path, 'utf8'))));
  if (!validate(value)) invalid += 1;
}
if (invalid > 0) {
  console.error(`${invalid} files are not valid`);
  process.exitCode = 1;
}
