"""``access.context_keys``."""

import pytest

from rest_api_core.access.context_keys import ContextKey, model_of, parse


def test_keys_are_listed_with_blanks_or_commas():
    assert parse("active_ids, mode\nids:res.partner") == (
        ContextKey("active_ids"),
        ContextKey("mode"),
        ContextKey("ids", "res.partner"),
    )
    assert parse("") == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a-b", "is not a key"),
        ("a:", "is not a key"),
        ("uid", "the API sets it"),
        ("bin_size_image", "the API sets it"),
        ("default_name", "requests send “name” itself"),
    ],
)
def test_some_keys_cannot_be_listed(text, words):
    with pytest.raises(ValueError, match=words):
        parse(text)


@pytest.mark.parametrize(
    ("key", "values", "model"),
    [
        (ContextKey("mode"), {}, None),
        (ContextKey("ids", "res.partner"), {}, "res.partner"),
        (ContextKey("active_id"), {"active_model": "res.partner"}, "res.partner"),
        (ContextKey("active_id"), {"active_model": 3}, ""),
        (ContextKey("active_ids"), {}, ""),
        (ContextKey("active_ids", "res.users"), {}, "res.users"),
    ],
)
def test_a_key_may_hold_ids_of_a_model(key, values, model):
    assert model_of(key, values) == model
