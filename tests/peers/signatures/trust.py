"""What every verifier here needs: an envelope's parts, and the keys that a trust file gives one environment."""

import base64
import json
import sys

PAYLOAD_TYPE = "application/vnd.flagc.bundle.v1+json"


class Refused(Exception):
    """The bundle is not to be used; the message says why."""


def arguments():
    """(envelope, payload bytes, {key id: public key PEM}, threshold) of `BUNDLE TRUST ENVIRONMENT`."""
    bundle, trust, environment = sys.argv[1:4]
    with open(bundle, encoding="utf-8") as file:
        envelope = json.load(file)
    if envelope["payloadType"] != PAYLOAD_TYPE:
        raise Refused(f"payload type {envelope['payloadType']!r}")
    with open(trust, encoding="utf-8") as file:
        trusted = json.load(file)
    role = trusted["environments"][environment]["bundle"]
    keys = {name: trusted["keys"][name]["public_key"] for name in role["keys"]}
    return envelope, base64.b64decode(envelope["payload"], validate=True), keys, role["threshold"]


def pae(payload_type, payload):
    """DSSE's pre-authentication encoding: what is signed."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def told(verify):
    """Runs one verifier: 0 and a line when it accepts, 1 and a line when it refuses."""
    try:
        accepted, threshold = verify()
        if accepted < threshold:
            raise Refused(f"{accepted} of {threshold} signatures hold")
    except (Refused, KeyError, ValueError) as error:
        print(f"refused: {error}")
        return 1
    print(f"verified: {accepted} of {threshold} signatures hold")
    return 0
