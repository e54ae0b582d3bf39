#!/usr/bin/env python3
"""Since when each flag serves what it serves, found the slow and obvious way: every commit is checked out of Git with
`git show`, every flag of it is evaluated with a few lines that know nothing of flagc, and the answers are compared.

Reads flags that serve one variant to everybody: `serve`, `enabled`, `[environments.NAME]`. It stops at anything else.

usage: recompute.py REPOSITORY [FOLDER]      prints FLAG, ENVIRONMENT, VALUE, SINCE, COMMIT, ADDED: one line each
"""

import subprocess
import sys
import tomllib

OTHERS = ("segments/", "services/", "deployments/", "releases/")


def git(repository, *arguments):
    return subprocess.run(["git", "-C", repository, *arguments], check=True, capture_output=True).stdout


def files_of(repository, commit, folder):
    """Path below the folder -> text, of every .toml in the commit."""
    names = git(repository, "ls-tree", "-r", "-z", "--name-only", commit).decode().split("\0")
    prefix = f"{folder}/" if folder else ""
    wanted = [name for name in names if name.startswith(prefix) and name.endswith(".toml")]
    batch = subprocess.run(
        ["git", "-C", repository, "cat-file", "--batch"],
        input="".join(f"{commit}:{name}\n" for name in wanted).encode(),
        check=True, capture_output=True,
    ).stdout
    files, at = {}, 0
    for name in wanted:
        end = batch.index(b"\n", at)
        size = int(batch[at:end].split()[2])
        files[name[len(prefix):]] = batch[end + 1:end + 1 + size].decode()
        at = end + 1 + size + 1
    return files


def value_in(flag, environment, where):
    """What everybody gets."""
    known = {"description", "kind", "owner", "serve", "environments", "variants", "enabled", "off_variant", "links",
             "created", "expires", "permanent", "snooze", "previous_keys"}
    over = flag.get("environments", {}).get(environment, {})
    if set(flag) - known or set(over) - {"serve", "enabled"}:
        sys.exit(f"{where}: more than this script reads")
    variants = flag.get("variants", {"off": False, "on": True})
    killed = not flag.get("enabled", True) or not over.get("enabled", True)
    serve = flag.get("off_variant", "off") if killed else over.get("serve", flag["serve"])
    if not isinstance(serve, str):
        sys.exit(f"{where}: a split")
    return variants[serve]


def state_of(repository, commit, folder):
    """(flag, position of the environment) -> (value, name of the environment), and the former names of all."""
    files = files_of(repository, commit, folder)
    settings = tomllib.loads(files.pop("flagc.toml"))
    names = [entry["name"] for entry in settings["environments"]]
    former = {entry["name"]: entry.get("renamed_from", []) for entry in settings["environments"]}
    flags = {}
    for path, text in files.items():
        if path.startswith(OTHERS) or any(part.startswith(".") for part in path.split("/")):
            continue
        flag = tomllib.loads(text)
        key = path.rsplit("/", 1)[-1][:-len(".toml")]
        flags[key] = {
            "values": {name: value_in(flag, name, f"{commit} {path}") for name in names},
            "previous": flag.get("previous_keys", []),
        }
    return flags, former


def main():
    repository, folder = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    log = git(repository, "log", "--first-parent", "--format=%H %ct").decode().split("\n")
    commits = [line.split() for line in log if line]
    states = [state_of(repository, commit, folder) for commit, _ in commits]
    latest = 0
    times = []
    for _, time in reversed(commits):
        latest = max(latest, int(time))
        times.insert(0, latest)

    def find(flags, names):
        return next((name for name in names if name in flags), None)

    newest, former_now = states[0]
    for key in sorted(newest):
        added = 0
        names = [key]
        for index, (flags, _) in enumerate(states):
            called = find(flags, names)
            if called is None:
                break
            names += [name for name in flags[called]["previous"] if name not in names]
            added = index
        for environment in former_now:
            value = newest[key]["values"][environment]
            since, names, environments = 0, [key], [environment]
            for index, (flags, former) in enumerate(states):
                called, stage = find(flags, names), find(former, environments)
                if called is None or stage is None or flags[called]["values"][stage] != value:
                    break
                names += [name for name in flags[called]["previous"] if name not in names]
                environments += [name for name in former[stage] if name not in environments]
                since = index
            print(key, environment, str(value).lower(), times[since], commits[since][0], commits[added][0], sep="\t")


main()
