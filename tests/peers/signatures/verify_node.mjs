// Verifies a bundle with Node's own crypto module: verify_node.mjs BUNDLE TRUST ENVIRONMENT
import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

const PAYLOAD_TYPE = 'application/vnd.flagc.bundle.v1+json';
const [bundle, trust, environment] = process.argv.slice(2);

/** How many distinct trusted keys signed, and how many must have. */
function judge() {
  const envelope = JSON.parse(readFileSync(bundle, 'utf8'));
  if (envelope.payloadType !== PAYLOAD_TYPE) throw new Error(`payload type ${envelope.payloadType}`);
  const trusted = JSON.parse(readFileSync(trust, 'utf8'));
  const role = trusted.environments[environment].bundle;
  const payload = Buffer.from(envelope.payload, 'base64');
  const head = `DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `;
  const message = Buffer.concat([Buffer.from(head), payload]);
  const accepted = new Set();
  for (const { keyid, sig } of envelope.signatures) {
    if (!role.keys.includes(keyid)) continue;
    const key = createPublicKey(trusted.keys[keyid].public_key);
    const digest = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
    if (verify(digest, message, key, Buffer.from(sig, 'base64'))) accepted.add(keyid);
  }
  return { accepted: accepted.size, threshold: role.threshold };
}

try {
  const { accepted, threshold } = judge();
  if (accepted < threshold) throw new Error(`${accepted} of ${threshold} signatures hold`);
  console.log(`verified: ${accepted} of ${threshold} signatures hold`);
} catch (error) {
  console.log(`refused: ${error.message}`);
  process.exitCode = 1;
}
