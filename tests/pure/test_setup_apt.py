"""Which mirror and suite the set-up takes Odoo from."""

from environment import apt

DEBIAN = "http://mirror.test/debian/"
SECURITY = "http://mirror.test/debian-security/"


def target(uri=DEBIAN, release="bookworm", origin="Debian", component="main"):
    return apt.Target(uri, release, origin, component)


def test_lines_of_apt_become_targets():
    text = f"{DEBIAN}|bookworm|Debian|main|Packages\n\n"
    assert apt.parse_targets(text) == [target()]


def test_only_package_indexes_count():
    assert apt.parse_targets(f"{DEBIAN}|bookworm|Debian|main|Translations") == []


def test_field_that_apt_does_not_know_yet_is_empty():
    text = f"{DEBIAN}|bookworm|$(ORIGIN)|main|Packages"
    assert apt.parse_targets(text) == [target(origin="")]


def test_security_archive_is_no_mirror_of_debian():
    targets = [target(SECURITY, "bookworm-security"), target()]
    assert apt.debian_mirrors(targets) == [DEBIAN]


def test_archives_of_others_are_no_mirror_of_debian():
    others = [
        target("http://apt.postgresql.test/pub/repos/apt/", "bookworm-pgdg", "PGDG"),
        target("http://download.test/linux/debian/", "bookworm", "", "stable"),
        target("http://nodes.test/", "nodistro", "Node"),
        target("http://runner.test/debian/", "bookworm", "Runner"),
    ]
    assert apt.debian_mirrors(others) == []


def test_ubuntu_has_no_mirror_of_debian():
    targets = [target("http://ubuntu.test/ubuntu/", "noble", "Ubuntu")]
    assert apt.debian_mirrors(targets) == []


def test_most_certain_mirror_comes_first():
    fetched = target("http://b.test/", origin="Debian")
    guess = target("http://a.test/", origin="")
    updates = target("http://b.test/", "bookworm-updates")
    mirrors = apt.debian_mirrors([guess, fetched, updates])
    assert mirrors == ["http://b.test/", "http://a.test/"]


def test_fonts_come_from_the_suite_of_the_machine():
    assert apt.stable_suite([target(release="bookworm-updates")]) == "bookworm"
    assert apt.stable_suite([target(release="trixie")]) == "trixie"


def test_fonts_come_from_a_known_suite_on_an_unknown_one():
    assert apt.stable_suite([target(release="sid")]) == "trixie"
    assert apt.stable_suite([]) == "trixie"


def test_configuration_names_no_folder_outside(tmp_path):
    lines = apt.configuration(tmp_path).splitlines()
    folders = [line for line in lines if line.startswith("Dir::")]
    assert all(str(tmp_path) in line or "/dev/null" in line for line in folders)


def test_dangling_links_are_found(tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "good").symlink_to("file")
    (tmp_path / "bad").symlink_to("missing")
    assert apt.dangling(tmp_path) == [tmp_path / "bad"]
