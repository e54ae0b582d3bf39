"""Runs the scripts of the weekly jobs on finished flags with stand-ins for flagc, gh and curl: after any number of weeks
there is one issue, with the text of the last answer; other people's issues stay; without an answer nothing is written."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

from pipelines import github, gitlab, read, script

MARK = "<!-- flagc stale -->"

# A server of issues in a file. `gh api` and `curl` are asked as the scripts ask them, and nothing else.
SERVER = r'''#!/usr/bin/env python3
import json, os, sys
from urllib.parse import parse_qs, urlsplit
MARK = "<!-- flagc stale -->"
arguments, store = sys.argv[1:], os.environ["STORE"]
issues = json.load(open(store))
after = lambda name: [arguments[at + 1] for at, argument in enumerate(arguments) if argument == name]
url = urlsplit(next(a for a in arguments if a.startswith(("repos/acme/shop/issues", "https://gitlab.example/"))))
method = (after("--method") + after("--request") + ["GET"])[0]
if method == "GET" and url.scheme:
    query = parse_qs(url.query)
    assert query["state"] == ["opened"] and query["in"] == ["title"], url
    found = [issue for issue in issues if query["search"][0] in issue["title"]]
    print(json.dumps([{"iid": one["id"], "description": one["body"]} for one in found]))
elif method == "GET":
    assert url.query == "state=open&per_page=100" and "--paginate" in arguments, arguments
    assert after("--jq") == ['.[] | select(.body // "" | startswith("%s")) | .number' % MARK], arguments
    print("\n".join(str(issue["id"]) for issue in issues if (issue["body"] or "").startswith(MARK)))
else:
    fields = {}
    for field in after("--field") + after("--data-urlencode"):
        at = field.index("@") if "@" in field else len(field)
        equals = field.index("=") if "=" in field else len(field)
        if at == equals + 1 or at < equals:
            fields[field[: min(at, equals)]] = open(field[at + 1 :]).read()
        else:
            fields[field[:equals]] = field[equals + 1 :]
    body = fields.pop("body" if not url.scheme else "description")
    assert len(body) <= 65536
    if method == "POST":
        issues.append({"id": 1000 + len(issues), "title": fields.pop("title"), "body": body})
    else:
        next(issue for issue in issues if str(issue["id"]) == url.path.rsplit("/", 1)[1])["body"] = body
    assert not fields, fields
    json.dump(issues, open(store, "w"))
'''

FLAGC = r'''#!/bin/sh
echo "$*" >> "$CALLS"
case "$*" in *" markdown"*) cat "$REPORT" ;; *) echo "<!doctype html>" ;; esac
exit "$CODE"
'''

# The question that the GitLab script asks of jq, for machines without it.
JQ = r'''#!/usr/bin/env python3
import json, sys
issues = json.load(sys.stdin)
print(next((i["iid"] for i in issues if (i["description"] or "").startswith("<!-- flagc stale -->")), ""))
'''

# The first two have the mark or the title; an issue without a text has none.
OTHERS = [
    {"id": 1, "title": "Finished flags are ugly", "body": f"I saw {MARK}"},
    {"id": 2, "title": "Finished flags", "body": None},
    {"id": 3, "title": "Prices are wrong", "body": ""},
]


def world(folder):
    script(folder, "flagc", FLAGC)
    for name in ["gh", "curl"]:
        script(folder, name, SERVER)
    script(folder, "apt-get", "#!/bin/sh\n")
    if subprocess.run(["sh", "-c", "command -v jq"], capture_output=True).returncode:
        script(folder, "jq", JQ)
    (folder / "issues.json").write_text(json.dumps(OTHERS))
    return os.environ | {
        "PATH": f"{folder}:{os.environ['PATH']}", "STORE": f"{folder}/issues.json", "CALLS": f"{folder}/calls",
        "REPORT": f"{folder}/report", "RUNNER_TEMP": str(folder), "GITHUB_STEP_SUMMARY": f"{folder}/summary",
        "FLAGC_WORKSPACE": "flags",
    }


def jobs():
    steps = read("templates/flagc-stale.github.yml")["jobs"]["stale"]["steps"]
    assert any(step.get("with", {}).get("fetch-depth") == 0 for step in steps), "the whole history is needed"
    steps = [step for step in steps if "run" in step and "cargo install" not in step["run"]]
    known = {"github.token": "t", "github.repository": "acme/shop"}
    yield "templates/flagc-stale.github.yml", lambda folder, env: github(steps, folder, env, known)
    pipeline = read("templates/flagc.gitlab-ci.yml")
    assert pipeline[".flagc"]["variables"]["GIT_DEPTH"] == "0", "the whole history is needed"
    variables = {"FLAGC_TOKEN": "t", "CI_API_V4_URL": "https://gitlab.example/api/v4", "CI_PROJECT_ID": "3"}
    yield "templates/flagc.gitlab-ci.yml", lambda folder, env: gitlab(pipeline["flagc-stale"], folder, env | variables)


def main():
    for name, run in jobs():
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            environment = world(folder)
            # Weeks: some flags are done; too many are; flagc cannot say.
            for text, code in [("first", 0), ("second\n`quoted` $HOME @x", 1), ("no answer", 2)]:
                (folder / "report").write_text(f"{MARK}\n{text}\n")
                ended = run(folder, environment | {"CODE": str(code)})
                assert ended == (code if code == 2 else 0), (name, text, ended)
            issues = json.loads((folder / "issues.json").read_text())
            assert issues[: len(OTHERS)] == OTHERS, (name, issues)
            ours = issues[len(OTHERS) :]
            assert [one["title"] for one in ours] == ["Finished flags"], (name, ours)
            assert ours[0]["body"] == f"{MARK}\nsecond\n`quoted` $HOME @x\n", (name, ours)
            assert "-C flags stale --format html" in (folder / "calls").read_text()
        print(f"one issue, brought up to date: {name}")


if __name__ == "__main__":
    main()
