"""The errors of rights and limits; ``problem.py`` has the whole tree. No Odoo here."""

from __future__ import annotations

from .problem_details import Problem


class PolicyProblem(Problem):
    status, code, detail = 403, "policy.refused", "You are not allowed to do this."


class Forbidden(PolicyProblem):
    status, code = 403, "policy.forbidden"
    detail = "The rights of your user do not allow this."


class ScopeInsufficient(PolicyProblem):
    status, code, detail = 403, "policy.scope", "Your client is not allowed to do this."
    challenge = "insufficient_scope"


class AccountForbidden(PolicyProblem):
    status, code = 403, "policy.account"
    detail = (
        "This is about the account of a user, and not for API keys of clients. Sign in"
        " with login and password."
    )


class CompanyForbidden(PolicyProblem):
    status, code = 403, "policy.company"
    detail = "You are not allowed to use this company."


class MethodNotAllowed(PolicyProblem):
    status, code, detail = 405, "policy.method", "This method is not supported here."


class NotAcceptable(PolicyProblem):
    status, code = 406, "policy.accept"
    detail = "None of the accepted media types is available."


class TooManyAffected(PolicyProblem):
    status, code, detail = 400, "policy.max_affected", "Too many records are affected."


class RateLimited(PolicyProblem):
    status, code, detail = 429, "policy.rate_limit", "Too many requests."


class TooManyAtOnce(PolicyProblem):
    status, code, detail = 429, "policy.concurrency", "Too many concurrent requests."
    wait = 1


class Ended(PolicyProblem):
    status, code = 410, "policy.sunset"
    detail = "This API has ended. Use another one."


class QuotaExceeded(PolicyProblem):
    status, code, detail = 429, "policy.quota", "The quota of your client is used up."
