"""Results as the JSON of v1: ``wire/envelope.py``."""

from rest_api_core.query.projection import Level
from rest_api_core.wire.envelope import envelope, of_batch
from rest_api_core.wire.problem import NotFound
from rest_api_core.wire.result import Part, Result

LEVEL = Level("res.partner", ())


def entry(outcome, name=""):
    return of_batch((Part("create", "res.partner", name, outcome),))["data"][0]


def test_a_list_has_meta():
    assert envelope(Result({"id": 1})) == {"data": {"id": 1}}
    listed = Result([], many=True, meta={"count": 0})
    assert envelope(listed) == {"data": [], "meta": {"count": 0}}


def test_a_part_has_the_status_that_it_would_have_alone():
    made = Result({"id": 1}, outcome="created", level=LEVEL, ids=(1,))
    assert entry(made, "a") == {
        "status": 201,
        "op": "create",
        "model": "res.partner",
        "as": "a",
        "id": 1,
        "data": {"id": 1},
    }


def test_a_part_may_show_no_record():
    gone = Result(outcome="empty", ids=(1, 2))
    for level in (LEVEL, None):  # none for callers who may not read it
        assert entry(Result(outcome="created", level=level, ids=(1,))) == {
            "status": 201,
            "op": "create",
            "model": "res.partner",
            "id": 1,
        }
    assert (entry(gone)["status"], entry(gone)["ids"]) == (204, [1, 2])


def test_a_part_may_be_a_list_or_a_value():
    listed = Result([{"id": 1}], many=True, meta={"count": 1}, level=LEVEL, ids=(1,))
    assert entry(listed)["ids"] == [1]
    assert entry(listed)["meta"] == {"count": 1}
    assert entry(Result(None))["data"] is None


def test_what_has_failed_is_told_and_counted():
    failed = Part("delete", "res.partner", "", NotFound())
    done = Part("delete", "res.partner", "", Result(outcome="empty", ids=(1,)))
    document = of_batch((done, failed))
    assert document["meta"] == {"count": 2, "failed": 1}
    assert document["data"][1] == {
        "status": 404,
        "op": "delete",
        "model": "res.partner",
        "error": {
            "title": "Not Found",
            "status": 404,
            "detail": NotFound.detail,
            "code": "record.not_found",
        },
    }
