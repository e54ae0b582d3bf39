"""Verifies a bundle with the openssl program; Python only takes the envelope apart:
verify_openssl.py BUNDLE TRUST ENVIRONMENT"""

import base64
import pathlib
import subprocess
import sys
import tempfile

import trust


def holds(folder, pem, signature, message):
    for name, content in (("key.pem", pem.encode()), ("sig", signature), ("message", message)):
        (folder / name).write_bytes(content)
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", folder / "key.pem", "-rawin"]
    text = subprocess.run(
        ["openssl", "pkey", "-pubin", "-in", folder / "key.pem", "-noout", "-text"], capture_output=True, text=True, check=True
    ).stdout
    if "ED25519" not in text:
        command += ["-digest", "sha256"]
    command += ["-sigfile", folder / "sig", "-in", folder / "message"]
    return subprocess.run(command, capture_output=True).returncode == 0


def verify():
    envelope, payload, keys, threshold = trust.arguments()
    message = trust.pae(envelope["payloadType"], payload)
    with tempfile.TemporaryDirectory() as folder:
        accepted = {
            entry["keyid"]
            for entry in envelope["signatures"]
            if entry["keyid"] in keys
            and holds(pathlib.Path(folder), keys[entry["keyid"]], base64.b64decode(entry["sig"], validate=True), message)
        }
    return len(accepted), threshold


sys.exit(trust.told(verify))
