import json

import pytest

from rest_api_core.query import filters
from rest_api_core.query.filters import ALL, And, Behind, Leaf, Not, Or
from rest_api_core.wire.problem import FilterInvalid

A, B, C = (Leaf(name, "=", 1) for name in "abc")
LEAF_A, LEAF_B, LEAF_C = (["a", "=", 1], ["b", "=", 1], ["c", "=", 1])


def refusal(domain):
    with pytest.raises(FilterInvalid) as caught:
        filters.parse(domain)
    (error,) = caught.value.errors
    assert error.parameter == "filter"
    return error.detail


@pytest.mark.parametrize(
    ("domain", "tree"),
    [
        ([], ALL),
        ([LEAF_A], A),
        ([LEAF_A, LEAF_B], And((A, B))),
        (["|", LEAF_A, LEAF_B], Or((A, B))),
        (["&", LEAF_A, "|", LEAF_B, LEAF_C], And((A, Or((B, C))))),
        (["|", LEAF_A, LEAF_B, LEAF_C], And((Or((A, B)), C))),
        (["!", LEAF_A], Not(A)),
        (["!", "&", LEAF_A, LEAF_B], Not(And((A, B)))),
    ],
)
def test_domains_are_in_polish_notation_with_an_implied_and(domain, tree):
    assert filters.parse(domain) == tree
    assert filters.parse_text(json.dumps(domain)) == tree


def test_a_not_of_a_not_is_gone():
    assert filters.parse(["!", "!", "!", LEAF_A]) == Not(A)


def test_chains_of_one_operator_are_flat():
    assert filters.parse(["|", "|", LEAF_A, LEAF_B, LEAF_C]) == Or((A, B, C))


@pytest.mark.parametrize(("written", "operator"), [("<>", "!="), ("==", "=")])
def test_synonyms_have_one_normal_form(written, operator):
    assert filters.parse([["a", written, 1]]) == Leaf("a", operator, 1)


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        (["a", "=", None], None),
        (["a", "!=", False], False),
        (["a", "=?", "x"], "x"),
        (["a", ">=", 1.5], 1.5),
        (["a", "<", "2026-01-01"], "2026-01-01"),
        (["a", "in", [1, None]], (1, None)),
        (["a", "not in", []], ()),
        (["a", "not =ilike", "x%"], "x%"),
        (["a", "child_of", 1], 1),
        (["a", "parent_of", [1, 2]], (1, 2)),
    ],
)
def test_operators_and_their_values(condition, value):
    assert filters.parse([condition]) == Leaf("a", condition[1], value)


@pytest.mark.parametrize(
    ("domain", "reason"),
    [
        ({"a": 1}, "must be a list"),
        ("a", "must be a list"),
        (["a", "=", 1], "must contain only conditions"),
        ([1], "must contain only conditions"),
        ([None], "must contain only conditions"),
        ([["a", "="]], "of the form [path, operator, value]"),
        ([[1, "=", 1]], "of the form [path, operator, value]"),
        ([["a", ["="], 1]], "of the form [path, operator, value]"),
        ([[LEAF_A]], "of the form [path, operator, value]"),
        (["|", LEAF_A], "two conditions after '|'"),
        (["!"], "one condition after '!'"),
        ([["a", "=~", "x"]], "unknown operator '=~'"),
        ([["a", "any", LEAF_B]], "must contain only conditions"),
        ([["a", "any", 1]], "must be a list"),
        ([["a;b", "any", []]], "paths of field names"),
        ([["a", "starts_with", None]], "takes a text"),
        ([["a", "any!", [LEAF_B]]], "unknown operator 'any!'"),
        ([["a", "inselect", "x"]], "unknown operator 'inselect'"),
        ([["a", "=", [1]]], "takes texts, numbers, true, false or null"),
        ([["a", "=", {"b": 1}]], "takes texts, numbers, true, false or null"),
        ([["a", "in", 1]], "'in' takes a list"),
        ([["a", "in", [[1]]]], "takes texts, numbers, true, false or null"),
        ([["a", "ilike", 1]], "takes a text"),
        ([["a", "like", None]], "takes a text"),
        ([["a", "<", None]], "takes a number"),
        ([["a", ">", True]], "takes a number"),
        ([["", "=", 1]], "an empty name"),
        ([["a..b", "=", 1]], "paths of field names"),
        ([["a;drop", "=", 1]], "paths of field names"),
        ([["é", "=", 1]], "paths of field names"),
    ],
)
def test_invalid_filters_are_refused(domain, reason):
    assert reason in refusal(domain)


