"""The formats that "Check Formats" checks, with Python's standard library alone."""

from __future__ import annotations

import calendar
import datetime
import ipaddress
import re
from collections.abc import Callable

import regex

from . import ecma

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(
    r"(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[zZ]|([+-])(\d\d):(\d\d))", re.ASCII
)
_DURATION = re.compile(
    r"P(?:\d+W|(?=[\dT])(?:\d+Y(?:\d+M(?:\d+D)?)?|\d+M(?:\d+D)?|\d+D)?"
    r"(?:T(?=\d)(?:\d+H(?:\d+M(?:\d+S)?)?|\d+M(?:\d+S)?|\d+S))?)",
    re.ASCII,
)
_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_HOSTNAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
_LOCAL = re.compile(rf'{_ATOM}(?:\.{_ATOM})*|"(?:[ !#-\[\]-~]|\\[ -~])*"')
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_POINTER = re.compile(r"(?:/(?:[^~]|~[01])*)?")
_RELATIVE_POINTER = re.compile(r"(?:0|[1-9][0-9]*)(?:#|(?:/(?:[^~]|~[01])*)?)")


def _uri_pattern(other: str) -> regex.Pattern[str]:
    """Return RFC 3986 (or 3987, with ``other`` characters): scheme, host and rest."""

    def part(extra: str) -> str:
        # possessive: a long text must not be tried in many ways
        return rf"(?:[\w.~!$&'()*+,;={extra}{other}-]++|%[0-9A-Fa-f]{{2}})*+"

    host = rf"(?:\[(?P<ip>[0-9A-Fa-f:.]++)\]|{part('')})"
    return regex.compile(
        r"(?:(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]*+):)?"
        rf"(?://(?:{part(':')}@)?{host}(?::[0-9]*+)?(?=[/?#]|$)|(?!//))"
        rf"(?P<path>{part(':@/')})(?:\?{part(':@/?')})?(?:\#{part(':@/?')})?",
        regex.ASCII | regex.VERSION0,
    )


_URI = _uri_pattern("")
_IRI = _uri_pattern("\xa0-\U0010ffff")


def is_date(text: str) -> bool:
    match = _DATE.fullmatch(text)
    if not match:
        return False
    year, month, day = map(int, match.groups())
    # Python has no year 0, which RFC 3339 has
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year or 4, month)[1]


def is_time(text: str) -> bool:
    match = _TIME.fullmatch(text)
    if not match:
        return False
    hour, minute, second, offset_hour, offset_minute = (
        int(part or 0) for part in match.group(1, 2, 3, 5, 6)
    )
    valid = hour < 24 and minute < 60 and offset_hour < 24 and offset_minute < 60
    if second < 60:
        return valid
    # a leap second is the last one of a day in UTC
    offset = datetime.timedelta(hours=offset_hour, minutes=offset_minute)
    local = datetime.timedelta(hours=hour, minutes=minute)
    utc = local - offset if match[4] == "+" else local + offset
    last = datetime.timedelta(hours=23, minutes=59)
    return valid and second == 60 and utc % datetime.timedelta(days=1) == last


def is_date_time(text: str) -> bool:
    return is_date(text[:10]) and text[10:11] in ("T", "t") and is_time(text[11:])


def is_hostname(text: str) -> bool:
    return len(text) <= 253 and bool(_HOSTNAME.fullmatch(text))


def is_email(text: str) -> bool:
    return text.isascii() and is_idn_email(text)


def is_idn_email(text: str) -> bool:
    local, at, domain = text.rpartition("@")
    if not at or len(local) > 64 or len(domain) > 253:
        return False
    return bool(_LOCAL.fullmatch(local)) and _is_mail_domain(domain)


def _is_mail_domain(domain: str) -> bool:
    if domain.startswith("[") and domain.endswith("]"):
        literal = domain[1:-1]
        return is_ipv4(literal) or is_ipv6(literal.removeprefix("IPv6:"))
    return all(_is_label(label) for label in domain.split("."))


def _is_label(label: str) -> bool:
    """Return whether a part of a domain is a host name, or might be one in IDNA."""
    return is_hostname(label) or (not label.isascii() and label.isprintable())


def is_ipv4(text: str) -> bool:
    return _parses(ipaddress.IPv4Address, text)


def is_ipv6(text: str) -> bool:
    # Python also accepts a zone: fe80::1%eth0
    return "%" not in text and _parses(ipaddress.IPv6Address, text)


def is_uri(text: str) -> bool:
    return _is_reference(_URI, text, absolute=True)


def is_uri_reference(text: str) -> bool:
    return _is_reference(_URI, text)


def is_iri(text: str) -> bool:
    return _is_reference(_IRI, text, absolute=True)


def is_iri_reference(text: str) -> bool:
    return _is_reference(_IRI, text)


def _is_reference(
    pattern: regex.Pattern[str], text: str, absolute: bool = False
) -> bool:
    match = pattern.fullmatch(text)
    if not match or (match["ip"] and not is_ipv6(match["ip"])):
        return False
    if match["scheme"]:
        return True
    # RFC 3986 §4.2: the first part of a relative path has no colon
    return not absolute and ":" not in match["path"].partition("/")[0]


def is_regex(text: str) -> bool:
    return _parses(ecma.translated, text)


def is_duration(text: str) -> bool:
    return bool(_DURATION.fullmatch(text))


def is_uuid(text: str) -> bool:
    return bool(_UUID.fullmatch(text))


def is_json_pointer(text: str) -> bool:
    return bool(_POINTER.fullmatch(text))


def is_relative_json_pointer(text: str) -> bool:
    return bool(_RELATIVE_POINTER.fullmatch(text))


def _parses(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


FORMATS: dict[str, Callable[[str], bool]] = {
    "date": is_date,
    "time": is_time,
    "date-time": is_date_time,
    "duration": is_duration,
    "email": is_email,
    "idn-email": is_idn_email,
    "hostname": is_hostname,
    "ipv4": is_ipv4,
    "ipv6": is_ipv6,
    "uri": is_uri,
    "uri-reference": is_uri_reference,
    "iri": is_iri,
    "iri-reference": is_iri_reference,
    "uuid": is_uuid,
    "json-pointer": is_json_pointer,
    "relative-json-pointer": is_relative_json_pointer,
    "regex": is_regex,
}
