"""Tables in plain text that are Markdown, too."""

from __future__ import annotations

from collections.abc import Sequence


def render(title: str, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a table; the first column is text, the others stand right."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    lines = [_line(row, widths) for row in (heads, rule, *cells)]
    return "\n".join([f"\n{title}\n", *lines])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    texts = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
    return f"| {' | '.join(texts)} |"


def verdict(value: float, goal: float) -> str:
    """Return the goal and whether it is met."""
    return f"≤ {goal:g} {'✓' if value <= goal else '✗'}"
