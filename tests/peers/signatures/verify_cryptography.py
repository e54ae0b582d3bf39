"""Verifies a bundle with PyPI's cryptography: verify_cryptography.py BUNDLE TRUST ENVIRONMENT"""

import base64
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

import trust


def holds(pem, signature, message):
    key = load_pem_public_key(pem.encode())
    try:
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, message)
        else:
            key.verify(signature, message, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def verify():
    envelope, payload, keys, threshold = trust.arguments()
    message = trust.pae(envelope["payloadType"], payload)
    accepted = {
        entry["keyid"]
        for entry in envelope["signatures"]
        if entry["keyid"] in keys and holds(keys[entry["keyid"]], base64.b64decode(entry["sig"], validate=True), message)
    }
    return len(accepted), threshold


sys.exit(trust.told(verify))
