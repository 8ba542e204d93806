"""What tests of the whole system do with a server: log in, call, ask every worker.

Each request has a connection of its own, since that is what a prefork worker takes.
"""

import itertools
import re
import time
from concurrent.futures import ThreadPoolExecutor

import requests
from environment.server import is_alive
from server_log import entries

SECONDS = 30.0
_probes = itertools.count(1_000_000_001)


def ask(url, method="GET", **options):
    """One request on a connection of its own, past any proxy of the machine."""
    with requests.Session() as session:
        session.trust_env = False
        options = {"timeout": SECONDS, "allow_redirects": False, **options}
        return session.request(method, url, **options)


def wait_until(condition, what, seconds=SECONDS):
    """The first true value of ``condition()``, or a failure that tells ``what``."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.02)
    return value


class OdooError(Exception):
    """What the server answered instead of a result."""


class WebClient:
    """Odoo's web client without a browser: a session, ``call_kw``, server actions."""

    def __init__(self, url, database, login="admin", password="admin"):
        self.url, self.cookies = url, None
        path = "/web/session/authenticate"
        answer = self._post(path, db=database, login=login, password=password)
        self.cookies = answer.cookies

    def _post(self, path, **params):
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        answer = ask(self.url + path, "POST", json=body, cookies=self.cookies)
        answer.raise_for_status()
        return answer

    def rpc(self, path, **params):
        content = self._post(path, **params).json()
        if "error" in content:
            raise OdooError(content["error"]["data"]["debug"])
        return content.get("result")

    def call(self, model, method, *args, **kwargs):
        path = f"/web/dataset/call_kw/{model}/{method}"
        return self.rpc(path, model=model, method=method, args=args, kwargs=kwargs)

    def run_action(self, xml_id, model, ids):
        """Run a server action as the menu "Actions" does."""
        action = self.rpc("/web/action/load", action_id=xml_id)["id"]
        context = {"active_model": model, "active_ids": ids, "active_id": ids[0]}
        return self.rpc("/web/action/run", action_id=action, context=context)


def worker_pids(server):
    """Process ids of the HTTP workers of a prefork server."""
    pattern = re.compile(r"Worker WorkerHTTP \((\d+)\) alive")

    def all_workers():
        # a test may have killed one: another has taken its place
        pids = set(filter(is_alive, map(int, pattern.findall(server.log_text()))))
        return pids if len(pids) == server.workers else None

    return wait_until(all_workers, "the workers to start")


def ask_workers(server, path, **options):
    """``{pid: [responses in the order of answering]}`` of all workers of a server.

    Odoo's request log tells which worker answered, also when nothing but a 404 came:
    each path is another, by a parameter at its end or a number for ``{probe}``.
    """
    pids, found = worker_pids(server), {}
    deadline = time.monotonic() + SECONDS
    while set(found) != pids:
        assert time.monotonic() < deadline, f"only {set(found)} of {pids} answered"
        for pid, response in _ask_at_once(server, path, 4 * len(pids), options):
            found.setdefault(pid, []).append(response)
    return found


def _ask_at_once(server, path, number, options):
    numbers = [next(_probes) for _ in range(number)]
    if "{probe}" not in path:
        numbers = [f"probe-{number}-" for number in numbers]
        path += ("&" if "?" in path else "?") + "{probe}"
    probes = list(map(str, numbers))
    urls = [server.url + path.replace("{probe}", probe) for probe in probes]
    begin = server.log_size()
    with ThreadPoolExecutor(number) as threads:
        answers = list(threads.map(lambda url: ask(url, **options), urls))
    pids = wait_until(
        lambda: _answering_pids(server.log_text(begin), probes), "the requests' log"
    )
    return zip(pids, answers, strict=True)


def _answering_pids(log, probes):
    """The worker that answered each probe; None as long as the log lacks one."""
    requests_log = [e for e in entries(log) if e.logger == "werkzeug"]
    found = {p: e.pid for e in requests_log for p in probes if p in e.text}
    return [found[probe] for probe in probes] if len(found) == len(probes) else None
