"""Values that Odoo's code computes, and may refuse to."""

from odoo.exceptions import AccessError, MissingError, UserError

from ..wire.problem import FieldError, RecordInvalid
from ..wire.problem_details import MAX_DETAIL


def value_of(record, name):
    """The value of a computed field. Raises RecordInvalid, which tells the record; Odoo
    computes many at once, and says nothing of which it was."""
    try:
        return record[name]
    except (AccessError, MissingError):
        raise
    except UserError:
        return _value_alone(record.with_prefetch(record._ids), name)


def _value_alone(record, name):
    try:
        return record[name]
    except AccessError:
        raise
    except UserError as error:
        detail = f"'{name}' of {record._name}: {error}"
        field_error = FieldError(
            RecordInvalid.code, detail[:MAX_DETAIL], record=record.id
        )
        raise RecordInvalid(field_error.text, errors=[field_error]) from error
