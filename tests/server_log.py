"""Logs of Odoo as entries: processes that share one may leave no line break between."""

import re
from typing import NamedTuple

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_START = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (?=\d+ [A-Z]+ )"
_ENTRY = re.compile(
    rf"{_START}(\d+) ([A-Z]+) \S+ ([\w.]+): (.*?)(?={_START}|\Z)", re.DOTALL
)
LOUD = ("WARNING", "ERROR", "CRITICAL")
_OURS = re.compile(r"/(?:endpoint|rest_api_)")


class Entry(NamedTuple):
    pid: int
    level: str
    logger: str
    text: str  # with the traceback that follows, if any


def entries(log):
    """All entries of a log's text."""
    found = _ENTRY.findall(_COLOUR.sub("", log))
    return [Entry(int(pid), *words) for pid, *words in found]


def complaints(log):
    """Texts that somebody should look at.

    Odoo's own code uses functions of werkzeug that are deprecated: not our matter, even
    where we are among those who called it.
    """
    return [
        entry.text
        for entry in entries(log)
        if (entry.level in LOUD or "Traceback" in entry.text)
        and (entry.logger != "py.warnings" or _is_ours(entry.text))
    ]


def _is_ours(warning):
    """Whether the line that a warning is about, which comes first, is one of ours."""
    return bool(_OURS.search(warning.partition("\n")[0]))
