"""XML bodies, and the XML Schemas that validate them."""

from __future__ import annotations

import codecs
import logging
import re
import threading

from lxml import etree

from . import run
from .errors import MAX_ERRORS, BodyError, SchemaError, body_error

_logger = logging.getLogger(__name__)

MAX_TAGS = 400_000  # start and end tags
MAX_ATTRIBUTES = 250  # of one element: libxml2 compares each one with all others
MIN_WORK = 1000  # characters; shorter bodies and tags are never too much work
MAX_VALUE = 5_000  # characters, where a pattern can take long
CHUNK = 256  # bytes between two looks at the clock
XSD = "{http://www.w3.org/2001/XMLSchema}"
_ENCODINGS = (
    *("utf-8", "utf-16", "utf-32", "ascii", "iso8859", "cp", "koi8", "mac"),
    *("gb", "big5", "shift_jis", "euc"),
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_DECLARED = re.compile(
    rb"""\s*<\?xml\s[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']"""
)
_ENCODING = re.compile(r"""^(\s*<\?xml\s[^>]*?)\sencoding\s*=\s*["'][^"']*["']""")
_ATTRIBUTE = re.compile(r"""\s+[^\s=<>"'/]+\s*=\s*(?:"[^"]*"|'[^']*')""")
_LONG_TAG = re.compile(rf"<([^<]{{{MIN_WORK},}})")
_NAME = re.compile(r"[^\s<>/!?]+")
# a repeated group, or two repetitions without an end: libxml2 can try many ways
_COSTLY = re.compile(r"\)(?:[*+]|\{)|(?:[*+]|,\}).*(?:[*+]|,\})", re.DOTALL)


class XmlBody:
    """XML Schema (XSD 1.0) in one document, for lxml."""

    def __init__(self, text: str, check_formats: bool = False) -> None:
        document = parse_schema(text)
        try:
            self._schema = etree.XMLSchema(document)
        except etree.LxmlError as error:
            raise SchemaError("schema", str(error)) from error
        patterns = [node.get("value") or "" for node in document.iter(f"{XSD}pattern")]
        keys = [f"{XSD}{name}" for name in ("unique", "key", "keyref")]
        self._has_costly_pattern = any(map(_COSTLY.search, patterns))
        has_keys = next(document.iter(*keys), None) is not None
        self._is_costly = self._has_costly_pattern or has_keys
        # lxml releases the GIL while it validates, and a schema has a single error log
        self._lock = threading.Lock()

    def errors(self, body: bytes) -> list[BodyError]:
        try:
            text = _decoded(body)
            self._check_values(text)
            document = _parse(text)
        except ValueError as error:
            return [body_error(["body"], str(error), "xml_invalid")]
        try:
            with self._lock:
                return self._errors(document, text)
        except run.TooSlow:
            _logger.warning("A body of %s bytes took too long to validate", len(body))
            return [body_error(["body"], "takes too long to validate", "timeout")]

    def _check_values(self, text: str) -> None:
        if self._has_costly_pattern:
            longest = max(map(len, re.split("[<>\"']", text)))
            if longest > MAX_VALUE:
                raise ValueError(f"a value is longer than {MAX_VALUE} characters")

    def _errors(self, document: etree._Element, text: str) -> list[BodyError]:
        try:
            if self._is_costly and self._is_valid_in_time(_encoded(text)):
                return []
            if self._schema.validate(document):
                return []
        except etree.XMLSchemaValidateError:
            # libxml2 gives up on a pattern that takes too long
            raise run.TooSlow from None
        log = list(self._schema.error_log)[:MAX_ERRORS]
        return [
            body_error(["body", e.path or "/"], e.message, "xml_schema") for e in log
        ]

    def _is_valid_in_time(self, body: bytes) -> bool:
        """Validate step by step, as libxml2 cannot be stopped; raises TooSlow.

        It names no locations this way: a body with errors is validated again.
        """
        parser = _parser(schema=self._schema)
        try:
            with run.Limited(len(body)) as state:
                for start in range(0, len(body), CHUNK):
                    state.check()
                    parser.feed(body[start : start + CHUNK])
                parser.close()
        except etree.XMLSyntaxError:
            return False
        return True


def parse_schema(text: str) -> etree._Element:
    """Return the document of a schema; raises SchemaError."""
    try:
        document = etree.fromstring(_encoded(text.strip()), _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SchemaError("syntax", str(error)) from error
    if document.getroottree().docinfo.doctype:
        raise SchemaError("schema", "a document type declaration is not allowed")
    for tag in ("import", "include", "redefine"):
        for node in document.iter(f"{XSD}{tag}"):
            if node.get("schemaLocation"):
                reason = f"xs:{tag} of another file is not allowed"
                hint = "put all declarations into one document"
                raise SchemaError("schema", f"{reason}; {hint}")
    return document


def parse_xml(body: bytes) -> etree._Element:
    """Parse XML without a document type declaration; raises ValueError."""
    return _parse(_decoded(body))


def _parse(text: str) -> etree._Element:
    _check_work(text)
    try:
        document = etree.fromstring(_encoded(text), _parser())
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error
    if document.getroottree().docinfo.doctype:
        raise ValueError("a document type declaration is not allowed")
    return document


def _decoded(body: bytes) -> str:
    """Return the text in the encoding that the document declares."""
    if body.startswith(b"<") and not body.startswith((b"<?", b"<\0")):
        return body.decode()
    declared = _DECLARED.match(body)
    name = next((name for bom, name in _BOMS if body.startswith(bom)), None)
    name = name or (declared[1].decode() if declared else "utf-8")
    try:
        if not codecs.lookup(name).name.startswith(_ENCODINGS):
            raise LookupError
        return body.decode(name)
    except LookupError as error:
        raise ValueError(f"the encoding {name} is not supported") from error


def _check_work(text: str) -> None:
    """Raise ValueError for what takes libxml2 too long, before it sees it."""
    if len(text) < MIN_WORK:
        return
    if text.count("<") > MAX_TAGS:
        raise ValueError(f"more than {MAX_TAGS} tags")
    for part in _LONG_TAG.finditer(text):
        if _count_attributes(part[1]) > MAX_ATTRIBUTES:
            raise ValueError(f"an element has more than {MAX_ATTRIBUTES} attributes")


def _count_attributes(tag: str) -> int:
    count, name = 0, _NAME.match(tag)
    match = name and _ATTRIBUTE.match(tag, name.end())
    while match and count <= MAX_ATTRIBUTES:
        count += 1
        match = _ATTRIBUTE.match(tag, match.end())
    return count


def _encoded(text: str) -> bytes:
    """Return the bytes for the parser; what a declaration says of them is over."""
    if "encoding" in text[:200]:
        text = _ENCODING.sub(r"\1", text, count=1)
    return text.encode()


def _parser(schema: etree.XMLSchema | None = None) -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        schema=schema,
    )
