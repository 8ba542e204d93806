"""Exceptions of Odoo, PostgreSQL and Werkzeug as problems, for all dialects."""

import contextlib

import psycopg2
from psycopg2 import errorcodes
from werkzeug import exceptions as werkzeug_exceptions

from odoo import exceptions
from odoo.http import SessionExpiredException

from ..wire import problem as problems
from ..wire.problem import Problem

# SQLSTATE → problem; what is not listed is a bug of ours
_BY_CODE = {
    errorcodes.UNIQUE_VIOLATION: problems.Duplicate,
    errorcodes.EXCLUSION_VIOLATION: problems.Duplicate,
    errorcodes.FOREIGN_KEY_VIOLATION: problems.StillReferenced,
    errorcodes.RESTRICT_VIOLATION: problems.StillReferenced,
    errorcodes.NOT_NULL_VIOLATION: problems.RecordInvalid,
    errorcodes.CHECK_VIOLATION: problems.RecordInvalid,
    errorcodes.PROGRAM_LIMIT_EXCEEDED: problems.RecordInvalid,
    errorcodes.LOCK_NOT_AVAILABLE: problems.Locked,
    errorcodes.QUERY_CANCELED: problems.TimeExceeded,
    errorcodes.SERIALIZATION_FAILURE: problems.Overloaded,
    errorcodes.DEADLOCK_DETECTED: problems.Overloaded,
    errorcodes.TOO_MANY_CONNECTIONS: problems.Overloaded,
}
# Odoo's words for these are meant for users
_TOLD = (problems.Duplicate, problems.RecordInvalid)
_BY_STATUS = {
    400: problems.BodyMalformed,
    401: problems.CredentialsMissing,
    403: problems.Forbidden,
    404: problems.NotFound,
    405: problems.MethodNotAllowed,
    413: problems.BodyTooLarge,
    415: problems.MediaTypeUnsupported,
    503: problems.Overloaded,
}


class Refused(werkzeug_exceptions.HTTPException):
    """A problem of authentication. Odoo's ``_authenticate`` lets only its own
    exceptions and those of HTTP pass; it logs and replaces all others."""

    def __init__(self, problem):
        super().__init__(problem.detail)
        self.problem = problem
        self.code = problem.status


@contextlib.contextmanager
def waiting_bounded(cr):
    """Raise Locked where PostgreSQL has waited for a row as long as ``lock_timeout``
    lets it: Odoo would try again, five times, and wait as often.

    The cursor is flushed, so that this holds for all that the work herein has changed.
    Code that does not wait at all (``NOWAIT``) counts on Odoo's next try.
    """
    try:
        yield
        cr.flush()
    except psycopg2.errors.LockNotAvailable as error:
        # the message is in the language of the server, this name is not
        if error.diag.source_function == "ProcessInterrupts":
            raise problems.Locked() from error
        raise


def is_passing(error):
    """Whether an exception is about locks, timeouts or the connection: the same may
    work later. psycopg2 counts a value that is too large for an index among these; it
    would fail again."""
    if isinstance(error, psycopg2.errors.ProgramLimitExceeded):
        return False
    return isinstance(error, (exceptions.ConcurrencyError, psycopg2.OperationalError))


def problem_of(exception):
    """The problem that stands for an exception; ServerProblem for a bug."""
    if isinstance(exception, Problem):
        return exception
    for cls, translate in _TRANSLATIONS:
        if isinstance(exception, cls):
            return translate(exception)
    return problems.ServerProblem()


def _of_user_error(error):
    """A rule of the business: its message is meant for users. With a cause, it is how
    Odoo puts an error of PostgreSQL."""
    cause = error.__cause__
    if isinstance(cause, psycopg2.Error):
        return problem_of_sql(cause, str(error))
    return problems.RecordInvalid(str(error))


def _of_redirect(error):
    """A rule of the business, too: the message, an action and a button for the web
    client."""
    return problems.RecordInvalid(str(error.args[0]) if error.args else None)


def problem_of_sql(error, message=None):
    """The problem that stands for an error of PostgreSQL.

    :param message: what Odoo says of it
    """
    cls = _BY_CODE.get(error.pgcode, problems.ServerProblem)
    told = cls in _TOLD and not _quotes_rows(message, error)
    return cls(message if told else None)


def _quotes_rows(message, error):
    """Whether the message is that of Odoo for all constraints, which repeats what
    PostgreSQL says, and with it values of other rows or fields."""
    diag = error.diag
    quoted = (diag.message_primary, diag.message_detail)
    return not message or any(text and text in message for text in quoted)


def _of_http(error):
    cls = _BY_STATUS.get(error.code)
    if cls is None:
        return problems.ServerProblem() if error.code >= 500 else problems.NotFound()
    return cls()


_TRANSLATIONS = (
    (Refused, lambda error: error.problem),
    (exceptions.AccessDenied, lambda _: problems.CredentialsInvalid()),
    (exceptions.AccessError, lambda _: problems.Forbidden()),
    (exceptions.MissingError, lambda _: problems.NotFound()),
    (exceptions.LockError, lambda _: problems.Locked()),
    (exceptions.UserError, _of_user_error),
    (exceptions.RedirectWarning, _of_redirect),
    (exceptions.ConcurrencyError, lambda _: problems.Overloaded()),
    (SessionExpiredException, lambda _: problems.CredentialsMissing()),
    (psycopg2.Error, problem_of_sql),
    (werkzeug_exceptions.HTTPException, _of_http),
)
