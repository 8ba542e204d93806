"""After all kinds of use, good and bad: no usable secret is in the database, in the
server's log (at level DEBUG) or in the log of requests.
"""

import base64
import contextlib
import re
import subprocess
from dataclasses import dataclass, field

import kit
import psycopg2
import pytest
from environment import postgres
from environment.cache import Cache
from rest_setup import ROOT, bearer, set_up
from web_client import WebClient, ask, wait_until

ANY_KEY = re.compile(r"(?:rak|ros|rat|rrt)_[A-Za-z0-9]{8}_[A-Za-z0-9_-]{43}")
LOGIN, PASSWORD = "secretive", "correct-horse-battery"
NEW_PASSWORD, WRONG = "staple-and-something", "wrong-horse-battery"
FIELD = "contents-of-a-blocked-field"
SET_UP = f"""
api.write({{"log_mode": "all", "log_bodies": True, "auth_basic": True}})
for model in ("res.partner", "res.country"):
    expose(model)
password = env["ir.model.fields"]._get("res.users", "password").ids
expose(
    "res.users", sensitive=True, unlocked_field_ids=password, secret_field_ids=password
)
user = make_user({LOGIN!r}, "base.group_system", password={PASSWORD!r})
result = make_client(user)
partner = env["ir.model.fields"]._get("res.partner", "vat")
env["rest.field.rule"].create({{
    "resource_id": expose("res.partner").id, "field_ids": partner.ids,
}})
"""
DEBUG = ["--max-cron-threads=0", "--log-level=debug"]


@dataclass
class Evidence:
    """``usable``: secrets that must not be found; ``texts``: where. Both by a name."""

    usable: dict = field(default_factory=dict)
    texts: dict = field(default_factory=dict)
    statuses: dict = field(default_factory=dict)


class Session:
    """What a careless integrator does in a day."""

    def __init__(self, server, known, evidence):
        self.server, self.known, self.evidence = server, known, evidence
        self.url = server.url + ROOT
        self.web = WebClient(server.url, server.db, LOGIN, PASSWORD)
        self.keys = {"first": known["key"]}

    def ask(self, what, path, method="GET", **options):
        answer = ask(f"{self.url}/{path}", method, **options)
        self.evidence.statuses[what] = answer.status_code
        return answer

    def make_keys(self):
        """By the dialog: a new key, and another in its place."""
        client, old = self.known["client"], self.known["credential"]
        self.keys["dialog"] = self._dialog({"client_id": client})
        values = {"client_id": client, "credential_id": old, "overlap_hours": 1}
        self.keys["rotated"] = self._dialog(values)

    def _dialog(self, values):
        (dialog,) = self.web.call("rest.key.dialog", "create", [values])
        action = self.web.call("rest.key.dialog", "action_generate", [dialog])
        return action["context"]["default_value"]

    def use_well(self):
        for name, key in self.keys.items():
            self.ask(f"use {name}", "res.partner?limit=1", headers=bearer(key))
        self.ask("basic", "res.partner?limit=1", auth=(LOGIN, PASSWORD))
        body = {"name": "New", "login": "new", "password": NEW_PASSWORD}
        self.ask("user", "res.users", "POST", json=body, headers=bearer(self.key))

    def use_badly(self):
        key = self.key
        for what, header in {
            "basic with key": basic(LOGIN, key),
            "key as login": basic(key, ""),
            "other scheme": f"Token {key}",
            "twice": f"Bearer {key}, Bearer {key}",
            "quoted": f'Bearer "{key}"',
            "wrong password": basic(LOGIN, WRONG),
        }.items():
            self.ask(what, "res.partner", headers={"Authorization": header})
        for name in ("access_token", "api_key", "key"):
            self.ask(f"query {name}", f"res.partner?{name}={key}", headers=bearer(key))
        self.ask("path", key, headers=bearer(key))
        self.ask("model", f"res.partner/{key}", headers=bearer(key))

    def show_in_headers(self):
        names = ("User-Agent", "Origin", "X-Request-ID", "traceparent", "Cookie")
        names += ("Accept", "Prefer", "If-Match", "X-Company-Id", "Idempotency-Key")
        for name in names:
            headers = {**bearer(self.key), name: self.key}
            self.ask(f"header {name}", "res.partner/1", headers=headers)
            body = {"name": "Header"}
            self.ask(
                f"{name} of a write", "res.partner", "POST", json=body, headers=headers
            )

    def show_in_bodies(self):
        key, headers = self.key, bearer(self.key)
        for what, body in {
            "blocked": {"name": "x", "vat": FIELD},
            "unknown": {"name": "x", "password": WRONG, "api_token": WRONG},
            "nested": {"name": "x", "child_ids": [{"name": "y", "password": WRONG}]},
            "key": {"name": key, "comment": f"<p>{key}</p>"},
            "user": {"name": "x", "login": "other", "password": NEW_PASSWORD, "no": 1},
        }.items():
            model = "res.users" if what == "user" else "res.partner"
            found = {**body, "nonsense": key}
            self.ask(f"body {what}", model, "POST", json=found, headers=headers)
        for what, text in {
            "broken": f'{{"name": "{key}", "password": "{WRONG}"',
            "list": f'["{key}"]',
            "text": key,
        }.items():
            sent = {**headers, "Content-Type": "application/json"}
            self.ask(f"body {what}", "res.partner", "POST", data=text, headers=sent)
        form = {"password": WRONG, "key": key}
        self.ask("form", "res.partner", "POST", data=form, headers=headers)

    def show_in_queries(self):
        headers = bearer(self.key)
        for what, query in {
            "value": f"filter[name]={self.key}",
            "vat": f"filter[vat]={FIELD}",
            "domain": f'filter=[["password","=","{WRONG}"]]',
            "cursor": f"cursor={self.key}",
            "fields": f"fields={self.key}",
        }.items():
            self.ask(f"query {what}", f"res.users?{query}", headers=headers)

    @property
    def key(self):
        return self.keys["rotated"]

    def end(self):
        self.web.call("rest.client", "write", [self.known["client"]], {"active": False})
        for name, key in self.keys.items():
            self.ask(f"late {name}", "res.partner", headers=bearer(key))