@pytest.mark.parametrize(
    ("within", "beyond"),
    [
        ([LEAF_A] * 200, [LEAF_A] * 201),
        ([["a.b.c.d.e", "=", 1]], [["a.b.c.d.e.f", "=", 1]]),
        (
            [["a.b", "any", [["c.d.e", "=", 1]]]],
            [["a.b", "any", [["c.d.e.f", "=", 1]]]],
        ),
        (
            [["a", "any", [LEAF_B] * 199], LEAF_A],
            [["a", "any", [LEAF_B] * 200], LEAF_A],
        ),
        ([["a" * 320, "=", 1]], [["a" * 321, "=", 1]]),
        ([["a", "in", [1] * 1000]], [["a", "in", [1] * 1001]]),
        ([["a", "child_of", [1] * 100]], [["a", "child_of", [1] * 101]]),
        ([["a", "=", "x" * 4096]], [["a", "=", "x" * 4097]]),
        ([["a", "ilike", "x" * 256]], [["a", "ilike", "x" * 257]]),
        (
            ["&", LEAF_A, "|", LEAF_A] * 16 + [LEAF_A],
            ["&", LEAF_A, "|", LEAF_A] * 17 + [LEAF_A],
        ),
    ],
    ids=[
        "leaves",
        "segments",
        "any",
        "leaves of any",
        "path",
        "in",
        "child_of",
        "text",
        "pattern",
        "nesting",
    ],
)
def test_each_cap_is_exact(within, beyond):
    filters.parse(within)
    assert refusal(beyond)


def test_json_that_is_too_deep_is_refused_as_text_and_as_value():
    with pytest.raises(FilterInvalid, match="deeper than 32"):
        filters.parse_text("[" * 33 + "]" * 33)
    nested = []
    for _level in range(5000):
        nested = [nested]
    assert "deeper than 32" in refusal(nested)


def test_text_must_be_json_and_the_error_names_the_parameter():
    with pytest.raises(FilterInvalid, match="expand.child_ids.filter: is not JSON"):
        filters.parse_text("[('a', '=', 1)]", "expand.child_ids.filter")


@pytest.mark.parametrize(
    ("word", "value", "leaf"),
    [
        ("gte", 3, Leaf("a", ">=", 3)),
        ("not_in", [1], Leaf("a", "not in", (1,))),
        ("ieq", "50%", Leaf("a", "=ilike", "50\\%")),
        ("contains", "a_b", Leaf("a", "ilike", "a\\_b")),
        ("not_contains", "a", Leaf("a", "not ilike", "a")),
        ("starts_with", "A\\", Leaf("a", "=ilike", "A\\\\%")),
        ("ends_with", "z", Leaf("a", "=ilike", "%z")),
    ],
)
def test_operators_have_names(word, value, leaf):
    assert filters.parse([["a", word, value]]) == leaf


@pytest.mark.parametrize(
    ("domain", "tree"),
    [
        ([["a", "any", [LEAF_B]]], Behind("a", B)),
        ([["a", "any", []]], Behind("a", ALL)),
        ([["a", "not any", [LEAF_B]]], Not(Behind("a", B))),
        ([["a", "not_any", [LEAF_B]]], Not(Behind("a", B))),
        (["!", ["a", "not any", [LEAF_B, LEAF_C]]], Behind("a", And((B, C)))),
        ([["a.c", "any", [["b", "any", [LEAF_A]]]]], Behind("a.c", Behind("b", A))),
    ],
)
def test_any_has_a_domain_of_its_own(domain, tree):
    assert filters.parse(domain) == tree


def test_conditions_behind_a_relation_have_their_whole_path():
    tree = filters.parse([LEAF_A, ["b", "not any", [LEAF_C, ["c", "any", [LEAF_A]]]]])
    assert [leaf.path for leaf in filters.leaves(tree)] == ["a", "b.c", "b.c.a"]


@pytest.mark.parametrize(
    ("domain", "back"),
    [
        ([], [(1, "=", 1)]),
        ([["a", "=", None]], [("a", "=", False)]),
        ([["a", "in", [1, None]]], [("a", "in", [1, False])]),
        ([LEAF_A, LEAF_B, LEAF_C], ["&", "&", *map(tuple, (LEAF_A, LEAF_B, LEAF_C))]),
        (["!", "|", LEAF_A, LEAF_B], ["!", "|", tuple(LEAF_A), tuple(LEAF_B)]),
        ([["a", "any", [LEAF_B]]], [("a", "any", [tuple(LEAF_B)])]),
    ],
)
def test_trees_become_domains_for_odoo(domain, back):
    assert filters.to_domain(filters.parse(domain)) == back


def test_an_empty_or_matches_no_record():
    assert filters.to_domain(Or()) == [(0, "=", 1)]


def test_all_conditions_are_found_in_order():
    tree = filters.parse([LEAF_A, "!", "|", LEAF_B, LEAF_C])
    assert list(filters.leaves(tree)) == [A, B, C]


def test_conditions_can_be_replaced_by_trees():
    assert filters.map_leaves(Not(A), Not) == A
    assert filters.map_leaves(Or((A, B)), Not) == Or((Not(A), Not(B)))
