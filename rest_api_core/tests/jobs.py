"""Performs jobs in the transaction of a test, without a host."""

import uuid
from datetime import datetime, timedelta

from odoo import SUPERUSER_ID, api

from ..engine.job_runner import table_on
from ..leases.signals import Signals
from ..query.importing import Import
from ..wire import jobs
from . import in_process

FILE = "result.ndjson"


def ended(env, api, client, model):
    """A job that is done, with one file."""
    sent = jobs.stored(in_process.received(api.root_path, "GET", f"{model}/export"))
    job = env["rest.job"].create(
        {
            "api_id": api.id,
            "client_id": client.id,
            "user_id": client.user_id.id,
            "credential_id": client.credential_ids[:1].id,
            "scheme": "key",
            "kind": "export",
            "model": model,
            "url": f"http://localhost{api.root_path}/{model}/export",
            "state": "done",
            "request": {"call": {"ip": "127.0.0.1"}},
            "sent": sent,
            "expires_at": datetime.now() + timedelta(days=1),
        }
    )
    file = env["rest.job.file"].create(
        {"job_id": job.id, "name": FILE, "type": model, "media_type": "text/plain"}
    )
    file._append(b'{"name": "Ada"}\n', 1)
    moment = datetime(2026, 1, 1).isoformat()
    job.result = {"transaction_time": moment, "errors": [], "files": file.ids}
    job.result = {**job.result, "rights": rights_of(env, job)}
    return job


def waiting(env, api, client, model):
    """An import that waits for parts, and has one."""
    call = {
        **{"operation": "import", "model": model, "ids": [], "name": ""},
        **{"lang": None, "languages": "", "company_ids": [], "ip": "127.0.0.1"},
        "url": f"http://localhost{api.root_path}",
    }
    trace = dict.fromkeys(("request_id", "traceparent"))
    form = {"import": Import().document(), "form": "csv"}
    job = env["rest.job"].create(
        {
            "api_id": api.id,
            "client_id": client.id,
            "user_id": client.user_id.id,
            "credential_id": client.credential_ids[:1].id,
            "scheme": "key",
            "kind": "import",
            "model": model,
            "state": "parts",
            "slot": 2,
            "request": {**form, **trace, "call": call},
        }
    )
    env.flush_all()
    env["rest.import.parts"]._store(job.id, 1, b"name\nNew\n")
    return job


def rights_of(env, job):
    calls = env["rest.job.calls"].sudo()
    return calls._rights(calls._checked(job, calls._caller(job))[0])


def queue(env):
    """The queue, in the transaction of the test."""
    env.flush_all()
    return table_on(lambda work: work(env.cr._obj))


def perform(env, signals=None):
    """Perform the job that is queued; returns its record, whatever became of it."""
    table = queue(env)
    (claimed,) = table.claim(1, str(uuid.uuid4()))
    with env.registry.cursor() as cr:
        runner = api.Environment(cr, SUPERUSER_ID, {})["rest.job.runner"]
        outcome = runner._perform(claimed, signals or Signals(), table)
    table.complete([outcome] if outcome else [])
    env.invalidate_all()
    return env["rest.job"].sudo().browse(claimed.id)
