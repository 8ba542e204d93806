"""How pip's configuration reaches uv."""

from pathlib import Path
from types import SimpleNamespace

from environment import uv


def test_options_are_read():
    text = "global.index-url='https://index.test/simple'\n"
    assert uv.parse_pip_config(text) == {"index-url": ["https://index.test/simple"]}


def test_environment_wins_over_file():
    text = ":env:.find-links='/b'\nglobal.find-links='/a'\n"
    assert uv.parse_pip_config(text) == {"find-links": ["/b"]}


def test_options_of_install_win_over_global_ones():
    text = "install.index-url='/b'\nglobal.index-url='/a'\ndownload.index-url='/c'"
    assert uv.parse_pip_config(text) == {"index-url": ["/b"]}


def test_values_of_several_lines_are_a_list():
    text = r"global.extra-index-url='\nhttps://a.test\nhttps://b.test'"
    expected = ["https://a.test", "https://b.test"]
    assert uv.parse_pip_config(text) == {"extra-index-url": expected}


def test_unreadable_line_is_left_out():
    assert uv.parse_pip_config("WARNING: it's broken\n") == {}


def test_options_become_variables():
    options = {
        "index-url": ["https://a.test"],
        "find-links": ["/a", "/b"],
        "cert": ["/ca.pem"],
        "no-index": ["true"],
        "quiet": ["1"],
    }
    assert uv.variables(options, {}) == {
        "UV_DEFAULT_INDEX": "https://a.test",
        "UV_FIND_LINKS": "/a,/b",
        "SSL_CERT_FILE": "/ca.pem",
        "UV_NO_INDEX": "1",
    }


def test_several_indexes_are_searched_as_pip_does():
    options = {"extra-index-url": ["https://a.test", "https://b.test"]}
    assert uv.variables(options, {}) == {
        "UV_INDEX": "https://a.test https://b.test",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }


def test_variables_of_the_caller_stay():
    given = {"UV_DEFAULT_INDEX": "https://mine.test"}
    assert uv.variables({"index-url": ["https://a.test"]}, given) == {}


def test_no_configuration_is_no_variable():
    assert uv.variables({}, {}) == {}


def test_temporary_files_of_uv_are_in_the_cache(tmp_path, monkeypatch):
    """Its lock files stay behind where its temporary files are."""
    cache = SimpleNamespace(path=tmp_path.joinpath)
    monkeypatch.setenv("TMPDIR", "/elsewhere")
    monkeypatch.setattr(uv.shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(uv.Uv, "_pip_config", lambda self: {})
    for _again in range(2):
        folder = Path(uv.Uv(cache).environment["TMPDIR"])
        assert folder.is_dir()
        assert folder.parent == tmp_path
    calls = []
    monkeypatch.setattr(uv.console, "run", lambda *a, **given: calls.append(given))
    cache.log = tmp_path.joinpath
    uv.Uv(cache).run("Installing", "pip", "install")
    assert [given["env"]["TMPDIR"] for given in calls] == [str(folder)]
