"""The linters work with package registries only, and always in the same versions."""

import re

import pytest
import repository

PINNED = {"python": r"[\w.-]+==[\w.]+", "node": r"(@[\w-]+/)?[\w-]+@\d+\.\d+\.\d+"}


@pytest.fixture(params=repository.hooks(), ids=lambda hook: hook["id"])
def hook(request):
    return request.param


def test_hook_is_cloned_from_nowhere(hook):
    assert hook["repo"] == "local"


def test_hook_pins_its_tools(hook):
    pattern = PINNED.get(hook["language"])
    tools = hook.get("additional_dependencies", [])
    assert not pattern or tools
    assert [tool for tool in tools if not re.fullmatch(pattern, tool)] == []
