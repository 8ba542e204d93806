import pytest

from rest_api_core.access.secret_fields import is_secret


@pytest.mark.parametrize(
    "name",
    "access_token token signup_token google_calendar_rtoken invite_token secret"
    " webhook_secret totp_secret password new_password visibility_password passwd"
    " credential credentials pin api_key apikey smtp_ssl_private_key appkey"
    " attendance_kiosk_key signup_url invitation_url l10n_xx_edi_signature_key".split(),
)
def test_values_that_are_rights_are_secret(name):
    assert is_secret({"some.model"}, name, "char")


@pytest.mark.parametrize(
    "name",
    "name token_validity token_count term_key key google_analytics_key public_key"
    " avatar_cache_key pinned opinion uuid link access_url website_url secretary"
    " password_display monkey".split(),
)
def test_other_values_are_not(name):
    assert not is_secret({"some.model"}, name, "char")


def test_only_texts_and_files_are_secret():
    assert is_secret({"a"}, "access_token", "text")
    assert is_secret({"a"}, "private_key", "binary")
    assert not is_secret({"a"}, "access_token", "many2one")
    assert not is_secret({"a"}, "pin", "boolean")


def test_so_is_json_that_code_keeps_for_itself():
    assert is_secret({"account.move"}, "sending_data", "json")
    assert not is_secret({"account.move"}, "sending_data", "char")
    assert not is_secret({"account.move"}, "analytic_distribution", "json")


def test_some_names_are_secret_in_one_model_and_what_inherits_from_it():
    assert is_secret({"discuss.channel"}, "uuid", "char")
    assert is_secret({"my.link", "payment.link.wizard"}, "link", "char")
    assert not is_secret({"pos.order"}, "uuid", "char")
