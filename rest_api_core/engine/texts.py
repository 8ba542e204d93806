"""Messages of Odoo's code, for callers who may see what they name.

Rules of the business run with more rights than the caller has, and their messages name
what they found: "Barcode already assigned to …". A message is shown if each of its
words comes from the code, from the request, or from a record and field that the caller
may see. Otherwise there is a neutral one, and Odoo's log has the original.
"""

import logging
from collections import defaultdict
from contextlib import contextmanager

import psycopg2

from odoo import models
from odoo.exceptions import (
    AccessDenied,
    AccessError,
    LockError,
    MissingError,
    RedirectWarning,
    UserError,
)

from ..access import known_words
from ..orm import phrases
from ..wire.problem import RecordInvalid

_logger = logging.getLogger(__name__)

PARAMETER = "rest_api_core.show_all_messages"
# Callers never see the text of these
_TOLD_OTHERWISE = (AccessDenied, AccessError, LockError, MissingError)


class RestTexts(models.AbstractModel):
    _name = "rest.texts"
    _description = "REST texts of other code"

    @contextmanager
    def _checked(self, context, call):
        """Raise RecordInvalid with a neutral text for a message that is not shown.

        For all code but that of writes, whose failures ``rest.attempts`` explains.
        """
        if context is not None:
            context.sent = call.body
        try:
            with self._noting(context):
                yield
        except (UserError, RedirectWarning) as error:
            if context is None or _message(error) is None:
                raise
            # reading would flush what the failing code has left
            context.env.transaction.clear()
            raise RecordInvalid(self._told(context, error)) from error

    @contextmanager
    def _noting(self, context):
        """Keep with a failure what its message may name: the cache is gone when the
        failure is explained."""
        try:
            yield
        except (UserError, RedirectWarning) as error:
            if context is not None:
                self._note(context, error)
            raise

    def _note(self, context, error):
        message = _message(error)
        if message is not None and not hasattr(error, "rest_values"):
            error.rest_unknown = self._unknown(context, message, error)
            values = _values_with(context.env, error.rest_unknown)
            error.rest_values = list(values)

    def _told(self, context, error):
        """The message of other code in an exception, or a neutral one; None for what
        is no message of other code. In a transaction that can be read."""
        message = _message(error)
        if message is None:
            return None
        self._note(context, error)
        if self._is_visible(context, error) or self._shows_all():
            return message
        _logger.warning("A message was not shown to the caller: %s", message)
        return self.env._(
            "A rule of the business forbids this. Its message names something that you"
            " may not see."
        )

    def _shows_all(self):
        parameters = self.env["ir.config_parameter"].sudo()
        return parameters.get_param(PARAMETER, "").lower() in ("1", "true")

    # --- which words are known -------------------------------------------------

    def _unknown(self, context, message, error):
        """The words that neither the request nor the code says."""
        unknown = known_words.words(message) - known_words.of_body(context.sent)
        for text in phrases.phrases(error, context.env.lang) if unknown else ():
            unknown -= known_words.of_code(text)
        return unknown - self._labels(context, error) if unknown else unknown

    def _labels(self, context, error):
        """The words in names of models and fields, which ``/fields`` tells, too."""
        found = frozenset()
        for name in phrases.models_at_work(error):
            model = context.env[name]
            described = model.fields_get(attributes=["string"])
            texts = [model._description, *(d["string"] for d in described.values())]
            found |= known_words.of_body(texts)
        return found

    def _is_visible(self, context, error):
        """Whether values that code has read, and that the caller may see, contain all
        unknown words."""
        if not error.rest_unknown:
            return True
        by_model = defaultdict(set)
        for model, _name, record_id, _words in error.rest_values:
            by_model[model].add(record_id)
        visible = self._visible(context, by_model)
        shown = (
            words
            for model, name, record_id, words in error.rest_values
            if record_id in visible[model] and self._may_read(context, model, name)
        )
        return not error.rest_unknown - frozenset().union(*shown)

    def _visible(self, context, by_model):
        """``{model: ids}`` of what the caller may see; nothing where that fails."""
        pointing = self.env["rest.pointing"]
        try:
            with self.env.cr.savepoint(flush=False):
                return {
                    model: pointing._within_reach(context, model, ids)
                    for model, ids in by_model.items()
                }
        except Exception:
            _logger.info("What a message names could not be looked up", exc_info=True)
            return dict.fromkeys(by_model, ())

    def _may_read(self, context, model, name):
        """Of models that are no resources, callers see the names of records."""
        if name in context.catalog.field_masks(model):
            return False
        if context.catalog.exposed(model):
            return name in context.fields_of(model)
        return name in ("display_name", context.env[model]._rec_name)


def _message(error):
    """The text of other code in an exception; None where there is none."""
    # it stands for an error of PostgreSQL then (``orm.failures``)
    by_database = isinstance(error.__cause__, psycopg2.Error)
    is_told = isinstance(error, (UserError, RedirectWarning)) and not by_database
    if not is_told or isinstance(error, _TOLD_OTHERWISE) or not error.args:
        return None
    return str(error.args[0])


def _values_with(env, unknown):
    """``(model, field, id, words)`` of texts in Odoo's cache with one of the words."""
    for field, cache in env.transaction.field_data.items():
        if field.type in ("char", "text", "html"):
            for record_id, text in _texts(cache):
                words = known_words.words(text) & unknown
                if words:
                    yield field.model_name, field.name, record_id, words


def _texts(cache):
    """``(id, text)`` of the cache of a field: by id, or by context and id; a text may
    be one of several languages."""
    for key, value in cache.items():
        if isinstance(key, tuple):
            yield from _texts(value)
        elif isinstance(key, int) and value:
            for text in value.values() if isinstance(value, dict) else [value]:
                if isinstance(text, str) and len(text) <= known_words.MAX_TEXT:
                    yield key, text
