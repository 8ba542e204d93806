"""Read the text of a JSON Schema: JSON (RFC 8259), or YAML 1.2 with its core types.

PyYAML reads YAML 1.1, where ``NO`` is false, ``12:30`` is 750 and ``1e3`` is a text.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from typing import Any

import yaml

from .errors import SchemaError

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_TYPES = {
    "null": (r"null|Null|NULL|~|", "~nN"),
    "bool": (r"true|True|TRUE|false|False|FALSE", "tTfF"),
    "int": (r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    "float": (
        r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
        r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        "-+.0123456789",
    ),
    # no type, but what keeps `<<: *common` from being an unknown keyword
    "merge": (r"<<", "<"),
}


class CoreLoader(_Loader):  # type: ignore[misc]
    """Knows the tags and the implicit types of the core schema, and merge keys."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    yaml_constructors: dict[str | None, Any] = {
        tag: _Loader.yaml_constructors[tag]
        for tag in (None, *(f"{_TAG}{name}" for name in ("null", "bool", "str")))
    }

    def integer(self, node: yaml.ScalarNode) -> int:
        text = node.value
        # "010" is ten: only 0o and 0x are prefixes
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)

    def float(self, node: yaml.ScalarNode) -> float:
        # YAML writes ".inf" and ".nan" where Python has no dot
        value = float(re.sub(r"\.(?=[iInN])", "", node.value))
        if not math.isfinite(value):
            raise _refused("JSON has no such number", node)
        return value

    def mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        """Return an object; its keys are text, as they are written."""
        written = [_key(key) for key, _value in node.value]
        repeated = [
            key for key, count in Counter(written).items() if count > 1 and key != "<<"
        ]
        if repeated:
            raise _refused(f"the key '{repeated[0]}' is repeated", node)
        self.flatten_mapping(node)
        return {
            _key(key): self.construct_object(value, deep=True)
            for key, value in node.value
        }

    def sequence(self, node: yaml.SequenceNode) -> list[Any]:
        return [self.construct_object(item, deep=True) for item in node.value]


def _key(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise _refused("a key must be a text", node)
    return str(node.value)


def _refused(reason: str, node: yaml.Node) -> yaml.YAMLError:
    return yaml.constructor.ConstructorError(None, None, reason, node.start_mark)


for _name, (_pattern, _first) in _TYPES.items():
    CoreLoader.add_implicit_resolver(
        f"{_TAG}{_name}", re.compile(f"(?:{_pattern})$"), [*_first]
    )
CoreLoader.yaml_implicit_resolvers[""] = [(f"{_TAG}null", re.compile("$"))]
CoreLoader.add_constructor(f"{_TAG}int", CoreLoader.integer)
CoreLoader.add_constructor(f"{_TAG}float", CoreLoader.float)
CoreLoader.add_constructor(f"{_TAG}map", CoreLoader.mapping)
CoreLoader.add_constructor(f"{_TAG}seq", CoreLoader.sequence)


def read(text: str) -> Any:
    """Return the value of a text; raises SchemaError.

    A text that looks like JSON, and is YAML neither, gets the message about JSON.
    """
    text = text.removeprefix("\ufeff")
    try:
        return json.loads(text, parse_constant=_reject_constant)
    except SchemaError:
        raise
    except (ValueError, RecursionError) as error:
        reason = str(error) if text.lstrip()[:1] in ("{", "[") else ""
    try:
        return yaml.load(text, Loader=CoreLoader)  # noqa: S506 - it is a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise SchemaError("syntax", reason or str(error)) from error


def _reject_constant(name: str) -> None:
    raise SchemaError("syntax", f"{name} is not valid JSON")
