"""Runs the scripts of the pipelines with stand-ins for flagc, gh and curl: a request for changes that is pushed to twice
has one comment, with the text of the second push; other people's comments stay; the diff's exit code is the job's."""

import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

import yaml

PROJECT = Path(__file__).resolve().parents[2]
MARK = "<!-- flagc diff -->"

# A server of comments in a file. `gh api` and `curl` are asked as the scripts ask them, and nothing else.
SERVER = r'''#!/usr/bin/env python3
import json, os, sys
arguments, store = sys.argv[1:], os.environ["STORE"]
comments = json.load(open(store))
value = lambda name: arguments[arguments.index(name) + 1] if name in arguments else None
url = next(a for a in arguments if a.startswith(("repos/", "https://gitlab.example/")))
method = value("--method") or value("--request") or "GET"
if os.environ.get("READ_ONLY") and method != "GET":
    sys.exit(1)
if method == "GET" and "page=" in url:
    page = int(url.rsplit("page=", 1)[1])
    print(json.dumps(comments[(page - 1) * 100 : page * 100]))
elif method == "GET":
    assert value("--jq") == '.[] | select(.body | startswith("<!-- flagc diff -->")) | .id', arguments
    print("\n".join(str(c["id"]) for c in comments if c["body"].startswith("<!-- flagc diff -->")))
else:
    field = value("--field") or value("--data-urlencode")
    name, file = field.replace("=@", "@").split("@", 1)
    assert name == "body"
    body = open(file).read()
    if method == "POST":
        comments.append({"id": 1000 + len(comments), "body": body})
    else:
        next(c for c in comments if str(c["id"]) == url.rsplit("/", 1)[1])["body"] = body
    json.dump(comments, open(store, "w"))
'''

FLAGC = r'''#!/bin/sh
echo "$*" >> "$CALLS"
case "$*" in *" diff "*) cat "$DIFF"; exit "$DIFF_CODE" ;; esac
'''


def script(folder, name, text):
    path = folder / name
    path.write_text(text)
    path.chmod(0o755)


def world(folder):
    """An environment with stand-ins, and 150 comments of other people."""
    script(folder, "flagc", FLAGC)
    for name in ["gh", "curl"]:
        script(folder, name, SERVER)
    script(folder, "apt-get", "#!/bin/sh\n")
    if subprocess.run(["sh", "-c", "command -v jq"], capture_output=True).returncode:
        script(folder, "jq", JQ)
    (folder / "comments.json").write_text(json.dumps([{"id": i, "body": f"I say {MARK}"} for i in range(150)]))
    return os.environ | {
        "PATH": f"{folder}:{os.environ['PATH']}", "STORE": f"{folder}/comments.json", "CALLS": f"{folder}/calls",
        "DIFF": f"{folder}/diff", "RUNNER_TEMP": str(folder), "GITHUB_STEP_SUMMARY": f"{folder}/summary",
        "GITHUB_OUTPUT": f"{folder}/output", "GITHUB_ENV": f"{folder}/env",
    }


# The two questions that the GitLab script asks of jq, for machines without it.
JQ = r'''#!/usr/bin/env python3
import json, sys
notes = json.load(sys.stdin)
if sys.argv[1] == "length":
    print(len(notes))
else:
    print(next((n["id"] for n in notes if n["body"].startswith("<!-- flagc diff -->")), ""))
'''


def fill(text, known):
    """GitHub's expressions, as far as these files use them."""
    return re.sub(r"\$\{\{ (.*?) \}\}", lambda match: known[match[1]], str(text))


def github(steps, folder, environment, known):
    """Runs the steps that write the comment; the code of the first that fails."""
    (folder / "env").write_text("")
    for step in steps:
        run = fill(step["run"], known).replace("@shell@", "flags")
        env = environment | {name: fill(text, known) for name, text in step.get("env", {}).items()}
        env |= dict(line.split("=", 1) for line in (folder / "env").read_text().splitlines())
        done = subprocess.run(["bash", "-eo", "pipefail", "-c", run], env=env, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            return done.returncode
    output = folder / "output"
    # The action gives the code back in a step of its own.
    return 1 if output.exists() and output.read_text().endswith("code=1\n") else 0


def gitlab(job, folder, environment):
    text = "\n".join(job["script"]).replace("@shell@", "flags")
    return subprocess.run(["bash", "-eo", "pipefail", "-c", text], env=environment, cwd=folder, capture_output=True).returncode


def read(path):
    return yaml.safe_load((PROJECT / path).read_text())


def pipelines():
    known = {
        "inputs.workspace": "flags", "inputs.base || github.event.pull_request.base.sha": "b45e",
        "github.event.pull_request.base.sha": "b45e", "inputs.diff-format": "human", "inputs.policy": "true",
        "inputs.approved-by": "team-a team-*", "runner.temp": "", "inputs.token": "t", "github.token": "t",
        "github.repository": "acme/shop", "github.event.pull_request.number": "7",
    }
    action = [step for step in read("action.yml")["runs"]["steps"] if "comment" in step["name"] or step.get("id") == "diff"]
    workflow = read("src/init/templates/github.yml")["jobs"]["check"]["steps"]
    workflow = [step for step in workflow if "run" in step and "pull_request" in step.get("if", "")]
    assert len(action) == len(workflow) == 2
    for name, steps in [("action.yml", action), ("src/init/templates/github.yml", workflow)]:
        yield name, lambda folder, env, steps=steps: github(steps, folder, env, known | {"runner.temp": str(folder)})
    variables = {
        "FLAGC_WORKSPACE": "flags", "FLAGC_POLICY": "true", "FLAGC_APPROVED_BY": "team-a team-*", "FLAGC_TOKEN": "t",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": "b45e", "CI_API_V4_URL": "https://gitlab.example/api/v4", "CI_PROJECT_ID": "3",
        "CI_MERGE_REQUEST_IID": "7",
    }
    for name, job in [("templates/flagc.gitlab-ci.yml", "flagc-diff"), ("src/init/templates/gitlab.yml", "flags-diff")]:
        yield name, lambda folder, env, name=name, job=job: gitlab(read(name)[job], folder, env | variables)


def main():
    for name, run in pipelines():
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            environment = world(folder)
            # The last push breaks nothing that a comment could show: a diff that is no answer leaves it as it is.
            for text, code in [("first", 0), ("second\n`quoted` $HOME", 1), ("no answer", 2)]:
                (folder / "diff").write_text(text + "\n")
                ended = run(folder, environment | {"DIFF_CODE": str(code)})
                assert ended == code, (name, text, ended)
            comments = json.loads((folder / "comments.json").read_text())
            ours = [comment["body"] for comment in comments if comment["body"].startswith(MARK)]
            assert ours == [f"{MARK}\nsecond\n`quoted` $HOME\n"], (name, ours)
            assert len(comments) == 151, name
            calls = (folder / "calls").read_text()
            assert "-C flags diff b45e --" in calls and "--policy" in calls, calls
            approved = " --approved-by team-a --approved-by team-*" in calls
            assert approved or name.startswith("src/init"), calls
        print(f"one comment, brought up to date: {name}")


if __name__ == "__main__":
    main()
