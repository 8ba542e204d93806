import gc

import pytest

from rest_api_core.orm import garbage


@pytest.fixture(autouse=True)
def enabled():
    gc.enable()
    yield
    gc.enable()


def test_it_is_put_off_and_comes_back():
    with garbage.kept():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_comes_back_after_a_failure():
    with pytest.raises(ValueError, match="row"), garbage.kept():
        raise ValueError("row")
    assert gc.isenabled()


def test_who_begins_first_ends_it():
    with garbage.kept():
        with garbage.kept():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
