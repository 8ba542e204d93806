"""Errors of the server itself; ``problem.py`` has the whole tree. No Odoo here."""

from __future__ import annotations

from .problem_details import Problem


class ServerProblem(Problem):
    status, code, detail = 500, "server.error", "The request could not be completed."


class Maintenance(ServerProblem):
    status, code, detail = 503, "server.maintenance", "The API is under maintenance."
    wait = 120


class Overloaded(ServerProblem):
    status, code = 503, "server.overloaded"
    detail = "The server is busy. Try again later."
    wait = 1


class RendererMissing(ServerProblem):
    status, code = 501, "server.renderer"
    detail = "This server cannot make PDF documents: wkhtmltopdf is not installed."


class ResetMissing(ServerProblem):
    status, code = 501, "server.reset"
    detail = "This server does not reset passwords by mail. Ask an administrator."


class TimeExceeded(ServerProblem):
    status, code, detail = 503, "server.timeout", "The request took too long."
