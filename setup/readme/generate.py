#!/usr/bin/env python3
"""Write the readme of every addon from its fragments.

    python setup/readme/generate.py            write what is out of date
    python setup/readme/generate.py --check    name what is out of date, exit 1

Sources, in Markdown: ``<addon>/readme/<SECTION>.md`` and, for the changelog,
``<addon>/readme/newsfragments/<name>.<kind>.md`` (kinds: see ``NEWS_KINDS``).
Results: ``<addon>/README.rst`` and ``<addon>/static/description/index.html``.

Images are written ``![](../static/description/form.png)`` in a fragment, and point to
the same file from both results. No network, and the same bytes on every run: the
versions of pandoc and docutils are pinned in ``.pre-commit-config.yaml``, whose hooks
``gen-addon-readme`` and ``gen-addon-readme-write`` run this file.
"""

import argparse
import ast
import sys
from pathlib import Path
from typing import Any

import pypandoc
from docutils.core import publish_string

ROOT = Path(__file__).resolve().parents[2]
STYLE = Path(__file__).with_name("style.css")
MARKDOWN = "gfm+definition_lists"
COMMAND = ".ci/lint --hook-stage manual --all-files gen-addon-readme-write"
IMAGES = "static/description/"
NOTICE = """\
..
   This file is generated from the fragments in "readme/" by
   setup/readme/generate.py; changes made here are overwritten.
"""
SECTIONS = (
    ("CONTEXT", "Use Cases / Context"),
    ("INSTALL", "Installation"),
    ("CONFIGURE", "Configuration"),
    ("USAGE", "Usage"),
    ("DEVELOP", "Development"),
    ("ROADMAP", "Known issues / Roadmap"),
    ("HISTORY", "Changelog"),
)
NEWS_KINDS = {
    "feature": "Features",
    "bugfix": "Bugfixes",
    "removal": "Deprecations and Removals",
    "doc": "Documentation",
    "misc": "Misc",
}
DOCUTILS_SETTINGS = {
    "embed_stylesheet": True,
    "file_insertion_enabled": False,
    "halt_level": 2,  # a warning is an error: the readme must be valid everywhere
    "initial_header_level": 2,
    "output_encoding": "unicode",
    "raw_enabled": False,
    "stylesheet_path": str(STYLE),
    "syntax_highlight": "none",
}


def addons(root: Path) -> list[Path]:
    """Return the folders of the addons that have readme fragments."""
    return sorted(path.parents[1] for path in root.glob("*/readme/DESCRIPTION.md"))


def manifest(addon: Path) -> dict[str, Any]:
    """Return the manifest; an addon that has none yet is known by its folder."""
    path = addon / "__manifest__.py"
    values = ast.literal_eval(path.read_text("utf-8")) if path.exists() else {}
    return {"name": addon.name.replace("_", " ").capitalize(), **values}


def fragment(addon: Path, section: str) -> str:
    """Return the Markdown of a section, empty when the addon has none."""
    if section == "HISTORY":
        return "\n\n".join(filter(None, (news(addon), history(addon))))
    path = addon / "readme" / f"{section}.md"
    return path.read_text("utf-8").strip() if path.exists() else ""


def history(addon: Path) -> str:
    """Return the changelog of the released versions."""
    path = addon / "readme" / "HISTORY.md"
    return path.read_text("utf-8").strip() if path.exists() else ""


def news(addon: Path) -> str:
    """Return the changelog of what is not released yet, by kind."""
    parts = []
    for kind, title in NEWS_KINDS.items():
        paths = sorted(addon.glob(f"readme/newsfragments/*.{kind}.md"))
        entries = [as_bullet(path.read_text("utf-8")) for path in paths]
        if entries:
            parts.append(f"**{title}**\n\n" + "\n".join(entries))
    return "\n\n".join(["# Next version", *parts]) if parts else ""


def as_bullet(text: str) -> str:
    """Return Markdown as one item of a list."""
    return "- " + text.strip().replace("\n", "\n  ")


def to_rst(markdown: str) -> str:
    """Convert Markdown to reStructuredText, one heading level down."""
    options = ["--shift-heading-level-by=1", "--columns=80"]
    text: str = pypandoc.convert_text(
        markdown, to="rst", format=MARKDOWN, extra_args=options
    )
    return text.replace("\r\n", "\n").replace(f"../{IMAGES}", IMAGES).strip()


def titled(title: str, body: str, line: str = "=") -> str:
    """Return a section, without its body when that is empty."""
    return f"{title}\n{line * len(title)}\n\n{body}".strip()


def credit(addon: Path) -> str:
    """Return the section that names authors, contributors and licence."""
    values = manifest(addon)
    authors = [name.strip() for name in values.get("author", "").split(",")]
    parts = {
        "Authors": "\n".join(f"- {name}" for name in authors if name),
        "Contributors": to_rst(fragment(addon, "CONTRIBUTORS")),
        "Other credits": to_rst(fragment(addon, "CREDITS")),
        "Licence": values.get("license", ""),
    }
    texts = [titled(title, body, "-") for title, body in parts.items() if body]
    return titled("Credits", "\n\n".join(texts))


def readme(addon: Path) -> str:
    """Return README.rst."""
    name = manifest(addon)["name"]
    line = "=" * len(name)
    bodies = [(title, fragment(addon, section)) for section, title in SECTIONS]
    parts = [
        f"{NOTICE}\n{line}\n{name}\n{line}",
        to_rst(fragment(addon, "DESCRIPTION")),
        "**Table of contents**\n\n.. contents::\n   :local:",
        *(titled(title, to_rst(body)) for title, body in bodies if body),
        credit(addon),
    ]
    return "\n\n".join(parts) + "\n"


def page(rst: str) -> str:
    """Return index.html, whose folder is that of the images."""
    html: str = publish_string(
        rst.replace(IMAGES, ""), writer="html5", settings_overrides=DOCUTILS_SETTINGS
    )
    return "\n".join(line.rstrip() for line in html.splitlines()) + "\n"


def results(addon: Path) -> dict[Path, str]:
    """Return the texts to be written, by path."""
    rst = readme(addon)
    return {addon / "README.rst": rst, addon / IMAGES / "index.html": page(rst)}


def is_stale(path: Path, text: str) -> bool:
    """Tell whether a file is missing or says something else."""
    return not path.exists() or path.read_text("utf-8") != text


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Generate the readmes of the addons.")
    parser.add_argument("--check", action="store_true", help="write nothing")
    check = parser.parse_args(arguments).check
    stale = {
        path: text
        for addon in addons(ROOT)
        for path, text in results(addon).items()
        if is_stale(path, text)
    }
    for path, text in stale.items():
        report(path, check)
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8", newline="\n")
    return int(bool(check and stale))


def report(path: Path, check: bool) -> None:
    """Tell the user about a file that is, or was, out of date."""
    advice = f"out of date, run {COMMAND}"
    sys.stdout.write(f"{path.relative_to(ROOT)}: {advice if check else 'written'}\n")


if __name__ == "__main__":
    sys.exit(main())
