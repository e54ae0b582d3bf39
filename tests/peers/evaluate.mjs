// Evaluates JSON lines with npm's @openfeature/flagd-core, in the same protocol as evaluate.py and the Rust example
// evaluate_jsonl: {"document_file", "flag", "context", "type", "at"?} in, {"variant", "value", "reason", "errorCode"} out.
// `at` (Unix seconds) replaces the clock that the SDK reads `$flagd.timestamp` from. With --interpret the SDK's other mode
// runs, the one without generated code.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const require = createRequire(fileURLToPath(new URL('.installed/node/', import.meta.url)));
const { FlagdCore } = require('@openfeature/flagd-core');

const silent = { error() {}, warn() {}, info() {}, debug() {} };
const options = { disableDynamicCodeGeneration: process.argv.includes('--interpret') };
const clock = Date.now;
const types = { boolean: 'boolean', string: 'string', float: 'number', integer: 'number', object: 'object' };
const fallbacks = { boolean: false, string: '', number: 0, object: {} };
const documents = new Map();

/** The core that holds one document, or the message it was refused with. */
function load(path) {
  if (!documents.has(path)) {
    try {
      const core = new FlagdCore(undefined, silent, options);
      core.setConfigurations(readFileSync(path, 'utf8'));
      documents.set(path, { core });
    } catch (error) {
      documents.set(path, { refused: String(error.message ?? error) });
    }
  }
  return documents.get(path);
}

function answer(request) {
  const { core, refused } = load(request.document_file);
  if (refused !== undefined) {
    return { variant: null, value: null, reason: 'ERROR', errorCode: 'DOCUMENT_REFUSED', message: refused };
  }
  const type = types[request.type];
  Date.now = request.at === undefined ? clock : () => request.at * 1000;
  try {
    const details = core.resolve(type, request.flag, fallbacks[type], request.context, silent);
    const failed = details.errorCode !== undefined;
    return {
      variant: details.variant ?? null,
      value: failed ? null : details.value,
      reason: details.reason,
      errorCode: details.errorCode ?? null,
      ...(failed && { message: details.errorMessage }),
    };
  } catch (error) {
    return { variant: null, value: null, reason: 'ERROR', errorCode: error.code ?? 'THROWN', message: String(error.message) };
  }
}

let out = [];
for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  out.push(JSON.stringify(answer(JSON.parse(line))));
  if (out.length === 4096) {
    process.stdout.write(out.join('\n') + '\n');
    out = [];
  }
}
if (out.length > 0) process.stdout.write(out.join('\n') + '\n');
