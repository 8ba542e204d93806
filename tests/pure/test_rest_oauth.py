"""OAuth2: forms, client credentials, scopes, metadata."""

import base64
from dataclasses import replace

import pytest

from rest_api_core.access import configuration
from rest_api_core.wire import oauth, oauth_flow, oauth_metadata
from rest_api_core.wire.oauth_problems import (
    AccessDenied,
    InvalidRequest,
    InvalidScope,
    OAuthProblem,
)
from rest_api_core.wire.problem import CredentialsInvalid

FORM = oauth.FORM
ISSUER = "https://erp.example.com/api/v1"


def basic(text, scheme="Basic"):
    return f"{scheme} {base64.b64encode(text.encode()).decode()}"


# --- forms ------------------------------------------------------------------------


def test_a_form_is_read():
    sent = oauth.form(b"a=b+c&d=%C3%A9&e=", f"{FORM}; charset=UTF-8")
    assert sent == {"a": "b c", "d": "é"}


def test_no_body_needs_no_type():
    assert oauth.form(b"", "") == {}


@pytest.mark.parametrize(
    "content, content_type",
    [
        (b"a=1&a=2", FORM),
        (b"a=1&a=1", FORM),
        (b"a=%00", FORM),
        (b"a=%ff", FORM),
        (b"\xff=1", FORM),
        (b"&".join(b"a%d=1" % n for n in range(oauth.MAX_PARAMETERS + 1)), FORM),
        (b'{"a": 1}', "application/json"),
        (b"a=1", ""),
    ],
)
def test_what_is_no_form_is_an_error(content, content_type):
    with pytest.raises(InvalidRequest):
        oauth.form(content, content_type)


def test_a_parameter_can_be_required():
    assert oauth.required({"a": "1"}, "a") == "1"
    with pytest.raises(InvalidRequest, match="'b' is required"):
        oauth.required({"a": "1"}, "b")


def test_a_description_has_no_other_characters():
    assert oauth.described('a "b" \\ é\n') == "a 'b' ' ''"


# --- clients ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "header, sent, found",
    [
        (basic("rc_1:ros"), {}, ("rc_1", "ros")),
        (basic("rc_1:ros", "basic"), {"client_id": "rc_1"}, ("rc_1", "ros")),
        (basic("a%3Ab+c:d%25%3A"), {}, ("a:b c", "d%:")),
        (basic("rc_1:"), {}, ("rc_1", "")),
        ("", {"client_id": "rc_1", "client_secret": "ros"}, ("rc_1", "ros")),
        ("", {"client_id": "rc_1"}, ("rc_1", None)),
        ("", {}, ("", None)),
    ],
)
def test_a_client_is_named_once(header, sent, found):
    client = oauth.client_credentials(header, sent)
    assert (client.client_id, client.secret) == found
    assert "ros" not in repr(client)


@pytest.mark.parametrize(
    "sent", [{"client_secret": "ros"}, {"client_id": "rc_2"}, {"client_secret": "x"}]
)
def test_two_ways_at_once_are_an_error(sent):
    with pytest.raises(InvalidRequest):
        oauth.client_credentials(basic("rc_1:ros"), sent)


@pytest.mark.parametrize(
    "header",
    ["Bearer rat_1", "Basic", "Basic §", basic("rc_1"), basic(":x"), basic("a:%ff")],
)
def test_another_header_is_no_client(header):
    with pytest.raises(CredentialsInvalid):
        oauth.client_credentials(header, {})


# --- scopes -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "requested, read_only, scope",
    [
        ("", False, "read write"),
        ("", True, "read"),
        ("read", False, "read"),
        ("write", False, "read write"),
        ("write read", False, "read write"),
        ("read", True, "read"),
    ],
)
def test_a_scope_narrows(requested, read_only, scope):
    assert oauth.granted_scope(requested, read_only) == scope


@pytest.mark.parametrize("requested, read_only", [("admin", False), ("write", True)])
def test_no_more_than_the_client_has_is_granted(requested, read_only):
    with pytest.raises(InvalidScope):
        oauth.granted_scope(requested, read_only)


@pytest.mark.parametrize(
    "scope, read_only",
    [("", False), ("read", True), ("read write", False), ("rewrite", True)],
)
def test_a_token_without_write_only_reads(scope, read_only):
    assert oauth.is_read_only(scope) is read_only


# --- metadata ---------------------------------------------------------------------


def test_an_issuer_is_a_secure_url_of_the_api():
    oauth_metadata.check_issuer(ISSUER, "/api/v1")
    oauth_metadata.check_issuer("http://localhost:8069/api/v1", "/api/v1")


@pytest.mark.parametrize(
    "issuer",
    [
        "http://erp.example.com/api/v1",
        "https://erp.example.com",
        "https://erp.example.com/api/v1/",
        "https://erp.example.com/api/v1?a=1",
        "https://erp.example.com/api/v1#a",
        "https://user@erp.example.com/api/v1",
        "https:///api/v1",
        "https://[/api/v1",
        "erp.example.com/api/v1",
    ],
)
def test_other_issuers_are_errors(issuer):
    with pytest.raises(ValueError):
        oauth_metadata.check_issuer(issuer, "/api/v1")


