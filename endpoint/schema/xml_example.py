"""A small document that an XML Schema accepts, to show callers what to send.

As in ``json_example``, the document is validated: callers see one that works, or none.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from . import sample
from .errors import SchemaError
from .json_example import MAX_DEPTH, MAX_EXAMPLE, MAX_ITEMS, MAX_SCHEMA, MAX_STEPS
from .run import Limited
from .sample import Impossible
from .xml_body import XSD, XmlBody, parse_schema

ALTERNATIVES = 4  # of xs:choice
_NUMBERS = ("byte", "decimal", "double", "float", "int", "integer", "long", "short")
_BUILT_IN = {
    "anyURI": "https://example.com/",
    "base64Binary": "dGV4dA==",
    "boolean": "true",
    "date": "2026-01-31",
    "dateTime": "2026-01-31T12:00:00Z",
    "duration": "P1D",
    "gDay": "---31",
    "gMonth": "--01",
    "gMonthDay": "--01-31",
    "gYear": "2026",
    "gYearMonth": "2026-01",
    "hexBinary": "00",
    "language": "en",
    "negativeInteger": "-1",
    "nonPositiveInteger": "0",
    "time": "12:00:00",
}


def example(schema_text: str) -> str | None:
    """Return a document as text, or None."""
    if len(schema_text) > MAX_SCHEMA:
        return None
    try:
        body = XmlBody(schema_text)
        schema = parse_schema(schema_text)
        with Limited(0):
            return next(_valid(body, schema), None)
    except (SchemaError, ValueError, RecursionError):
        return None


def _valid(body: XmlBody, schema: etree._Element) -> Iterator[str]:
    for alternative in range(ALTERNATIVES):
        try:
            root = _Builder(schema, alternative).root()
        except Impossible:
            continue
        text = etree.tostring(root, encoding="unicode")
        if len(text) <= MAX_EXAMPLE and not body.errors(text.encode()):
            yield text


class _Builder:
    """Builds one document. ``alternative``: which part of xs:choice it takes."""

    def __init__(self, schema: etree._Element, alternative: int) -> None:
        self.schema, self.alternative = schema, alternative
        self.namespace = schema.get("targetNamespace")
        self.steps = 0

    def root(self) -> etree._Element:
        declaration = self.schema.find(f"{XSD}element")
        if declaration is None:
            raise Impossible
        # lxml writes children without a namespace as if they had the default one
        is_qualified = self.schema.get("elementFormDefault") == "qualified"
        prefix = None if is_qualified else "ns"
        nsmap = {prefix: self.namespace} if self.namespace else None
        root = etree.Element(self._tag(declaration, True), nsmap=nsmap)
        self._fill(root, declaration, 0)
        return root

    def _tag(self, declaration: etree._Element, is_global: bool) -> str:
        name = declaration.get("name", "")
        default = self.schema.get("elementFormDefault", "unqualified")
        qualified = is_global or declaration.get("form", default) == "qualified"
        return f"{{{self.namespace}}}{name}" if self.namespace and qualified else name

    def _step(self, depth: int) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS or depth > MAX_DEPTH:
            raise Impossible

    # --- elements ----------------------------------------------------------------

    def _fill(
        self, node: etree._Element, declaration: etree._Element, depth: int
    ) -> None:
        """Give an element the content of its declaration."""
        self._step(depth)
        fixed = declaration.get("fixed", declaration.get("default"))
        complex_type = self._type(declaration, "complexType")
        if complex_type is not None:
            self._fill_complex(node, complex_type, depth + 1)
        elif (
            declaration.get("type") or declaration.find(f"{XSD}simpleType") is not None
        ):
            node.text = self._simple(declaration, depth + 1)
        node.text = node.text if fixed is None else fixed

    def _type(self, declaration: etree._Element, tag: str) -> etree._Element | None:
        """Return the type of a declaration, its own one or a global one."""
        name = declaration.get("type")
        return self._global(tag, name) if name else declaration.find(f"{XSD}{tag}")

    def _global(self, tag: str, name: str) -> etree._Element | None:
        local = name.rpartition(":")[2]
        if self._is_built_in(name):
            return None
        found = (
            n for n in self.schema.iterchildren(f"{XSD}{tag}") if n.get("name") == local
        )
        return next(found, None)

    def _is_built_in(self, name: str) -> bool:
        prefix = name.rpartition(":")[0] or None
        return bool(self.schema.nsmap.get(prefix) == XSD[1:-1])

    def _fill_complex(
        self, node: etree._Element, definition: etree._Element, depth: int
    ) -> None:
        """Add attributes and children of a complex type, an extension or a group."""
        self._step(depth)
        for child in definition.iterchildren(f"{XSD}*"):
            kind = etree.QName(child).localname
            if kind in ("simpleContent", "complexContent"):
                self._fill_complex(node, child, depth + 1)
            elif kind in ("extension", "restriction"):
                self._fill_derived(node, child, kind, depth + 1)
            elif kind == "attribute":
                self._add_attribute(node, child, depth + 1)
            elif kind == "attributeGroup":
                self._fill_complex(node, self._referenced(child), depth + 1)
            else:
                self._add_particle(node, child, kind, depth + 1)

    def _fill_derived(
        self, node: etree._Element, derived: etree._Element, kind: str, depth: int
    ) -> None:
        base = self._global("complexType", derived.get("base", ""))
        if base is None:
            node.text = self._of_base(derived, depth)
        elif kind == "extension":
            self._fill_complex(node, base, depth)
        self._fill_complex(node, derived, depth)

    def _add_attribute(
        self, node: etree._Element, declaration: etree._Element, depth: int
    ) -> None:
        if declaration.get("use") != "required":
            return
        declared = (
            self._referenced(declaration) if declaration.get("ref") else declaration
        )
        qualified = (
            declared is not declaration or declaration.get("form") == "qualified"
        )
        name = declared.get("name", "")
        tag = f"{{{self.namespace}}}{name}" if qualified and self.namespace else name
        node.set(tag, declared.get("fixed") or self._simple(declared, depth))

    def _referenced(self, reference: etree._Element) -> etree._Element:
        local = reference.get("ref", "").rpartition(":")[2]
        tag = etree.QName(reference).localname
        # a valid schema contains what it refers to
        return next(
            node
            for node in self.schema.iterchildren(f"{XSD}{tag}")
            if node.get("name") == local
        )

    def _add_particle(
        self, node: etree._Element, particle: etree._Element, kind: str, depth: int
    ) -> None:
        """Add what a sequence, choice, group or element requires."""
        count = int(particle.get("minOccurs", "1"))
        if count > MAX_ITEMS:
            raise Impossible
        for _number in range(count):
            self._step(depth)
            if kind == "element":
                self._add_element(node, particle, depth)
            elif kind == "group":
                self._fill_complex(node, self._referenced(particle), depth)
            elif kind == "choice":
                self._add_choice(node, particle, depth)
            elif kind in ("sequence", "all"):
                self._fill_complex(node, particle, depth)

    def _add_choice(
        self, node: etree._Element, choice: etree._Element, depth: int
    ) -> None:
        options = [
            child
            for child in choice.iterchildren(f"{XSD}*")
            if etree.QName(child).localname != "annotation"
        ]
        if options:
            option = options[self.alternative % len(options)]
            self._add_particle(node, option, etree.QName(option).localname, depth + 1)

    def _add_element(
        self, node: etree._Element, declaration: etree._Element, depth: int
    ) -> None:
        is_global = bool(declaration.get("ref"))
        declared = self._referenced(declaration) if is_global else declaration
        child = etree.SubElement(node, self._tag(declared, is_global))
        self._fill(child, declared, depth + 1)

    # --- texts -------------------------------------------------------------------

    def _simple(self, declaration: etree._Element, depth: int) -> str:
        """Return a text of the simple type of a declaration."""
        self._step(depth)
        definition = self._type(declaration, "simpleType")
        if definition is None:
            return _built_in(declaration.get("type", ""))
        # an annotation can precede it
        child = list(definition.iterchildren(f"{XSD}*"))[-1]
        if etree.QName(child).localname == "restriction":
            return self._of_base(child, depth + 1)
        return self._of_members(child, depth + 1)

    def _of_members(self, node: etree._Element, depth: int) -> str:
        """Return a text of the first type of a list or union."""
        names = (node.get("itemType") or node.get("memberTypes") or "").split()
        if not names:
            return self._simple(node, depth)
        return self._simple(etree.Element("any", type=names[0]), depth)

    def _of_base(self, restriction: etree._Element, depth: int) -> str:
        """Return a text that the facets of a restriction accept."""
        self._step(depth)
        facets: dict[str, str] = {
            etree.QName(facet).localname: facet.get("value", "")
            for facet in reversed(list(restriction.iterchildren(f"{XSD}*")))
        }
        if "enumeration" in facets:
            return facets["enumeration"]
        if "pattern" in facets:
            return sample.matching(facets["pattern"])
        base = restriction.get("base")
        stand_in = etree.Element("any", type=base) if base else restriction
        return _within(self._simple(stand_in, depth + 1), facets)


def _within(text: str, facets: dict[str, str]) -> str:
    """Return the text changed as far as facets of length and range require."""
    limits = ("minInclusive", "minExclusive", "maxInclusive", "maxExclusive")
    if not facets.keys().isdisjoint(limits):
        return _in_range(text, facets)
    shortest = int(facets.get("length") or facets.get("minLength") or 0)
    longest = int(facets.get("length") or facets.get("maxLength") or sample.MAX_LENGTH)
    if len(text) < shortest or len(text) > longest:
        return sample.text(shortest, longest, text)
    return text


def _in_range(text: str, facets: dict[str, str]) -> str:
    try:
        value = float(text)
        lowest = float(facets.get("minInclusive", "-inf"))
        lowest = max(lowest, float(facets.get("minExclusive", "-inf")) + 1)
        highest = float(facets.get("maxInclusive", "inf"))
        highest = min(highest, float(facets.get("maxExclusive", "inf")) - 1)
    except ValueError as error:
        # dates have ranges, too
        raise Impossible from error
    if lowest <= value <= highest:
        return text
    return str(sample.number(lowest, highest, 0, is_integer=True))


def _built_in(name: str) -> str:
    local = name.rpartition(":")[2]
    if local.removeprefix("unsigned").lower() in _NUMBERS or local.startswith(
        "positive"
    ):
        return "1"
    return "1" if local == "nonNegativeInteger" else _BUILT_IN.get(local, sample.TEXT)
