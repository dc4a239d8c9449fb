"""Is what the server says of itself true, and does nothing that is sent make it fail?

Starts the real program on a folder of its own, validates the OpenAPI document that it serves, fills it with a small fleet so
that ids hit, and lets schemathesis try every operation. Fails on any 5xx, on an answer that the document does not tell, and
on an operation that never once did what it is for, since then little of what is behind it was tried.

    python check.py --program target/debug/cachebash --work target/openapi
"""

import argparse
import base64
import collections
import json
import pathlib
import shutil
import subprocess
import sys
import urllib.error
import urllib.request

from openapi_spec_validator import OpenAPIV31SpecValidator

HERE = pathlib.Path(__file__).parent
# Monday, 23 November 2026, 12:00 UTC. On a clock that stands still nobody is slowed down, and a run repeats.
NOON = 1_795_435_200_000
# What cannot be done by trying: a heartbeat needs a session that was begun, and the document is what the trying starts from.
NOT_BY_TRYING = {"POST /v1/mcp/heartbeat", "GET /v1/openapi.json"}


class Server:
    """The program, serving, and its owner."""

    def __init__(self, program, data):
        self.process = subprocess.Popen(
            [program, "serve", "--json", "--data", data, "--listen", "127.0.0.1:0", "--clock", str(NOON), "--seed", "7"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Logs are for people who run a server; here a client finds out what is wrong.
            stderr=(data.parent / "server.log").open("w"),
            text=True,
        )
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"the server ended at once ({self.process.wait()}), see {data.parent / 'server.log'}")
        ready = json.loads(line)
        self.url, self.key = ready["url"], ready["ownerKey"]

    def ask(self, method, path, body=None):
        """The status and the whole answer."""
        request = urllib.request.Request(
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.key}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def did(self, method, path, body):
        """The data of a call that must succeed."""
        status, answer = self.ask(method, path, body)
        if status >= 300 or not answer["success"] or answer["data"].get("success") is False:
            sys.exit(f"{method} {path} was refused ({status}): {answer}")
        return answer["data"]

    def stop(self):
        """Ends it; true if it had gone on until then."""
        alive = self.process.poll() is None
        self.process.terminate()
        self.process.wait(timeout=20)
        return alive


def filled(server):
    """Puts a small fleet in, and says which ids there are, by the name they have in paths and queries."""
    ids = collections.defaultdict(list)
    for program, task in [("builder", "task1"), ("builder", "task2"), ("reviewer", "r1")]:
        session = {"name": task, "sessionId": f"{program}.{task}", "programId": program, "progress": 40}
        ids["sessionId"].append(server.did("POST", "/v1/sessions", session)["sessionId"])
        ids["programId"].append(program)
    server.did("POST", "/v1/sessions", {"name": "ended", "sessionId": "builder.old", "state": "complete"})
    state = {"contextSummary": {"handoffNotes": "Step 3", "openQuestions": ["Keep it?"]}, "sessionId": "builder.task1"}
    server.did("PATCH", "/v1/program-state/builder", state)
    for number in range(4):
        # A key of a program of its own, which is paused.
        key = {"programId": f"program{number}", "label": f"number {number}", "capabilities": ["pulse.read"]}
        ids["keyHash"].append(server.did("POST", "/v1/keys", key)["keyHash"])
        server.did("POST", f"/v1/programs/program{number}/pause", {"reason": "for now"})
        ids["programId"].append(f"program{number}")
        message = {"message": f"Message {number}", "source": "legacy", "target": "builder", "message_type": "STATUS"}
        server.did("POST", "/v1/messages", message | {"threadId": "thread1"})
        server.did("POST", "/v1/alerts", {"message": f"Alert {number}", "alertType": "info"})
        question = {"question": f"Question {number}?", "options": ["yes", "no"]}
        ids["questionId"].append(server.did("POST", "/v1/questions", question)["questionId"])
        stories = [{"id": f"story{number}", "title": f"Story {number}"}]
        sprint = {"projectName": "demo", "branch": "main", "stories": stories}
        ids["sprintId"].append(server.did("POST", "/v1/sprints", sprint)["sprintId"])
        ids["storyId"].append(f"story{number}")
    for number in range(8):
        task = {"title": f"Task {number}", "target": "builder", "instructions": "Do it"}
        ids["taskId"].append(server.did("POST", "/v1/tasks", task)["taskId"])
        if number % 2:
            server.did("POST", f"/v1/tasks/{ids['taskId'][-1]}/claim", {})
    ids["threadId"].append("thread1")
    ids["target"].append("builder")
    return ids


