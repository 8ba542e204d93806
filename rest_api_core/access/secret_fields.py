"""Fields whose values are rights, such as tokens and passwords. No Odoo here.

With the ``access_token`` of a quotation, anybody cancels it on the portal; passwords
and keys of other services are worth no less. Odoo protects few of them by groups. They
are told by their names; a resource lists those that it shows nevertheless.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_TEXTS = frozenset(("char", "text", "html", "binary", "json"))
_SECRET = re.compile(
    r"(?:^|_)(?:r?token|rtok|secret|passw(?:or)?d|passphrase|pwd|credentials?|otp|pin)$"
    r"|(?:^|_)(?:api|app|auth|access|bearer|edi|encryption|hash|kiosk|license|login"
    r"|private|secret|security|server|shared|signature)_?key$"
)
# URLs that contain a token
_LINKS = frozenset(
    "attendance_kiosk_url invitation_link invitation_url session_link share_link"
    " signup_url survey_start_url".split()
)
# JSON that the code of Odoo keeps for itself, with ids and names in forms of its own
_INTERNAL = frozenset(
    "customizable_pdf_form_fields draft_caba_move_vals extra_tax_data field_info"
    " send_context sending_data".split()
)
# names that mean something else in other models
_OTHERS = frozenset(
    (
        ("discuss.channel", "uuid"),
        ("payment.link.wizard", "link"),
        ("spreadsheet.dashboard.share", "full_url"),
    )
)


def is_secret(models: Collection[str], name: str, field_type: str) -> bool:
    """Whether the value of a field is a right.

    :param models: the name of the model, with those that it inherits from
    """
    if field_type not in _TEXTS:
        return False
    if field_type == "json" and name in _INTERNAL:
        return True
    named = name in _LINKS or bool(_SECRET.search(name))
    return named or any((model, name) in _OTHERS for model in models)
