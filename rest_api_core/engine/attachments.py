"""The operations on files that are attached to records.

A file is reached through its record: the rights on the record are those on the file,
whatever else would let its user see the file in Odoo (``public``, an access token).
"""

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.mimetypes import guess_mimetype

from ..access import policy
from ..body import attaching, items, values
from ..orm.id_array import id_array
from ..query import paging
from ..wire import etag
from ..wire.etag import Tag
from ..wire.problem import Forbidden, NotFound
from ..wire.result import Content, Result
from .preconditions import decided_at_once
from .writing import HONOURED

MODEL = "ir.attachment"
# What Odoo runs or changes in a file is decided here: it shall store what was sent
STORING = {"attachments_mime_plainxml": True, "image_no_postprocess": True}


class RestAttachments(models.AbstractModel):
    _name = "rest.attachments"
    _description = "REST attachments"

    # --- those of a record ---------------------------------------------------

    def _operation__attachments(self, context, call):
        """A page of the files, the oldest first. Raises NotFound for the record."""
        self._check_rules(context, call.model, "readable")
        self._require_reach(context, call.model, call.ids)
        query, files = call.query, context.env[MODEL]
        domain = Domain("res_model", "=", call.model) & Domain("res_id", "in", call.ids)
        domain &= Domain("res_field", "=", False) & Domain("type", "=", "binary")
        page = paging.Page(query.limit, query.offset, query.page is not None)
        found = files.search(domain, page.offset, page.limit, order="id")
        total = files.search_count(domain)
        more = page.offset + len(found) < total
        versions = self._versions(found.ids)
        return Result(
            data=[self._document(context, each) for each in found],
            many=True,
            meta=paging.offset_meta(page, len(found), total),
            pages=paging.OffsetPages(page, more, total),
            version=etag.list_version(versions[each] for each in found.ids),
            seal=context.seal,
        )

    def _operation__attach(self, context, call):
        """Store files; the conditions are those of the record. Raises BodyProblem."""
        self._check_rules(context, call.model, "writable")
        preconditions = self.env["rest.preconditions"]
        preconditions._check(context, call.model, call.ids, call.conditions)
        files = attaching.files_of(call.body, _guess)
        most = call.preferences.max_affected
        self.env["rest.writer"]._spend(context, len(files), most)
        owner = {"res_model": call.model, "res_id": call.ids[0]}
        created = context.env[MODEL].with_context(**STORING)
        created = created.create([{**owner, **_values(each)} for each in files])
        context.env.flush_all()
        return self._created(context, call, created)

    def _created(self, context, call, created):
        one, honoured = len(created) == 1, ("return", *HONOURED)
        location = f"attachments/{created.ids[0]}"
        if not one:
            location = f"{call.model}/{call.ids[0]}/attachments"
        known = {"outcome": "created", "location": location, "honoured": honoured}
        if call.preferences.minimal:
            return Result(ids=tuple(created.ids), **known)
        documents = [self._document(context, each) for each in created]
        return Result(
            data=documents[0] if one else documents,
            meta=None if one else {"count": len(documents)},
            many=not one,
            version=self._versions(created.ids)[created.ids[0]] if one else "",
            seal=context.seal,
            ids=tuple(created.ids),
            **known,
        )

    # --- one of them ---------------------------------------------------------

    def _operation__attachment(self, context, call):
        found = self._found(context, call)
        return Result(
            data=self._document(context, found),
            version=self._versions(found.ids)[found.id],
            seal=context.seal,
            ids=call.ids,
        )

    def _operation__attachment_content(self, context, call):
        """The bytes, which are read once, and not at all where the caller has them."""
        found = self._found(context, call)
        version = self._versions(found.ids)[found.id]
        tag = etag.strong(version, f"{found.checksum}".encode() + context.seal)
        if etag.names_tag(call.conditions, tag):
            return Result(outcome="unchanged", tag=tag, ids=call.ids)
        content = found.raw or b""
        if len(content) != found.file_size:
            raise NotFound()  # Odoo's file store has lost it
        media_type = attaching.sent_type(found.mimetype or "")
        return Result(
            content=Content(content, media_type, attaching.clean_name(found.name)),
            version=version,
            seal=context.seal,
            tag=tag,
            ids=call.ids,
        )

    def _operation__attachment_store(self, context, call):
        """Other bytes, under the same name."""
        found = self._changeable(context, call)
        file = attaching.content_of(call.body, found.name, _guess)
        kept = {"raw": file.content, "mimetype": file.media_type}
        found.with_context(**STORING).write(kept)
        context.env.flush_all()
        return Result(outcome="empty", ids=call.ids, honoured=HONOURED)

    def _operation__detach(self, context, call):
        found = self._changeable(context, call)
        items.check_empty(call.body)
        found.unlink()
        context.env.flush_all()
        return Result(outcome="empty", ids=call.ids, honoured=HONOURED)

    # --- reach ---------------------------------------------------------------

    def _found(self, context, call):
        """The attachment, as the user. Raises NotFound, the same for whatever is
        missing, and Forbidden for a caller who may read it and not change it."""
        # sudo: who may see it follows from the record that it belongs to
        found = context.env[MODEL].sudo().browse(call.ids).exists()
        owner = found.res_model if found.res_id else None
        if not owner or found.res_field or found.type != "binary":
            raise NotFound()
        rights = context.catalog.policy(owner)
        if not self._may_learn(context, owner, rights, call.operation):
            raise NotFound()
        self._require_reach(context, owner, (found.res_id,))
        found = found.sudo(False)
        if not found.has_access("read"):
            raise NotFound()
        policy.check(call.operation, rights)
        return found

    def _may_learn(self, context, model_name, rights, operation):
        """Whether the caller may know that records of a model have files: who may read
        them, or do what the operation does."""
        if rights is None:
            return False
        learns = [right for right in ("read", *operation.rights) if rights.may(right)]
        allowed = rights.grant.readable.allowed is None
        return bool(learns) and allowed and context.catalog.readable(model_name)

    def _changeable(self, context, call):
        """The attachment, after the conditions of the call were checked."""
        found = self._found(context, call)
        self._check_rules(context, found.res_model, "writable")
        if not found.has_access("write"):
            raise Forbidden()
        self.env["rest.writer"]._spend(context, 1, call.preferences.max_affected)
        with decided_at_once(call.conditions):
            versions = self._versions(found.ids, lock=bool(call.conditions))
        tag = Tag(versions[found.id])
        decide = self.env["rest.preconditions"]._decide
        decide(context, found.res_model, call.conditions, tag, required=True)
        return found

    def _require_reach(self, context, model_name, ids):
        if not self.env["rest.serializer"]._versions(context, model_name, ids):
            raise NotFound()

    def _check_rules(self, context, model_name, access):
        """Field rules that allow some fields do not allow files besides.

        :param access: ``readable`` or ``writable``
        """
        grant = context.catalog.policy(model_name).grant
        if getattr(grant, access).allowed is not None:
            raise Forbidden("Field rules allow some fields only, and no attachments.")

    # --- what is shown -------------------------------------------------------

    def _document(self, context, found):
        return {
            "id": found.id,
            "name": found.name,
            "mimetype": found.mimetype or None,
            "size": found.file_size,
            "checksum": found.checksum or None,
            "create_date": values.write(found.create_date, "datetime"),
            "url": f"{context.url}/attachments/{found.id}/content",
        }

    def _versions(self, ids, lock=False):
        """``{id: version}``; ``lock`` locks the rows until the transaction ends."""
        self.env[MODEL].flush_model()
        query = SQL(
            "SELECT id, xmin::text FROM ir_attachment WHERE id = ANY(%s)"
            " ORDER BY id %s",
            id_array(ids),
            SQL("FOR UPDATE") if lock else SQL(),
        )
        self.env.cr.execute(query, log_exceptions=False)
        return {row[0]: etag.version(MODEL, *row) for row in self.env.cr.fetchall()}


def _guess(content):
    return guess_mimetype(content, default=attaching.DEFAULT)


def _values(file):
    return {"name": file.name, "raw": file.content, "mimetype": file.media_type}
