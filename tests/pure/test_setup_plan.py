"""Which test files run together."""

import json

from environment import cache, plan

FILES = ["a/tests/test_1.py", "a/tests/test_2.py", "tests/browser/test_3.py"]


def make(root, *names):
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_files_are_found_as_pytest_finds_them(tmp_path):
    make(tmp_path, "a/tests/test_x.py", "a/tests/sub/y_test.py", "a/tests/common.py")
    found = plan.test_files(["a/tests"], tmp_path)
    assert found == ["a/tests/sub/y_test.py", "a/tests/test_x.py"]


def test_file_may_be_named_itself(tmp_path):
    make(tmp_path, "a/tests/test_x.py", "a/tests/test_y.py")
    found = plan.test_files(["a/tests/test_y.py", "a/tests/test_y.py"], tmp_path)
    assert found == ["a/tests/test_y.py"]


def test_tests_that_run_on_their_own_are_left_out(tmp_path):
    make(tmp_path, "tests/test_x.py", "tests/pure/test_y.py")
    make(tmp_path, "tests/bench/test_z.py", "tests/addons/a/tests/test_a.py")
    assert plan.test_files(["tests"], tmp_path) == ["tests/test_x.py"]


def test_files_of_the_repository_are_found():
    found = plan.test_files(["tests"])
    assert "tests/test_kit.py" in found
    assert not [name for name in found if name.startswith("tests/pure")]


def test_each_file_is_in_one_shard():
    files = [f"a/tests/test_{number}.py" for number in range(20)]
    parts = plan.split(files, {files[0]: 50.0}, 3)
    assert len(parts) == 3
    assert sorted(sum(parts, [])) == sorted(files)


def test_shards_take_about_the_same_time():
    known = {"t/a.py": 10.0, "t/b.py": 6.0, "t/c.py": 5.0, "t/d.py": 1.0}
    assert plan.split(sorted(known), known, 2) == [
        ["t/a.py", "t/d.py"],
        ["t/b.py", "t/c.py"],
    ]


def test_order_of_the_files_stays():
    known = {"t/a.py": 1.0, "t/b.py": 2.0, "t/c.py": 3.0}
    assert plan.split(["t/a.py", "t/b.py", "t/c.py"], known, 1) == [sorted(known)]


def test_folder_below_tests_stays_together():
    files = ["tests/browser/test_1.py", "tests/browser/test_2.py", "tests/test_3.py"]
    assert plan.split(files, {}, 2) == [files[:2], files[2:]]


def test_no_shard_is_empty():
    assert plan.split(["t/a.py"], {}, 2) == [["t/a.py"]]


def test_file_that_has_moved_is_known_by_its_name():
    assert plan.estimate(["new/test_a.py"], {"old/test_a.py": 7.0}) == 7.0


def test_file_that_was_never_measured_counts_a_little():
    assert plan.estimate(["a/test_a.py", "a/test_b.py"], {}) == 2 * plan.UNKNOWN


def test_last_run_on_this_machine_comes_before_the_recorded_one(tmp_path):
    recorded, place = tmp_path / "recorded.json", cache.Cache(tmp_path / "cache")
    recorded.write_text(json.dumps({"a": 1.0, "b": 2.0}))
    assert plan.durations(place, recorded) == {"a": 1.0, "b": 2.0}
    plan.remember(place, {"b": 5.04})
    plan.remember(place, {"c": 6.0})
    assert plan.durations(place, recorded) == {"a": 1.0, "b": 5.0, "c": 6.0}


def test_recorded_file_is_sorted_and_short(tmp_path):
    path = tmp_path / "recorded.json"
    plan.record({"b": 1.26, "a": 0.0}, path)
    assert path.read_text() == '{\n  "a": 0.0,\n  "b": 1.3\n}\n'