def basic(login, password):
    return "Basic " + base64.b64encode(f"{login}:{password}".encode()).decode()


@pytest.fixture(scope="module")
def evidence():
    database = kit.create_database(modules=["rest_api_core"])
    try:
        yield gathered(database)
    finally:
        kit.drop_database(database)


def gathered(database):
    found = Evidence()
    known = set_up(database, SET_UP)
    with kit.Server(database, extra=DEBUG) as server:
        session = Session(server, known, found)
        session.make_keys()
        session.use_well()
        session.show_in_headers()
        session.show_in_bodies()
        session.show_in_queries()
        session.use_badly()
        session.end()
        wait_until(lambda: is_logged(database, found), "the log of all requests")
    found.usable = {
        "password": PASSWORD,
        "new password": NEW_PASSWORD,
        "basic": basic(LOGIN, PASSWORD)[6:],
        **{f"key {name}": key[-43:] for name, key in session.keys.items()},
    }
    found.texts = {
        "dump": dump(database),
        "log": server.log_text(),
        "rest.log": dump(database, "rest_log"),
    }
    return found


def is_logged(database, found):
    with contextlib.closing(psycopg2.connect(dbname=database)) as connection:
        cr = connection.cursor()
        cr.execute("SELECT count(*) FROM rest_log")
        return cr.fetchone()[0] >= len(found.statuses)


def dump(database, table=""):
    program = postgres.Cluster(Cache()).bin / "pg_dump"
    only = [f"--table={table}"] if table else []
    answer = subprocess.run(
        [program, *only, database], capture_output=True, text=True, check=True
    )
    return answer.stdout


def test_session_did_what_it_says(evidence):
    statuses = evidence.statuses
    used = {statuses[f"use {name}"] for name in ("first", "dialog", "rotated")}
    assert used | {statuses["basic"]} == {200}
    assert statuses["user"] == 201
    late = {statuses[f"late {name}"] for name in ("first", "dialog", "rotated")}
    assert late | {statuses["wrong password"]} == {401}
    assert max(statuses.values()) < 500
    assert len(evidence.texts["rest.log"].splitlines()) > len(statuses)


@pytest.mark.parametrize("where", ["dump", "log", "rest.log"])
def test_no_usable_secret_is_found(evidence, where):
    assert found_in(evidence.texts[where], evidence.usable) == {}


@pytest.mark.parametrize("where", ["dump", "rest.log"])
def test_no_value_of_a_secret_field_is_found(evidence, where):
    """In the server's log they are, where somebody puts them into an URL."""
    values = {"a wrong password": WRONG, "a blocked field": FIELD}
    assert found_in(evidence.texts[where], values) == {}


@pytest.mark.parametrize("where", ["dump", "log", "rest.log"])
def test_nothing_has_the_shape_of_a_key(evidence, where):
    text = evidence.texts[where]
    assert {context(text, key) for key in ANY_KEY.findall(text)} == set()


def found_in(text, secrets):
    found = {name: value for name, value in secrets.items() if value in text}
    return {name: context(text, value) for name, value in found.items()}


def context(text, value):
    """The line, for who has to find the leak."""
    return next(line for line in text.splitlines() if value in line)[:500]
