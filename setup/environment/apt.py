"""Fetch Debian packages with a private apt root: the system is untouched.

Mirrors come from the machine's own apt configuration and signatures are checked with
the installed Debian keyring, so a wrong guess of a mirror fails; it cannot deliver
anything foreign.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import console
from .cache import Cache

FIELDS = ("REPO_URI", "RELEASE", "ORIGIN", "COMPONENT", "CREATED_BY")
SUITES = {
    "bullseye",
    "bookworm",
    "trixie",
    "forky",
    "duke",
    "sid",
    "oldstable",
    "stable",
    "testing",
    "unstable",
}
# both have Font Awesome 4.7, which Odoo's stylesheets are written for
STABLE_SUITES = ("bookworm", "trixie")
KEYRINGS = ("debian-archive-keyring.pgp", "debian-archive-keyring.gpg")
HINT = (
    "Set ODOO_PATH to a checkout or an installation of Odoo 19, "
    "or add Debian's main archive to the apt sources and install "
    "debian-archive-keyring."
)


# The download user that apt has for root could not reach a home directory.
CONFIGURATION = """\
Dir::State "{root}";
Dir::State::status "{root}/status";
Dir::State::lists "{root}/lists";
Dir::Cache "{root}/cache";
Dir::Cache::archives "{root}/cache/archives";
Dir::Etc::sourcelist "{root}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Acquire::Retries "3";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
"""


@dataclass(frozen=True)
class Target:
    """One package index named by the machine's apt sources."""

    uri: str
    release: str
    origin: str
    component: str

    @property
    def suite(self) -> str:
        return self.release.split("-")[0].split("/")[0]


def parse_targets(text: str) -> list[Target]:
    """Read lines of ``apt-get indextargets`` with :data:`FIELDS` joined by ``|``."""
    rows = [line.split("|") for line in text.splitlines()]
    return [
        # apt leaves "$(ORIGIN)" standing where it has never fetched the Release file
        Target(uri, release, "" if origin.startswith("$(") else origin, component)
        for uri, release, origin, component, created_by in (
            row for row in rows if len(row) == len(FIELDS)
        )
        if created_by == "Packages"
    ]


def debian_mirrors(targets: Iterable[Target]) -> list[str]:
    """Return the URIs that serve Debian's main archive, the most certain first."""
    scores: dict[str, int] = {}
    for target in targets:
        if _is_main_archive(target):
            certainty = 4 * (target.origin == "Debian") + 2 * target.release.endswith(
                "-updates"
            )
            certainty += target.uri.rstrip("/").endswith("/debian")
            scores[target.uri] = scores.get(target.uri, 0) + certainty
    return sorted(scores, key=lambda uri: -scores[uri])


def _is_main_archive(target: Target) -> bool:
    known = target.suite in SUITES and target.component == "main"
    return (
        known
        and target.origin in ("", "Debian")
        and "security" not in target.release + target.uri
    )


def stable_suite(targets: Iterable[Target]) -> str:
    """Return the machine's own suite if it has the fonts for Odoo, else a newer one."""
    present = {target.suite for target in targets}
    return next(
        (suite for suite in STABLE_SUITES if suite in present), STABLE_SUITES[-1]
    )


def machine_targets() -> list[Target]:
    """Return the package indexes of the machine's apt sources, fetched or not."""
    line = "|".join(f"$({field})" for field in FIELDS)
    for options in ([], ["--no-release-info"]):
        try:
            command = ["apt-get", "indextargets", *options, "--format", line]
            answer = subprocess.run(
                command, capture_output=True, text=True, check=False
            )
        except OSError as error:
            raise console.Failure(
                "apt-get is not there, so Odoo cannot be fetched.", HINT
            ) from error
        if targets := parse_targets(answer.stdout):
            return targets
    return []


def keyring() -> Path:
    """Return Debian's installed archive keys."""
    for name in KEYRINGS:
        path = Path("/usr/share/keyrings", name)
        if path.exists():
            return path
    raise console.Failure("Debian's archive keys are not installed.", HINT)


