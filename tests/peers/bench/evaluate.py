"""How long PyPI's openfeature-flagd-core takes: evaluate.py DOCUMENT CONTEXT FLAG…
Prints "load NANOSECONDS", then "FLAG NANOSECONDS" for one boolean evaluation of each: seven rounds, a line for each."""

import json
import logging
import sys
import time

from openfeature.contrib.tools.flagd.core import FlagdCore
from openfeature.evaluation_context import EvaluationContext

CALLS = 2_000


def main():
    logging.disable(logging.CRITICAL)
    document, context_text, *flags = sys.argv[1:]
    with open(document, encoding="utf-8") as file:
        text = file.read()
    attributes = json.loads(context_text)
    context = EvaluationContext(attributes.pop("targetingKey", None), attributes)
    for _ in range(3):
        start = time.perf_counter_ns()
        core = FlagdCore()
        core.set_flags(text)
        print("load", time.perf_counter_ns() - start)
    for _ in range(7):
        for flag in flags:
            start = time.perf_counter_ns()
            for _ in range(CALLS):
                core.resolve_boolean_value(flag, False, context)
            print(flag, (time.perf_counter_ns() - start) / CALLS)


if __name__ == "__main__":
    main()
