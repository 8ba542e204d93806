"""What was written, what was read, and whether both agree (the form of Jepsen).

    log = Log()
    with log.write("r1", [Change("res.bank/3", "update")]) as write:
        …send it…
        write.outcome = "ok"             "failed" if nothing was written; else unknown
    log.writes, [Seen("r1", "res.bank/3", "update"), …]

    assert check(log.writes, {"reader 1": seen}) == []

No Odoo and no HTTP here: webhooks and other feeds are checked by the same.
"""

from .checker import Fault, check, check_join
from .log import Change, Log, Seen, Write

__all__ = ["Change", "Fault", "Log", "Seen", "Write", "check", "check_join"]
