"""Loads documents into OpenFeature's Python provider as services do, from a file, and evaluates every flag in them:
provider.py DOCUMENT…  Prints one line for each document; exit code 1 where one is refused or a flag is an error.

This is the way a service takes, start to end: a provider that never becomes ready refuses the document. Runs in
.installed/python."""

import json
import logging
import sys

from openfeature import api
from openfeature.contrib.provider.flagd import FlagdProvider
from openfeature.contrib.provider.flagd.config import ResolverType
from openfeature.evaluation_context import EvaluationContext


def details(client, flag, key, context):
    value = next(iter(flag["variants"].values()))
    if isinstance(value, bool):
        return client.get_boolean_details(key, False, context)
    if isinstance(value, str):
        return client.get_string_details(key, "", context)
    if isinstance(value, (int, float)):
        return client.get_float_details(key, 0.0, context)
    return client.get_object_details(key, {}, context)


def load(path):
    """The number of flags evaluated; raises where the provider takes no part of the document."""
    provider = FlagdProvider(resolver_type=ResolverType.FILE, offline_flag_source_path=path, deadline_ms=5000)
    api.set_provider_and_wait(provider, path)
    try:
        client = api.get_client(path)
        with open(path, encoding="utf-8") as file:
            flags = json.load(file)["flags"]
        context = EvaluationContext("u-1", {})
        for key, flag in flags.items():
            told = details(client, flag, key, context)
            if told.error_code is not None or told.variant not in flag["variants"]:
                raise ValueError(f"{key}: {told.error_code} {told.error_message}")
        return len(flags)
    finally:
        provider.shutdown()


def main():
    logging.disable(logging.CRITICAL)
    failed = False
    for path in sys.argv[1:]:
        try:
            print(f"{path}: {load(path)} flags evaluated", flush=True)
        except Exception as error:  # whatever a provider throws at a document is a refusal
            print(f"{path}: {type(error).__name__}: {error}", flush=True)
            failed = True
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
