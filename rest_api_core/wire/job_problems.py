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


class TooLong(ServerProblem):
    status, code = 503, "server.timeout"
    detail = (
        "The job takes longer than the server lets it run. Request less at once, or ask"
        " the administrator to perform jobs by the command rest_jobs."
    )


class JobFailed(Problem):
    """The problem that a job ended with, as ``problem.brief`` has stored it."""

    def __init__(self, stored: Mapping[str, Any]) -> None:
        super().__init__(
            stored["detail"], errors=[_error(each) for each in stored.get("errors", ())]
        )
        # of this one, and not of the class
        self.__dict__.update(status=stored["status"], code=stored["code"])


def _error(stored: Mapping[str, Any]) -> FieldError:
    members = {"record" if name == "id" else name: stored[name] for name in stored}
    return FieldError(**members)
