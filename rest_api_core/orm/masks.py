"""Models whose code shows other values than their columns hold.

Of a private meeting of somebody else, ``calendar.event`` shows "Busy". Odoo does so
where records are fetched, but filters and sorts by the columns: these would tell what
was masked. Any override of the fetching may do that. Those of Odoo 19 that leave values
as they are were read, and are listed here; an addon lists its own in ``rest.masks``.
"""

from odoo.models import BaseModel

FETCHING = ("fetch", "_fetch_query", "read", "_read_format", "search_fetch")
# They ask for rights, or choose what to read, or in which order
HARMLESS = frozenset(
    f"odoo.addons.{name}"
    for name in (
        "account.models.account_move.AccountMove.read",
        "account.models.account_move_line.AccountMoveLine.read",
        "account.models.account_move_line.AccountMoveLine.search_fetch",
        "base.models.ir_actions.IrActionsAct_Window.read",
        "base.models.res_users.ResUsers.read",
        "crm.models.crm_lead.CrmLead.search_fetch",
        # without rights on employees, it reads what everybody may know of them
        "hr.models.hr_employee.HrEmployee.fetch",
        "hr.models.hr_employee.HrEmployee.search_fetch",
        # its search asks for rights on each message
        "mail.models.mail_message.MailMessage.fetch",
        "mail.models.mail_message.MailMessage.read",
        "rest_api_core.models.ir_model.IrModel.search_fetch",
    )
)


def overrides(model):
    """``{qualified name}`` of all overrides of the fetching of a model."""
    owners = [owner for owner in type(model).__mro__ if owner not in BaseModel.__mro__]
    found = (vars(owner).get(name) for owner in owners for name in FETCHING)
    return {_name_of(function) for function in found if function is not None}


def _name_of(function):
    known = (getattr(function, "__module__", ""), getattr(function, "__qualname__", ""))
    return ".".join(known)
