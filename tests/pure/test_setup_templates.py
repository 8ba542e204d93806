"""When a cached database is still good."""

import pytest
from environment import cache, odoo, server, templates


def test_hash_is_the_same_in_every_process():
    assert cache.short_hash("a", 1) == "05a9c569a1"


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


@pytest.fixture
def folder(tmp_path):
    """A folder with an addon, one that it depends on, and another."""
    depends = {"top": ["web", "bottom"], "bottom": ["base"], "other": ["bottom"]}
    for name, names in depends.items():
        (tmp_path / name / "models").mkdir(parents=True)
        manifest = tmp_path / name / "__manifest__.py"
        manifest.write_text(repr({"name": name, "depends": names}))
    return tmp_path


@pytest.mark.parametrize(
    ("changed", "modules", "is_other"),
    [
        ("top", ("top",), True),
        ("bottom", ("top",), True),
        ("other", ("top",), False),
        ("top", ("project",), False),
        ("top", (), False),
    ],
)
def test_template_depends_on_the_addons_in_it(folder, changed, modules, is_other):
    recipe = templates.Recipe(modules, folders=(folder,))
    before = recipe.name
    (folder / changed / "models" / "thing.py").write_text("name = 1")
    assert (recipe.name != before) is is_other


def test_modules_of_odoo_are_installed_before_ours(folder):
    recipe = templates.Recipe(("top", "project"), folders=(folder,))
    assert recipe.base == templates.Recipe(("project",), folders=())
    assert recipe.base.base == templates.Recipe(folders=())
    assert recipe.base.base.base is None


def test_addons_come_with_what_they_depend_on(folder):
    found = templates.dependencies(["top", "base"], [folder])
    assert [path.name for path in found] == ["bottom", "top"]


def test_locks_of_templates_are_few():
    names = {templates.lock_name(f"template {number}") for number in range(200)}
    assert len(names) == templates.LOCKS


def test_ports_of_a_shard_are_taken_in_turn(monkeypatch):
    monkeypatch.setenv(server.PORTS, "20000-32000")
    ports = [server.free_port() for _number in range(3)]
    assert all(20000 <= port < 32000 for port in ports)
    assert len(set(ports)) == 3
