"""The errors of jobs. No Odoo here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .problem import FieldError, PolicyProblem, Problem
from .server_problems import ServerProblem


class TooManyJobs(PolicyProblem):
    status, code, wait = 429, "policy.jobs", 10
    detail = "Too many jobs are queued or running."


class RightsChanged(PolicyProblem):
    status, code = 403, "policy.job"
    detail = (
        "The rights of your client have changed since the job was performed. Start it"
        " again."
    )


class Poisoned(ServerProblem):
    code = "server.poison"
    detail = "The job has ended its worker several times and is not tried again."


class Interrupted(ServerProblem):
    status, code = 503, "server.interrupted"
    detail = (
        "The job takes longer than the server lets it run. Request less at once, or ask"
        " the administrator to perform jobs by the command rest_jobs."
    )


def failed(stored: Mapping[str, Any]) -> Problem:
    """The problem that a job ended with, from its stored ``problem.brief``."""
    errors = [_error(each) for each in stored.get("errors", ())]
    problem = Problem(stored["detail"], errors=errors)
    # of this one, and not of its class
    problem.__dict__.update(status=stored["status"], code=stored["code"])
    return problem


def _error(stored: Mapping[str, Any]) -> FieldError:
    members = {"record" if name == "id" else name: stored[name] for name in stored}
    return FieldError(**members)