def settings(ids, work):
    """Writes the settings with the ids in them. Often enough a made-up id is tried instead."""
    lines = [(HERE / "schemathesis.toml").read_text(), "[dictionaries]"]
    lines += [f"{name} = {{ values = {json.dumps(sorted(set(values)))} }}" for name, values in sorted(ids.items())]
    lines.append("\n[parameters]")
    lines += [f'{name} = {{ dictionary = "{name}", probability = 0.6 }}' for name in sorted(ids)]
    place = work / "schemathesis.toml"
    place.write_text("\n".join(lines) + "\n")
    return place


def outcomes(report, document):
    """How often each operation of the document did what it is for, refused to, and was told to go away."""
    seen = {
        f"{method.upper()} {path}": collections.Counter()
        for path, item in document["paths"].items()
        for method in item
    }
    for line in report.read_text().splitlines():
        recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder", {})
        for case, exchange in recorder.get("interactions", {}).items():
            case, response = recorder["cases"][case]["value"], exchange.get("response")
            count = seen.get(f"{case['method']} {case['path']}")
            if count is not None and response:
                count[outcome(response)] += 1
    return seen


def outcome(response):
    status = response["status_code"]
    if status >= 300:
        return "failed" if status >= 500 else "wrong"
    try:
        body = json.loads(base64.b64decode(response["content"]["$base64"]))
    except (KeyError, TypeError, ValueError):
        return "done"
    data = body.get("data") if isinstance(body, dict) else None
    return "refused" if isinstance(data, dict) and data.get("success") is False else "done"


def main():
    line = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    line.add_argument("--program", required=True, type=pathlib.Path)
    line.add_argument("--work", required=True, type=pathlib.Path)
    options = line.parse_args()
    data, report = options.work / "data", options.work / "report.ndjson"
    shutil.rmtree(data, ignore_errors=True)
    report.unlink(missing_ok=True)
    options.work.mkdir(parents=True, exist_ok=True)
    server = Server(options.program, data)
    try:
        _, document = server.ask("GET", "/v1/openapi.json")
        OpenAPIV31SpecValidator(document).validate()
        print(f"the document is valid OpenAPI {document['openapi']}", flush=True)
        config = settings(filled(server), options.work)
        schemathesis = [pathlib.Path(sys.executable).parent / "st", "--no-color", "--config-file", config, "run"]
        header = f"Authorization: Bearer {server.key}"
        location = f"{server.url}/v1/openapi.json"
        run = subprocess.run([*schemathesis, location, "--header", header, "--report-ndjson-path", report])
    finally:
        alive = server.stop()
    if not alive:
        sys.exit("the server did not live to the end, see server.log beside its data")
    seen = outcomes(report, document)
    print("\n  done refused   4xx   5xx")
    for operation, count in seen.items():
        numbers = [count[word] for word in ("done", "refused", "wrong", "failed")]
        print("{:6} {:7} {:5} {:5}  {}".format(*numbers, operation))
    idle = [operation for operation, count in seen.items() if not count["done"] and operation not in NOT_BY_TRYING]
    failed = [operation for operation, count in seen.items() if count["failed"]]
    good = len(seen) - len(set(idle) | set(failed))
    print(f"openapi: {good} of {len(seen)} operations held in {sum(sum(it.values()) for it in seen.values())} requests")
    if idle:
        print(f"never once did what they are for: {', '.join(idle)}")
    if failed:
        print(f"failed on the server's side: {', '.join(failed)}")
    sys.exit(1 if run.returncode or idle or failed else 0)


if __name__ == "__main__":
    main()
