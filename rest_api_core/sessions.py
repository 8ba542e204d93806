"""Sessions of browsers: what an operation makes of the one of its request."""

from odoo.http import Request, Response

from .wire.result import SignedIn, SignedOut


def apply(request: Request, change: SignedIn | SignedOut) -> None:
    """Begin or end the session, as Odoo's login and logout do; it is saved with the
    response."""
    session = request.session
    session.can_save = True
    if isinstance(change, SignedIn):
        session["pre_login"], session["pre_uid"] = change.login, change.user_id
        session.finalize(request.env)
    else:
        session.logout(keep_db=True)


def save(request: Request, response: Response) -> None:
    """Save the session of a request that has one, with the cookie of its id: Odoo
    gives it another one from time to time."""
    request._save_session()
    if request.session.can_save:
        request._inject_future_response(response)
