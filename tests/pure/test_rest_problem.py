import importlib
import re
from pathlib import Path

import pytest

from rest_api_core.wire import idempotency, import_problems, problem

ROOT = Path(__file__).resolve().parents[2]
USAGE = (ROOT / "rest_api_core/readme/USAGE.md").read_text()


for path in Path(problem.__file__).parent.glob("*_problems.py"):
    # those that do not stand in the imports of ``problem``
    importlib.import_module(f"{problem.__package__}.{path.stem}")


def classes(root=problem.Problem):
    for child in root.__subclasses__():
        # those of other addons and tests are elsewhere
        if child.__module__.startswith(f"{problem.__package__}."):
            if "code" in vars(child):  # others have that of what they repeat
                yield child
            yield from classes(child)


def render(error):
    return problem.document(error, "/api/v1/res.partner", "r-1")


def test_the_tree_in_the_docstring_is_the_tree():
    lines = re.findall(r"── (\w+) +(\d+) ([a-z_.]+)", problem.__doc__)
    written = [(name, int(status), code) for name, status, code in lines]
    found = [(each.__name__, each.status, each.code) for each in classes()]
    # files that do not stand in the imports of ``problem``
    others = {idempotency.KeyReused, import_problems.PartsRefused}
    assert others <= {*classes()}
    # files of their own come first among the subclasses
    assert sorted(written) == sorted(found)


def test_the_readme_lists_all_codes_and_statuses():
    stages = dict(re.findall(r"^\| `(\w+)\.` \| (.*) \|$", USAGE, re.MULTILINE))
    statuses = re.findall(r"^\| (\d{3}[\d, ]*) \|", USAGE, re.MULTILINE)
    listed = {int(status) for row in statuses for status in row.split(",")}
    for each in classes():
        stage, _dot, word = each.code.partition(".")
        assert word == "refused" or f"`{word}`" in stages[stage], each.code
        assert each.status in listed


def test_codes_are_unique_and_begin_with_their_stage():
    codes = [cls.code for cls in classes()]
    assert len(set(codes)) == len(codes)
    for stage in problem.Problem.__subclasses__():
        group = stage.code.split(".")[0]
        assert all(cls.code.startswith(f"{group}.") for cls in classes(stage))


@pytest.mark.parametrize("cls", list(classes()), ids=lambda cls: cls.__name__)
def test_each_problem_can_be_raised_without_arguments(cls):
    members = render(cls())
    assert (members["status"], members["code"]) == (cls.status, cls.code)
    assert members["title"] and members["detail"].endswith(".")


def test_a_document_has_the_members_of_rfc_9457_and_ours():
    assert render(problem.NotFound()) == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "The path or record was not found or is not accessible.",
        "instance": "/api/v1/res.partner",
        "code": "record.not_found",
        "request_id": "r-1",
    }


def test_a_detail_of_this_case_replaces_the_general_one():
    error = problem.NotFound("No such report.")
    assert render(error)["detail"] == str(error) == "No such report."
    assert (
        problem.NotFound.detail
        == "The path or record was not found or is not accessible."
    )


def test_a_parameter_is_named():
    error = problem.ParameterInvalid.at_parameter("limit", "must be a number")
    members = render(error)
    assert members["detail"] == "limit: must be a number"
    assert members["errors"] == [
        {"parameter": "limit", "code": "query.value", "detail": "must be a number"}
    ]


def test_a_value_of_the_body_is_pointed_at():
    pointer = problem.pointer("lines", 0, "name")
    error = problem.ValueInvalid.at_pointer(pointer, "must be text")
    assert render(error)["errors"] == [
        {"pointer": "#/lines/0/name", "code": "body.value", "detail": "must be text"}
    ]


def test_a_header_is_named():
    error = problem.HeaderInvalid.at_header("If-Match", "is not an entity tag")
    assert render(error)["errors"] == [
        {"header": "If-Match", "code": "query.header", "detail": "is not an entity tag"}
    ]


def test_several_errors_come_in_one_document():
    field_errors = [
        problem.FieldError("body.value", "x", pointer=f"#/{i}") for i in range(200)
    ]
    errors = render(problem.BodyProblem(errors=field_errors))["errors"]
    assert len(errors) == 100
    assert errors[1]["pointer"] == "#/1"


def field_error(code, pointer):
    return problem.FieldError(code, "is wrong", pointer=pointer)


def test_errors_of_one_code_become_its_problem():
    errors = [field_error("body.value", "#/a"), field_error("body.value", "#/b")]
    joined = problem.BodyProblem.of(errors)
    assert type(joined) is problem.ValueInvalid
    assert joined.detail == "#/a: is wrong (and 1 more)"
    assert joined.errors == tuple(errors)


def test_errors_of_several_codes_become_the_problem_of_their_stage():
    errors = [field_error("body.value", "#/a"), field_error("body.lookup", "#/b")]
    joined = problem.BodyProblem.of(iter(errors))
    assert type(joined) is problem.BodyProblem
    assert joined.errors == tuple(errors)