@pytest.mark.parametrize(
    "value, known",
    [("", True), (ISSUER, True), (f"{ISSUER}/", True), (f"{ISSUER}2", False)],
)
def test_a_resource_is_the_api(value, known):
    assert oauth_metadata.is_resource(value, ISSUER) is known


def test_the_url_of_metadata_has_the_path_behind():
    url = oauth_metadata.resource_metadata_url(ISSUER, "/api/v1")
    well_known = "https://erp.example.com/.well-known"
    assert url == f"{well_known}/oauth-protected-resource/api/v1"


def test_an_api_without_oauth_has_no_metadata():
    api = configuration.Api(1, "API", "/api/v1", issuer=ISSUER)
    assert api.resource_metadata == ""
    api = replace(api, auth_oauth=True)
    assert api.resource_metadata.endswith("/oauth-protected-resource/api/v1")


def test_metadata_name_the_endpoints():
    server = oauth_metadata.server(ISSUER, ["client_credentials"])
    assert server["issuer"] == ISSUER
    assert server["token_endpoint"] == f"{ISSUER}/oauth/token"
    assert server["grant_types_supported"] == ["client_credentials"]
    resource = oauth_metadata.resource(ISSUER, "API")
    assert resource["resource"] == resource["authorization_servers"][0] == ISSUER


# --- the authorization code flow --------------------------------------------------

# of RFC 7636, appendix B
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
BACK = "https://app.example.com/back"
SENT = {
    "response_type": "code",
    "client_id": "rc_1",
    "redirect_uri": BACK,
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


def test_a_verifier_proves_its_challenge():
    assert oauth_flow.proves(VERIFIER, CHALLENGE)


@pytest.mark.parametrize("verifier", ["", "a" * 42, "a" * 129, "é" * 43, "a" * 43])
def test_no_other_verifier_does(verifier):
    assert not oauth_flow.proves(verifier, CHALLENGE)


def test_uris_are_one_a_line():
    text = "https://a.example/b?c=1\n\n http://localhost:8080/x \ncom.example.app:/back"
    assert oauth_flow.redirect_uris(text) == tuple(text.replace(" ", "").split())
    assert oauth_flow.redirect_uris("http://[::1]:80/") == ("http://[::1]:80/",)


@pytest.mark.parametrize(
    "uri",
    [
        "/back",
        "app.example.com/back",
        "https://app.example.com/#a",
        "https:///back",
        "http://app.example.com/back",
        "https://[a/",
        "javascript:alert(1)",
        "JavaScript://a/%0aalert(1)",
        "data:text/html,a",
        "https://a.example/b c",
        "https://a.example/\x00",
        'https://a.example/"',
    ],
)
def test_a_uri_that_is_not_safe_is_named(uri):
    with pytest.raises(ValueError):
        oauth_flow.redirect_uris(uri)


def test_a_request_is_read():
    sent = {**SENT, "scope": "read", "state": "s", "resource": ISSUER}
    asked = oauth_flow.requested(sent, ISSUER, False)
    assert asked == oauth_flow.Requested(BACK, "read", "s", CHALLENGE)


@pytest.mark.parametrize(
    "changed, error",
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"scope": "admin"}, "invalid_scope"),
        ({"resource": "https://other.example"}, "invalid_target"),
    ],
)
def test_what_is_wrong_is_told_to_the_client(changed, error):
    sent = {name: value for name, value in {**SENT, **changed}.items() if value}
    with pytest.raises(OAuthProblem) as caught:
        oauth_flow.requested(sent, ISSUER, False)
    assert caught.value.error == error


def test_the_client_is_told_by_a_redirect():
    told = oauth_flow.with_code({**SENT, "state": "a b"}, ISSUER, "c").url
    assert told.startswith(f"{BACK}?code=c&state=a+b&iss=https%3A%2F%2Ferp")
    sent = {"redirect_uri": f"{BACK}?a=1"}
    told = oauth_flow.with_error(sent, ISSUER, AccessDenied()).url
    assert told.startswith(f"{BACK}?a=1&error=access_denied&error_description=The+user")


@pytest.mark.parametrize(
    "uri, source, target",
    [
        (BACK, "https://app.example.com", "app.example.com"),
        ("http://localhost:80/x", "http://localhost:80", "localhost:80"),
        ("com.example:/back", "com.example:", "com.example:"),
    ],
)
def test_a_page_says_where_it_leads(uri, source, target):
    assert oauth_flow.source(uri) == source
    page = oauth_flow.Consent("", "", "", "", True, (), 0, {"redirect_uri": uri})
    assert page.target == target


@pytest.mark.parametrize(
    "requested, scope, narrowed",
    [
        ("", "read", "read"),
        ("", "read write", "read write"),
        ("read", "read write", "read"),
    ],
)
def test_a_refresh_can_narrow_the_scope(requested, scope, narrowed):
    assert oauth.narrowed_scope(requested, scope) == narrowed


def test_a_refresh_does_not_widen_the_scope():
    with pytest.raises(InvalidScope):
        oauth.narrowed_scope("write", "read")
