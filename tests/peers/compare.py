"""Runs the evaluators over the same requests and says where they differ: the second half of the differential test."""

import json
import re
import subprocess
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Report:
    failures: list = field(default_factory=list)  # (request line, {peer: answer})
    exceptions: Counter = field(default_factory=Counter)  # declared ones, by name
    reasons: Counter = field(default_factory=Counter)  # (peer, its reason and error, Rust's)


JAVASCRIPT = {"javascript", "javascript, interpreted"}


def ask_all(pool, commands, requests, shards):
    """{peer: [answer, …]} in the order of the requests; each peer runs in `shards` processes."""
    size = max(1, -(-len(requests) // shards))
    parts = [requests[start : start + size] for start in range(0, len(requests), size)]
    jobs = {name: [pool.submit(ask, command, part) for part in parts] for name, command in commands.items()}
    return {name: [answer for job in running for answer in job.result()] for name, running in jobs.items()}


def ask(command, requests):
    done = subprocess.run(command, input="\n".join(requests) + "\n", capture_output=True, text=True, encoding="utf-8")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode != 0 or len(answers) != len(requests):
        detail = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise SystemExit(
            f"{' '.join(command)}: exit code {done.returncode}, "
            f"{len(answers)} answers to {len(requests)} requests: {detail[0]}"
        )
    return answers


def judge(requests, answers):
    report = Report()
    for index, request in enumerate(requests):
        row = {name: given[index] for name, given in answers.items()}
        odd = differing(row)
        exception = declared(request, row["oracle"], odd) if odd else None
        if exception:
            report.exceptions[exception] += 1
        elif odd:
            report.failures.append((request, row))
        note_reasons(report, row)
    return report


def differing(row):
    """The peers whose variant or value is not the oracle's."""
    expected = outcome(row["oracle"])
    return {name for name, answer in row.items() if outcome(answer) != expected}


def outcome(answer):
    return json.dumps([answer["variant"], comparable(answer["value"])], sort_keys=True)


def comparable(value):
    """JSON in one spelling: 5 and 5.0 are the same number, 1 and true are not the same value."""
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, dict):
        return {key: comparable(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [comparable(entry) for entry in value]
    return value


def declared(request, answer, odd):
    """The documented exception that explains a difference of these peers, or nothing."""
    context = json.loads(request)["context"]
    identities = [context.get(name) for name in answer["identities"]]
    if odd <= JAVASCRIPT and any(isinstance(value, str) and not value.isascii() for value in identities):
        return "JavaScript hashes a non-ASCII identity differently (generation 2)"
    if odd == {"python"} and any(isinstance(value, str) and re.search("[0-9]{16}", value) for value in context.values()):
        return "Python takes a version with a number beyond 2^53-1"
    return None


def note_reasons(report, row):
    told = lambda answer: f"{answer['reason']} {answer['errorCode'] or ''}".strip()  # noqa: E731
    for name, answer in row.items():
        if name not in ("oracle", "rust") and told(answer) != told(row["rust"]):
            report.reasons[(name, told(answer), told(row["rust"]))] += 1


def show(report, commands, limit):
    for request, row in report.failures[:limit]:
        print_failure(*smaller(request, row, commands))
    if len(report.failures) > limit:
        kinds = Counter(" + ".join(sorted(differing(row))) for _, row in report.failures)
        print("differences from the oracle: " + "; ".join(f"{name}: {count}" for name, count in kinds.most_common()))
    for name, count in report.exceptions.items():
        print(f"exception: {name}: {count}")
    for (peer, theirs, ours), count in report.reasons.most_common():
        print(f"information: {peer} says {theirs} where flagc-runtime says {ours}: {count}")


def smaller(request, row, commands):
    """The same difference with as few attributes in the context as it needs."""
    odd = differing(row)
    request = json.loads(request)
    for name in list(request["context"]):
        context = {key: value for key, value in request["context"].items() if key != name}
        line = json.dumps({**request, "context": context})
        tried = {peer: ask(command, [line])[0] for peer, command in commands.items()}
        if differing(tried) == odd:
            request["context"], row = context, tried
    return request, row


def print_failure(request, row):
    with open(request["document_file"], encoding="utf-8") as file:
        compiled = json.load(file)["flags"].get(request["flag"])
    folder = request["workspace"].rstrip("/")
    print(f"difference: seed {folder.rsplit('/', 1)[-1]}, {request['flag']} in {request['environment']}, at {request['at']}")
    print(f"  context {json.dumps(request['context'], ensure_ascii=False)}")
    for name, answer in row.items():
        print(f"  {name}: {json.dumps({key: entry for key, entry in answer.items() if key != 'identities'})}")
    print(f"  compiled {json.dumps(compiled, ensure_ascii=False)}")
