"""When a cached database is still good."""

import pytest
from environment import cache, odoo, server, templates


@pytest.fixture
def addon(tmp_path):
    folder = tmp_path / "addon"
    for name in ("__manifest__.py", "models/thing.py", "tests/test_thing.py"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return folder


def test_hash_is_the_same_in_every_process():
    assert cache.short_hash("a", 1) == "05a9c569a1"


def test_changed_code_is_another_content(addon):
    before = templates.content_hash([addon])
    (addon / "models/thing.py").write_text("changed")
    assert templates.content_hash([addon]) != before


def test_renamed_file_is_another_content(addon):
    before = templates.content_hash([addon])
    (addon / "models/thing.py").rename(addon / "models/thing2.py")
    assert templates.content_hash([addon]) != before


@pytest.mark.parametrize(
    "name", ["tests/test_thing.py", "README.rst", "readme/USAGE.md", "i18n/addon.pot"]
)
def test_what_no_database_knows_of_is_the_same_content(addon, name):
    before = templates.content_hash([addon])
    path = addon / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("changed")
    assert templates.content_hash([addon]) == before


def test_fingerprint_tells_what_matters(monkeypatch):
    monkeypatch.setenv("ODOO_PATH", "/a")
    monkeypatch.setenv("ODOO_VERSION", "19.0 1")
    known = {
        templates.fingerprint(["base"], True),
        templates.fingerprint(["base"], False),
        templates.fingerprint(["base", "web"], True),
        templates.fingerprint(["base"], True, "content"),
    }
    monkeypatch.setenv("ODOO_VERSION", "19.0 2")
    known.add(templates.fingerprint(["base"], True))
    assert len(known) == 5


def test_fingerprint_ignores_the_order_of_modules():
    pair = (
        templates.fingerprint(["a", "b"], True),
        templates.fingerprint(["b", "a"], True),
    )
    assert pair[0] == pair[1]


def test_interrupted_step_leaves_nothing_under_the_final_name(tmp_path):
    place = cache.Cache(tmp_path)
    with pytest.raises(KeyboardInterrupt), place.publish("thing") as draft:
        (draft / "half").touch()
        raise KeyboardInterrupt
    assert not place.path("thing").exists()
    with place.publish("thing") as draft:
        (draft / "whole").touch()
    assert [path.name for path in place.path("thing").iterdir()] == ["whole"]


def test_cache_follows_the_xdg_specification(monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "/srv/cache")
    assert str(cache.default_root()) == "/srv/cache/odoo-rest-suite"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", "/me")
    assert str(cache.default_root()) == "/me/.cache/odoo-rest-suite"


def test_series_of_an_odoo_is_read_without_importing_it(tmp_path):
    assert odoo.series(tmp_path) == ""
    (tmp_path / "odoo").mkdir()
    (tmp_path / "odoo" / "release.py").write_text("series = '19.0'")
    assert odoo.series(tmp_path) == "19.0"


def test_preferred_port_is_taken_when_free():
    port = server.free_port()
    assert server.free_port(port) == port


def test_another_port_is_taken_when_the_preferred_one_is_not_free():
    with server.socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        assert server.free_port(port) != port


def test_what_interrupted_steps_have_left_is_swept(tmp_path):
    place = cache.Cache(tmp_path)
    (tmp_path / "odoo.part-x").mkdir()
    (tmp_path / "odoo").mkdir()
    place.sweep()
    assert [path.name for path in tmp_path.iterdir()] == ["odoo"]
