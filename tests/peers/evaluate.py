"""Evaluates JSON lines with PyPI's openfeature-flagd-core, in the same protocol as evaluate.mjs and the Rust example
evaluate_jsonl: {"document_file", "flag", "context", "type", "at"?} in, {"variant", "value", "reason", "errorCode"} out.
`at` (Unix seconds) replaces the clock that the SDK reads `$flagd.timestamp` from. Runs in .installed/python."""

import json
import logging
import sys
import time

from openfeature.contrib.tools.flagd.core import FlagdCore
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import OpenFeatureError

CLOCK = time.time
FALLBACKS = {"boolean": False, "string": "", "float": 0.0, "integer": 0, "object": {}}
documents = {}


def load(path):
    """The core that holds one document, or the message it was refused with."""
    if path not in documents:
        core = FlagdCore()
        try:
            with open(path, encoding="utf-8") as file:
                core.set_flags(file.read())
            documents[path] = (core, None)
        except Exception as error:  # whatever an SDK throws at a document is a refusal
            documents[path] = (None, f"{type(error).__name__}: {error}")
    return documents[path]


def failure(code, message):
    return {"variant": None, "value": None, "reason": "ERROR", "errorCode": code, "message": message}


def answer(request):
    core, refused = load(request["document_file"])
    if refused is not None:
        return failure("DOCUMENT_REFUSED", refused)
    kind = request["type"]
    attributes = dict(request["context"])
    context = EvaluationContext(attributes.pop("targetingKey", None), attributes)
    time.time = (lambda: request["at"]) if "at" in request else CLOCK
    resolve = getattr(core, f"resolve_{kind}_value")
    try:
        details = resolve(request["flag"], FALLBACKS[kind], context)
    except OpenFeatureError as error:
        return failure(error.error_code.value, error.error_message)
    except Exception as error:
        return failure("THROWN", f"{type(error).__name__}: {error}")
    reason = getattr(details.reason, "value", details.reason)
    return {"variant": details.variant, "value": details.value, "reason": reason, "errorCode": None}


def main():
    logging.disable(logging.CRITICAL)
    sys.stdin.reconfigure(encoding="utf-8")
    out = []
    for line in sys.stdin:
        out.append(json.dumps(answer(json.loads(line))))
        if len(out) == 4096:
            print("\n".join(out))
            out = []
    if out:
        print("\n".join(out))


if __name__ == "__main__":
    main()
