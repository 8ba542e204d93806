"""What must hold of records before a call changes them: reach, and entity tags."""

from collections.abc import Mapping, Sequence
from contextlib import contextmanager

import psycopg2

from odoo import models

from ..body.counting import check_count
from ..orm.context import Context
from ..wire import etag
from ..wire.etag import Conditions, Tag
from ..wire.problem import NotFound, PreconditionFailed, PreconditionRequired


class RestPreconditions(models.AbstractModel):
    """Check records and the conditions of a call (RFC 9110 §13) before they change."""

    _name = "rest.preconditions"
    _description = "REST preconditions"

    def _check(
        self,
        context: Context,
        model_name: str,
        ids: tuple[int, ...],
        conditions: Conditions,
        lock: bool = True,
        required: bool = True,
    ) -> None:
        """Raise unless all records are within reach and the conditions hold.

        :param conditions: ``etag.Conditions``; of several records the tag is that of
            their list
        :param lock: whether conditional calls lock the rows until the transaction ends
        :param required: whether a resource that asks for If-Match asks for it here
        Raises BodyTooLarge, NotFound, PreconditionFailed and PreconditionRequired.
        """
        check_count(len(ids), context.api.max_records)
        with decided_at_once(conditions):
            versions = self.env["rest.serializer"]._versions(
                context, model_name, ids, lock=lock and bool(conditions)
            )
        if missing := [each for each in ids if each not in versions]:
            raise NotFound.of_records(model_name, missing)
        ordered = [versions[each] for each in ids]
        version = ordered[0] if len(ordered) == 1 else etag.list_version(ordered)
        self._decide(context, model_name, conditions, Tag(version), required)

    def _decide(
        self,
        context: Context,
        model_name: str,
        conditions: Conditions,
        tag: Tag | None,
        required: bool = False,
    ) -> None:
        """Raise unless the conditions hold.

        :param tag: ``etag.Tag`` of what is there now, None for nothing
        """
        if required:
            resources = self.env["rest.configuration"]._resources(context.api.id)
            required = resources[model_name].etag_required
        outcome = etag.decide(conditions, tag, safe=False, required=required)
        if outcome is etag.Outcome.FAILED:
            raise PreconditionFailed(etag.failure(conditions, tag))
        if outcome is etag.Outcome.REQUIRED:
            raise PreconditionRequired()

    # --- other records that a body changes -----------------------------------

    def _check_touched(
        self,
        context: Context,
        touched: Mapping[str, Sequence[int]],
        conditions: Conditions,
    ) -> None:
        """A tag tells the version of its record alone. Who sends one must not overwrite
        lines that have changed since: If-Match lists their tags, too.

        :param touched: ``{model: ids}`` of other records that change
        Raises PreconditionFailed and PreconditionRequired.
        """
        resources = self.env["rest.configuration"]._resources(context.api.id)
        for model, ids in touched.items():
            if conditions.if_match is not None:
                self._require_tags(context, model, ids, conditions.if_match)
            elif model in resources and resources[model].etag_required:
                raise PreconditionRequired(_needed(model, ids))

    def _require_tags(self, context, model_name, ids, listed):
        if etag.ANY in listed:
            return
        with decided_at_once(Conditions(listed)):
            versions = self.env["rest.serializer"]._versions(
                context, model_name, ids, lock=True
            )
        if etag.lists_all(listed, [versions.get(each, "") for each in ids]):
            return
        if len(listed) > 1:
            raise PreconditionFailed("A record that the body changes has changed.")
        raise PreconditionRequired(_needed(model_name, ids))


@contextmanager
def decided_at_once(conditions):
    """Rows that were changed since the transaction began no longer have the version of
    a tag that the client sent before: no second try could end otherwise, and Odoo's
    would come after a random pause."""
    try:
        yield
    except psycopg2.errors.SerializationFailure as error:
        if conditions.if_match and etag.ANY not in conditions.if_match:
            raise PreconditionFailed() from error
        raise


def _needed(model_name, ids):
    path = f"{model_name}/{','.join(map(str, ids))}"
    return f"If-Match must also list the entity tag of {path}, which the body changes."
