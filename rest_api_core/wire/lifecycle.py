"""The end of an API: Deprecation (RFC 9745) and Sunset (RFC 8594). No Odoo here."""

from __future__ import annotations

from datetime import datetime, timezone
from email.utils import format_datetime
from typing import NamedTuple

from .problem_details import Header


class Lifecycle(NamedTuple):
    """:param deprecated_on: naive UTC, like ``sunset_on``; it may lie ahead
    :param url: of a page about it, for people
    """

    deprecated_on: datetime | None = None
    sunset_on: datetime | None = None
    url: str = ""

    def is_over(self, now: datetime) -> bool:
        """:param now: naive UTC"""
        return self.sunset_on is not None and self.sunset_on <= now

    def headers(self) -> list[Header]:
        """Those of each response of the API."""
        listed: list[Header] = []
        if self.deprecated_on:
            seconds = int(_utc(self.deprecated_on).timestamp())
            listed.append(("Deprecation", f"@{seconds}"))
        if self.sunset_on:
            date = format_datetime(_utc(self.sunset_on), usegmt=True)
            listed.append(("Sunset", date))
        if self.url:
            named = {"deprecation": self.deprecated_on, "sunset": self.sunset_on}
            links = [f'<{self.url}>; rel="{rel}"' for rel, at in named.items() if at]
            listed += [("Link", link) for link in links]
        return listed


def is_url(text: str) -> bool:
    """Whether it can stand in a ``Link`` header."""
    is_web = text.startswith(("https://", "http://"))
    return is_web and all("!" <= c <= "~" and c not in '<>"' for c in text)


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=timezone.utc)