def configuration(root: Path) -> str:
    """Return an ``apt.conf`` that stays below ``root`` and runs no hooks of others."""
    return CONFIGURATION.format(root=root)


class PrivateApt:
    """An apt of our own: its lists, cache and downloads lie in the cache folder."""

    def __init__(self, cache: Cache):
        self.cache, self.root = cache, cache.path("apt")
        self.stable = STABLE_SUITES[-1]

    def prepare(self, title: str, wanted: Sequence[str]) -> None:
        """Fetch package lists from the first mirror that has all that is wanted.

        Raises Failure when there is no such mirror.
        """
        targets = machine_targets()
        self.stable = stable_suite(targets)
        failure = console.Failure(
            "The apt sources of this machine name no Debian archive.", HINT
        )
        for mirror in debian_mirrors(targets):
            try:
                self._update(mirror, title)
                return self._require(wanted)
            except console.Failure as error:
                failure = error
        raise failure

    def _update(self, mirror: str, title: str) -> None:
        for name in ("lists/partial", "cache/archives/partial"):
            self.root.joinpath(name).mkdir(parents=True, exist_ok=True)
        self.root.joinpath("status").touch()
        suites = ("unstable", self.stable)
        sources = [
            f"deb [signed-by={keyring()}] {mirror} {suite} main\n" for suite in suites
        ]
        self.root.joinpath("sources.list").write_text("".join(sources))
        self.root.joinpath("apt.conf").write_text(configuration(self.root))
        self._run("update", title=title, watch=self.root / "lists")

    def _require(self, wanted: Sequence[str]) -> None:
        names = [name.split("/")[0] for name in wanted]
        self._run("show", *names, title="Looking up packages", tool="apt-cache")

    def download(self, names: Sequence[str], folder: Path, title: str) -> list[Path]:
        """Download packages (``name`` or ``name/suite``) and return the files."""
        folder.mkdir(parents=True, exist_ok=True)
        self._run("download", *names, title=title, watch=folder, cwd=folder)
        return sorted(folder.glob("*.deb"))

    def _run(
        self, verb: str, *arguments: str, title: str, tool: str = "apt-get", **options
    ) -> None:
        command = [tool, "-q", "-c", self.root / "apt.conf", verb, *arguments]
        environment = {**os.environ, "LC_ALL": "C"}
        hint = f"Check that this machine reaches its Debian mirror. Otherwise: {HINT}"
        console.run(
            command,
            title,
            self.cache.log(f"apt-{verb}"),
            hint=hint,
            env=environment,
            **options,
        )


def unpack(
    debs: Sequence[Path], root: Path, log: Path, leave_out: Sequence[str] = ()
) -> None:
    """Unpack packages into ``root``, uninstalled, and make their links relative."""
    if not shutil.which("dpkg-deb"):
        raise console.Failure(
            "dpkg-deb is not there, so packages cannot be unpacked.", HINT
        )
    excluded = " ".join(f"--exclude='./{path}'" for path in leave_out)
    script = (
        'for deb; do dpkg-deb --fsys-tarfile "$deb" '
        f"| tar -x --no-same-owner {excluded} || exit 1; done"
    )
    hint = "Check that the disk has 3 GB free, then start again."
    console.run(
        ["sh", "-c", script, "sh", *debs],
        "Unpacking",
        log,
        hint=hint,
        watch=root,
        cwd=root,
    )
    for link in links(root):
        target = os.readlink(link)
        if target.startswith("/"):
            link.unlink()
            link.symlink_to(os.path.relpath(root / target.lstrip("/"), link.parent))


def links(folder: Path) -> list[Path]:
    """Return the symbolic links below a folder."""
    found = (
        Path(parent, name)
        for parent, folders, names in os.walk(folder)
        for name in folders + names
    )
    return [path for path in found if path.is_symlink()]


def dangling(folder: Path) -> list[Path]:
    """Return the links below a folder that lead nowhere."""
    return [link for link in links(folder) if not link.exists()]
