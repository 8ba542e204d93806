"""Values that Odoo's code computes, and may refuse to."""

from odoo.exceptions import AccessError, MissingError, UserError

from ..wire.problem import FieldError, RecordInvalid
from ..wire.problem_details import MAX_DETAIL


def value_of(context, record, name):
    """The value of a computed field. Raises RecordInvalid, which tells the record; Odoo
    computes many at once, and says nothing of which it was."""
    try:
        return record[name]
    except (AccessError, MissingError):
        raise
    except UserError:
        return _value_alone(context, record.with_prefetch(record._ids), name)


def _value_alone(context, record, name):
    texts = context.env["rest.texts"]
    try:
        with texts._noting(context):
            return record[name]
    except UserError as error:
        # reading would flush what the failing code has left
        context.env.transaction.clear()
        told = texts._told(context, error)
        if told is None:
            raise
        detail = f"'{name}' of {record._name}: {told}"[:MAX_DETAIL]
        field_error = FieldError(RecordInvalid.code, detail, record=record.id)
        raise RecordInvalid(field_error.text, errors=[field_error]) from error
