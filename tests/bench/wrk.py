"""One short burst of requests, driven by ``wrk``."""

from __future__ import annotations

import json
import math
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from environment import console

from .case import ID, NUMBER, Request
from .fetch import Program

ATTEMPTS = 5  # a busy machine may stand still for the whole of a burst
SCRIPT = """\
wrk.method = {method}
wrk.body = {body}
{headers}
{counting}
function done(summary, latency, requests)
    local errors = summary.errors
    local broken = errors.connect + errors.read + errors.write + errors.timeout
    io.write(string.format(
        'RESULT {{"p50": %d, "requests": %d, "duration": %d, "refused": %d, '
        .. '"broken": %d}}', latency:percentile(50), summary.requests,
        summary.duration, errors.status, broken
    ))
end
"""
# the first number comes with the command
COUNTING = """\
local number = 0
local function numbered(text)
    local id = string.format("%d", {first} + number % {count})
    return (text:gsub("{id}", id):gsub("{number}", string.format("%d", number)))
end
function init(args)
    number = tonumber(args[1])
end
function request()
    number = number + 1
    return wrk.format(nil, numbered(wrk.path), nil, wrk.body and numbered(wrk.body))
end
"""


@dataclass(frozen=True)
class Burst:
    """Median milliseconds and requests a second of one burst."""

    p50: float
    rate: float
    requests: int


class Wrk:
    """Drives URLs; scripts lie in a temporary folder that goes with the object."""

    def __init__(self, program: Program, seconds: float):
        self.program, self.seconds = program, seconds
        self._folder = tempfile.TemporaryDirectory(prefix="bench-wrk-")
        self._scripts: dict[Request, Path] = {}

    def burst(self, url: str, request: Request, connections: int) -> Burst:
        """Send the request over and over; raises Failure on another status."""
        options = ["-t1", f"-c{connections}", f"-d{math.ceil(self.seconds)}s"]
        script = str(self._script(request))
        command = [self.program.path, *options, "-s", script, url, "--"]
        for _attempt in range(ATTEMPTS):
            output = self._run([*command, str(time.monotonic_ns())])
            found = json.loads(output.partition("RESULT ")[2] or "{}")
            if found.get("requests"):
                _check(url, request, found)
                rate = found["requests"] / (found["duration"] / 1e6)
                return Burst(found["p50"] / 1e3, rate, found["requests"])
        raise console.Failure(f"{url} does not answer: {output}")

    def _run(self, command: list) -> str:
        """wrk counts in whole seconds; a signal ends it earlier."""
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env=self.program.variables
        )
        time.sleep(self.seconds)
        process.send_signal(signal.SIGINT)
        return process.communicate(timeout=60)[0]

    def _script(self, request: Request) -> Path:
        if request not in self._scripts:
            path = Path(self._folder.name, f"{len(self._scripts)}.lua")
            path.write_text(lua_script(request))
            self._scripts[request] = path
        return self._scripts[request]


def _check(url: str, request: Request, found: dict) -> None:
    refused = found["requests"] if request.status >= 400 else 0
    if found["broken"] or found["refused"] != refused:
        raise console.Failure(f"{url} did not always answer {request.status}: {found}")


def lua_script(request: Request) -> str:
    """Return the Lua that sends the request and prints one line of JSON at the end."""
    headers = "\n".join(
        f"wrk.headers[ {_lua(name)} ] = {_lua(value)}"
        for name, value in request.headers
    )
    body = _lua(request.body) if request.body else "nil"
    counting = ""
    if request.ids:
        first, count = request.ids
        counting = COUNTING.format(first=first, count=count, id=ID, number=NUMBER)
    method = _lua(request.method)
    return SCRIPT.format(method=method, body=body, headers=headers, counting=counting)


def _lua(text: str) -> str:
    return f"[==[{text}]==]"