def test_errors_of_another_stage_do_not_leave_the_class():
    joined = problem.BodyProblem.of([field_error("query.value", "#/a")])
    assert type(joined) is problem.BodyProblem
    assert joined.detail == "#/a: is wrong"


@pytest.mark.parametrize(
    ("position", "where"),
    [
        ({"pointer": "#/a"}, "#/a"),
        ({"parameter": "limit"}, "limit"),
        ({"header": "Prefer"}, "Prefer"),
        ({"pointer": "#/a", "record": 3}, "#/a (record 3)"),
        ({"record": 3}, "record 3"),
        ({}, ""),
    ],
)
def test_an_error_is_somewhere(position, where):
    error = problem.FieldError("body.value", "is wrong", **position)
    assert error.where == where
    assert error.text == (f"{where}: is wrong" if where else "is wrong")


def test_an_error_of_one_record_among_several_tells_it():
    about = problem.Forbidden("No.").about("#/1", None)
    assert render(about)["errors"] == [
        {"pointer": "#/1", "code": "policy.forbidden", "detail": "No."}
    ]
    about = problem.Duplicate(errors=[field_error("record.duplicate", "#/data/a")])
    about = about.about(None, 3)
    assert type(about) is problem.Duplicate
    assert about.detail == "#/data/a (record 3): is wrong"
    assert render(about)["errors"][0]["id"] == 3


def test_problems_of_several_classes_have_the_status_of_the_first():
    first = problem.RecordInvalid("No.").about("#/0", None)
    joined = problem.BodyProblem.joined([first, problem.Duplicate().about(None, 3)])
    assert type(joined) is problem.RecordInvalid
    assert [e["code"] for e in render(joined)["errors"]] == [
        "record.invalid",
        "record.duplicate",
    ]


def test_records_out_of_reach_are_reported_as_if_they_did_not_exist():
    one = problem.NotFound.of_records("res.partner", [42])
    assert one.detail == problem.NotFound.detail
    several = problem.NotFound.of_records("res.partner", [1, 2])
    assert several.detail.startswith("Records 1, 2 of res.partner were not found")


def test_extensions_cannot_replace_members():
    error = problem.Duplicate(extensions={"index": 3, "status": 200})
    members = render(error)
    assert (members["index"], members["status"]) == (3, 409)


def test_what_the_client_sent_is_not_repeated_at_any_length():
    members = render(problem.ParameterUnknown.at_parameter("x" * 9000, "y" * 9000))
    assert len(members["detail"]) == 500
    assert len(members["errors"][0]["parameter"]) == 500
    assert len(members["errors"][0]["detail"]) == 500


@pytest.mark.parametrize(
    ("error", "challenge"),
    [
        (problem.CredentialsMissing(), 'Bearer realm="My API"'),
        (problem.CredentialsInvalid(), 'Bearer realm="My API", error="invalid_token"'),
        (
            problem.ScopeInsufficient(),
            'Bearer realm="My API", error="insufficient_scope"',
        ),
    ],
)
def test_responses_about_credentials_carry_a_challenge(error, challenge):
    assert problem.headers(error, "My API") == [("WWW-Authenticate", challenge)]
    told = problem.headers(error, "My API", "https://a/b")
    challenge += ', resource_metadata="https://a/b"'
    assert told == [("WWW-Authenticate", challenge)]


def test_a_realm_cannot_break_out_of_its_header():
    realm = 'a"b\\c\r\nSet-Cookie: é'
    ((_name, value),) = problem.headers(problem.CredentialsMissing(), realm)
    assert value == 'Bearer realm="a\\"b\\\\c??Set-Cookie: ?"'


def test_who_sent_a_password_is_challenged_for_one():
    # RFC 7617 §2.1
    challenge = 'Basic realm="A \\"B\\"", charset="UTF-8"'
    assert problem.basic_challenge('A "B"') == ("WWW-Authenticate", challenge)


def test_a_refused_method_tells_the_allowed_ones():
    error = problem.MethodNotAllowed(headers=[problem.allow({"POST", "GET"})])
    assert problem.headers(error, "My API") == [("Allow", "GET, POST")]


@pytest.mark.parametrize(("seconds", "value"), [(0, "1"), (1.2, "2"), (60, "60")])
def test_retry_after_is_whole_seconds_rounded_up(seconds, value):
    assert problem.retry_after(seconds) == ("Retry-After", value)


@pytest.mark.parametrize(
    "cls", [problem.Locked, problem.Overloaded, problem.Maintenance]
)
def test_what_passes_says_when_to_try_again(cls):
    names = [name for name, _value in problem.headers(cls(), "API")]
    assert names == ["Retry-After"]
    assert problem.headers(problem.TimeExceeded(), "API") == []


@pytest.mark.parametrize(
    ("steps", "pointer"),
    [
        ((), "#"),
        (("a/b", 0), "#/a~1b/0"),
        (("a~b", "c d", "é"), "#/a~0b/c%20d/%C3%A9"),
    ],
)
def test_pointers_are_uri_fragments(steps, pointer):
    assert problem.pointer(*steps) == pointer
