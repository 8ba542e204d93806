"""A request to an endpoint of an API: what it needs, and what becomes of it."""

from contextlib import contextmanager

from werkzeug.exceptions import HTTPException

from odoo import models
from odoo.tools.json import json_default

from odoo.addons.endpoint import caller_errors, json_response, received, sendable
from odoo.addons.endpoint.exceptions import (
    RequestValidationError,
    UnsupportedContentType,
)

from ..controllers.endpoint_dispatcher import NAME
from ..orm.failures import problem_of
from ..wire import endpoint_problems, negotiation
from ..wire.operation import JSON, NO_RIGHTS, Operation
from ..wire.problem import BodyMalformed, MediaTypeUnsupported
from ..wire.received import Reply

# those that the API decides: the beginnings of their names
_OWN_HEADERS = (
    "content-type",
    "content-length",
    "cache-control",
    "access-control-",
    "ratelimit",
    "x-ratelimit-",
    "x-content-type-options",
    "x-request-id",
    "server-timing",
)


class RestEndpoint(models.Model):
    _inherit = "rest.endpoint"  # pylint: disable=consider-merging-classes-inherited

    # --- what it needs ---------------------------------------------------------------

    def _rest_operation(self, name=NAME):
        """The ``Operation``: rights on the model, parameters, body."""
        searches, reads = self.exec_mode == "search", self._only_reads()
        rights = frozenset(("read",) if reads else ("read", "update"))
        return Operation(
            name,
            self.name,
            rights=rights if self.model else NO_RIGHTS,
            readonly=reads,
            parameters=self._search_parameters() if searches else None,
            body="none" if searches else "raw",
            # others respond with what they like
            produces=(JSON,) if self.exec_mode in ("search", "server_action") else (),
        )

    def _rest_parameters(self, pairs):
        """The parameters of the mode, and those that the dialect reads."""
        read = getattr(self, f"_parameters__{self.exec_mode}", None)
        return read(pairs) if read else ((), pairs)

    def _rest_query(self, query, own, limits):
        """The ``Query`` of the dialect with what the mode makes of its parameters."""
        made = getattr(self, f"_query__{self.exec_mode}", None)
        return made(query, own, limits) if made else query

    # --- what becomes of it ----------------------------------------------------------

    def _rest_respond(self, request, params):
        """The ``Result`` or ``Reply`` of a request that the caller may send.

        :param params: query parameters and variables of the path
        """
        with _problems(request):
            self._rest_receive(request, params)
            endpoint = self._as_executing_user(request)
            result = endpoint._get_handler()(request)
            # an error of the database must be known before there is a response
            endpoint.env.flush_all()
            if not isinstance(result, dict):
                return result
            self._check_result(result)
            return _reply(result)

    def _rest_receive(self, request, params):
        """Read and validate the body; JSON also goes into the log."""
        limit = min(request.dispatcher.exchange.api.max_body, self._max_body_size())
        request.httprequest.max_content_length = limit
        received.receive(request, limit)
        self._validate_request(request)
        body = received.of(request)
        if body.raw and negotiation.is_json(body.content_type):
            request.dispatcher.json_body()
        request.params = {**request.get_http_params(), **params}

    def _language_context(self):
        """Without a language of its own, that of the call, which ``self`` has."""
        return super()._language_context() if self.exec_lang else {}

    def _path_variables(self):
        """The names of the variables in the path."""
        segments = (self.path or "").split("/")
        return [s[1:-1].rpartition(":")[2] for s in segments if s.startswith("<")]


@contextmanager
def _problems(request):
    """Raise what endpoints raise as problems of the API."""
    try:
        yield
    except RequestValidationError as error:
        raise endpoint_problems.of_body(error.detail) from error
    except UnsupportedContentType as error:
        headers = [(error.header, error.allowed)]
        raise MediaTypeUnsupported(error.description, headers=headers) from error
    except HTTPException as error:
        raise _problem(error) from error
    except Exception as error:
        message = caller_errors.message(error, received.of(request))
        if not message:
            raise
        raise BodyMalformed(message) from error


def _problem(error):
    """The problem for an exception of HTTP, with its own words if it has any."""
    if error.code is None:
        # a complete response, not an error
        return problem_of(RuntimeError())
    found = problem_of(error)
    own = error.description != type(error).description
    return type(found)(str(error.description)) if own and error.code < 500 else found


def _reply(result):
    """The ``Reply`` for the result dict of a snippet."""
    response = sendable.response_of(result)
    if response is None:
        parts = json_response.from_result(result, json_default)
        return Reply(parts.status, parts.body.encode(), JSON, _own(parts.headers))
    streamed = response.direct_passthrough
    content = response.iter_encoded() if streamed else response.get_data()
    media_type = response.headers.get("Content-Type", "")
    headers = _own(response.headers.items())
    return Reply(response.status_code, content, media_type, headers)


def _own(headers):
    return tuple(p for p in headers if not p[0].lower().startswith(_OWN_HEADERS))
