"""Verifies a bundle with PyPI's securesystemslib, whose own DSSE code does everything:
verify_securesystemslib.py BUNDLE TRUST ENVIRONMENT"""

import sys

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey

import trust


def verify():
    envelope, _, keys, threshold = trust.arguments()
    public = [SSlibKey.from_crypto(load_pem_public_key(pem.encode()), keyid=name) for name, pem in keys.items()]
    try:
        accepted = Envelope.from_dict(envelope).verify(public, threshold)
    except VerificationError as error:
        raise trust.Refused(error) from error
    return len(accepted), threshold


sys.exit(trust.told(verify))
