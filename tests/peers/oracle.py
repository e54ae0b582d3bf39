"""What a flag means, read from the workspace's TOML alone: the independent voice in the differential test.

Written from the format's and the semantics' description, never from the compiler: it knows no flagd, no JSONLogic and no
document. Python's standard library only. As a program it answers JSON lines:
{"workspace", "flag", "environment", "context", "at"} -> {"variant", "value", "identities"}; `at` in Unix seconds,
`identities` are the attributes that bucketing read or could have read for this flag, its requirements included."""

import datetime
import json
import pathlib
import re
import sys
import tomllib
from decimal import Decimal

RESERVED_FOLDERS = {"segments", "services", "deployments", "releases"}
SAFE = 2**53 - 1
BUCKETS = 100_000


class Workspace:
    """The files of one workspace, parsed. `flags` and `segments` by key."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.settings = read(self.folder / "flagc.toml")
        self.environments = [environment["name"] for environment in self.settings["environments"]]
        self.attributes = {name: entry["type"] for name, entry in self.settings.get("context", {}).items()}
        self.bucket_by = self.settings.get("bucketing", {}).get("by", "targetingKey")
        self.flags = {}
        self.segments = {}
        for path in sorted(self.folder.rglob("*.toml")):
            parts = path.relative_to(self.folder).parts
            if any(part.startswith(".") for part in parts) or parts == ("flagc.toml",):
                continue
            if parts[0] == "segments":
                self.segments[path.stem] = read(path)
            elif parts[0] not in RESERVED_FOLDERS:
                self.flags[path.stem] = Flag(path.stem, read(path), self)


class Flag:
    """One flag, its defaults filled in."""

    def __init__(self, key, table, workspace):
        self.key = key
        self.table = table
        self.variants = table.get("variants", {"on": True, "off": False})
        self.off = table.get("off_variant", "off")
        self.seed = table.get("seed", key)
        self.bucket_by = table.get("bucket_by", workspace.bucket_by)
        self.requires = {
            name: wanted if isinstance(wanted, list) else [wanted]
            for name, wanted in table.get("requires", {}).items()
        }

    def type(self):
        """The type to ask an SDK for."""
        value = next(iter(self.variants.values()))
        if isinstance(value, bool):
            return "boolean"
        if isinstance(value, str):
            return "string"
        return "object" if isinstance(value, dict) else "float"

    def in_environment(self, environment):
        """(killed, serve, rules, schedule) after inheritance."""
        own = self.table
        here = own.get("environments", {}).get(environment, {})
        killed = own.get("enabled", True) is False or here.get("enabled", True) is False
        serve = here.get("serve", own["serve"])
        rules = here.get("rules", own.get("rules", []))
        # A schedule ramps the serve that it stands beside: an own serve leaves the inherited schedule behind.
        inherited = [] if "serve" in here else own.get("schedule", [])
        return killed, serve, rules, here.get("schedule", inherited)


def read(path):
    with open(path, "rb") as file:
        return tomllib.load(file, parse_float=Decimal)


def evaluate(workspace, key, environment, context, at):
    """The variant that the flag serves."""
    flag = workspace.flags[key]
    killed, serve, rules, schedule = flag.in_environment(environment)
    if killed:
        return flag.off
    for required, wanted in flag.requires.items():
        if evaluate(workspace, required, environment, context, at) not in wanted:
            return flag.off
    for rule in rules:
        if "if" not in rule or holds(workspace, rule["if"], context):
            return serve_to(workspace, flag, rule["serve"], context)
    for step in schedule:
        if step["at"] <= datetime.datetime.fromtimestamp(at, datetime.UTC):
            serve = step["serve"]
    return serve_to(workspace, flag, serve, context)


def serve_to(workspace, flag, serve, context):
    if isinstance(serve, str):
        return serve
    identity = identity_of(workspace, flag, context)
    if identity is None:
        return flag.off
    bucket = murmur3((flag.seed + identity).encode()) * BUCKETS >> 32
    end = 0
    for variant in flag.variants:
        if variant != flag.off:
            end += int(Decimal(serve.get(variant, 0)) * 1000)
            if bucket < end:
                return variant
    return flag.off


def identity_of(workspace, flag, context):
    value = context.get(flag.bucket_by)
    declared = workspace.attributes.get(flag.bucket_by, "string")
    if declared == "string":
        return value if isinstance(value, str) and value != "" else None
    if not is_integer(value) or abs(value) > SAFE:
        return None
    return str(int(value))


def identities(workspace, key):
    flag = workspace.flags[key]
    found = {flag.bucket_by}
    for required in flag.requires:
        found |= identities(workspace, required)
    return found


# Conditions


def holds(workspace, condition, context):
    return all(entry_holds(workspace, name, matcher, context) for name, matcher in condition.items())


def entry_holds(workspace, name, matcher, context):
    if name == "segment":
        names = matcher if isinstance(matcher, list) else [matcher]
        return any(holds(workspace, workspace.segments[segment]["if"], context) for segment in names)
    if name == "any":
        return any(holds(workspace, one, context) for one in matcher)
    if name == "all":
        return all(holds(workspace, one, context) for one in matcher)
    if name == "not":
        return not holds(workspace, matcher, context)
    value = context.get(name)
    if isinstance(matcher, dict) and "exists" in matcher:
        return (value is not None) == matcher["exists"]
    return MATCHERS[workspace.attributes[name]](matcher, value)


def one_or_more(matcher):
    return matcher if isinstance(matcher, list) else [matcher]


def match_string(matcher, value):
    if not isinstance(value, str):
        return False
    if not isinstance(matcher, dict):
        return value in one_or_more(matcher)
    tests = {
        "starts_with": value.startswith,
        "ends_with": value.endswith,
        "contains": value.__contains__,
    }
    return all(any(tests[name](text) for text in one_or_more(wanted)) for name, wanted in matcher.items())


def match_boolean(matcher, value):
    return isinstance(value, bool) and value in one_or_more(matcher)


def match_number(matcher, value):
    if not is_number(value):
        return False
    if not isinstance(matcher, dict):
        return any(value == wanted for wanted in map(as_double, one_or_more(matcher)))
    tests = {
        "gt": lambda bound: value > bound,
        "gte": lambda bound: value >= bound,
        "lt": lambda bound: value < bound,
        "lte": lambda bound: value <= bound,
    }
    return all(tests[name](as_double(bound)) for name, bound in matcher.items())


def match_integer(matcher, value):
    return is_integer(value) and match_number(matcher, value)


def match_list(matcher, value):
    return isinstance(value, list) and any(
        isinstance(element, str) and element in one_or_more(matcher) for element in value
    )


def match_version(matcher, value):
    version = parse_version(value)
    if version is None:
        return False
    return any(in_range(version, text) for text in one_or_more(matcher))


MATCHERS = {
    "string": match_string,
    "boolean": match_boolean,
    "integer": match_integer,
    "number": match_number,
    "version": match_version,
    "list": match_list,
}


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_integer(value):
    return is_number(value) and value == int(value)


def as_double(number):
    return float(number) if isinstance(number, Decimal) else number


# Versions: SemVer 2.0.0 with an optional leading v; minor and patch are optional where neither prerelease nor build follows

NUMBER = "(?:0|[1-9][0-9]*)"
IDENTIFIER = "(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
VERSION = re.compile(
    rf"v?({NUMBER})(?:\.({NUMBER})(?:\.({NUMBER})"
    rf"(?:-({IDENTIFIER}(?:\.{IDENTIFIER})*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?)?)?"
)


def parse_version(text):
    """A key that sorts as SemVer says, or None for what is not a version."""
    # What is longer than any SDK reads is none.
    found = VERSION.fullmatch(text) if isinstance(text, str) and len(text) <= 256 else None
    if found is None:
        return None
    numbers = [int(part or 0) for part in found.group(1, 2, 3)]
    if max(numbers) > SAFE:
        return None
    # Numeric identifiers sort before others, and a version without a prerelease after all that have one.
    parts = found.group(4).split(".") if found.group(4) else []
    prerelease = [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]
    return (*numbers, not prerelease, prerelease)


def in_range(version, text):
    return all(in_comparator(version, part.strip()) for part in text.split(","))


def in_comparator(version, text):
    operator, bound = re.fullmatch(r"(>=|<=|>|<|=|\^|~)?\s*(.*)", text).groups()
    bound = parse_version(bound)
    tests = {
        None: version == bound,
        "=": version == bound,
        ">": version > bound,
        ">=": version >= bound,
        "<": version < bound,
        "<=": version <= bound,
        "^": bound <= version < upper(bound, caret=True),
        "~": bound <= version < upper(bound, caret=False),
    }
    return tests[operator]


def upper(bound, caret):
    """The first version past `^bound` or `~bound`: UPPER-0, the lowest prerelease there is."""
    major, minor, patch = bound[:3]
    if not caret:
        numbers = (major, minor + 1, 0)
    elif major > 0:
        numbers = (major + 1, 0, 0)
    elif minor > 0:
        numbers = (0, minor + 1, 0)
    else:
        numbers = (0, 0, patch + 1)
    return (*numbers, False, [(0, 0, "")])


def murmur3(data):
    """MurmurHash3_x86_32 with seed 0, as an unsigned number."""

    def mixed(word):
        word = word * 0xCC9E2D51 & 0xFFFFFFFF
        word = (word << 15 | word >> 17) & 0xFFFFFFFF
        return word * 0x1B873593 & 0xFFFFFFFF

    state = 0
    whole = len(data) // 4 * 4
    for start in range(0, whole, 4):
        state ^= mixed(int.from_bytes(data[start : start + 4], "little"))
        state = (state << 13 | state >> 19) & 0xFFFFFFFF
        state = state * 5 + 0xE6546B64 & 0xFFFFFFFF
    if len(data) > whole:
        state ^= mixed(int.from_bytes(data[whole:], "little"))
    state ^= len(data)
    state ^= state >> 16
    state = state * 0x85EBCA6B & 0xFFFFFFFF
    state ^= state >> 13
    state = state * 0xC2B2AE35 & 0xFFFFFFFF
    return state ^ state >> 16


def plain(value):
    """A variant's value as JSON has it."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    return value


def main():
    sys.stdin.reconfigure(encoding="utf-8")
    workspaces = {}
    for line in sys.stdin:
        request = json.loads(line)
        folder = request["workspace"]
        if folder not in workspaces:
            workspaces.clear()  # requests come workspace by workspace
            workspaces[folder] = Workspace(folder)
        workspace = workspaces[folder]
        key = request["flag"]
        variant = evaluate(workspace, key, request["environment"], request["context"], request["at"])
        value = plain(workspace.flags[key].variants[variant])
        print(json.dumps({"variant": variant, "value": value, "identities": sorted(identities(workspace, key))}))


if __name__ == "__main__":
    main()
