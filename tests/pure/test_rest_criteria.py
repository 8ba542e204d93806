"""The conditions of the lists of administrators."""

from datetime import datetime

import pytest

from rest_api_core.query import criteria
from rest_api_core.query.expansion import Limits
from rest_api_core.wire.problem import ParameterInvalid, ParameterUnknown


def parse(parameters=criteria.LOGS, **pairs):
    return criteria.parse(tuple(pairs.items()), Limits(), parameters)


def test_conditions_and_page():
    query, found = parse(
        client="3", status="4xx", method="GET", since="2026-01-31T12:00:00Z", limit="5"
    )
    assert query.limit == 5
    assert found == {
        "client": 3,
        "status": (400, 500),
        "method": "GET",
        "since": datetime(2026, 1, 31, 12),
    }


def test_a_status_is_one_or_a_class():
    assert parse(status="404")[1] == {"status": (404, 405)}


def test_flags_and_states():
    assert parse(criteria.CLIENTS, active="false")[1] == {"active": False}
    assert parse(criteria.KEYS, state="valid")[1] == {"state": "valid"}


@pytest.mark.parametrize(
    ("parameters", "name", "text"),
    [
        (criteria.LOGS, "client", "x"),
        (criteria.LOGS, "client", "0"),
        (criteria.LOGS, "status", "9xx"),
        (criteria.LOGS, "status", "4yy"),
        (criteria.LOGS, "status", "40"),
        (criteria.LOGS, "since", "yesterday"),
        (criteria.LOGS, "path", ""),
        (criteria.LOGS, "path", "a\0"),
        (criteria.CLIENTS, "active", "maybe"),
        (criteria.KEYS, "state", "new"),
    ],
)
def test_wrong_values_are_told_with_their_parameter(parameters, name, text):
    with pytest.raises(ParameterInvalid) as caught:
        parse(parameters, **{name: text})
    assert caught.value.errors[0].parameter == name


def test_parameters_of_other_lists_are_unknown():
    with pytest.raises(ParameterUnknown):
        parse(criteria.KEYS, status="404")
