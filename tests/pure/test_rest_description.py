"""The description of an API that all documents are made of."""

from rest_api_core.documents.model import Api, Field, Resource, Route, pairs

NAME = Field("name", "char", "Name", writable=True, uses=frozenset(("filter",)))
IMAGE = Field("image", "binary", "Image", readable=False, writable=True)
CITY = Field("city", "char", "City", uses=frozenset(("filter", "sort")))
PARTNER = Resource(
    "res.partner",
    "Contact",
    operations=frozenset(("list", "create")),
    fields={each.name: each for each in (NAME, IMAGE, CITY)},
)
COUNTRY = Resource("res.country", "Country", operations=frozenset(("list",)))
LIST = Route("GET", "/api/v1/<model>", "list", "<model>", "rest.dialect.v1")
CREATE = Route("POST", "/api/v1/<model>", "create", "<model>", "rest.dialect.v1")
JOBS = Route("GET", "/api/v1/jobs", "jobs", "jobs", "rest.dialect.v1")
API = Api(
    "REST API v1",
    "https://example.com/api/v1",
    "/api/v1",
    routes=(LIST, CREATE, JOBS),
    resources=(PARTNER, COUNTRY),
)


def test_fields_by_what_a_caller_may_do_with_them():
    assert PARTNER.readable() == [NAME, CITY]
    assert PARTNER.writable() == [NAME, IMAGE]
    assert PARTNER.usable("filter") == [NAME, CITY]
    assert PARTNER.usable("sort") == [CITY]


def test_the_host_comes_before_all_paths():
    assert API.host == "https://example.com"


def test_a_resource_is_found_by_its_model():
    assert API.resource("res.country") is COUNTRY
    assert API.resource("res.users") is None
    assert API.resource(None) is None


def test_a_route_comes_with_each_resource_that_has_its_operation():
    assert list(pairs(API)) == [
        (LIST, PARTNER),
        (LIST, COUNTRY),
        (CREATE, PARTNER),
        (JOBS, None),
    ]
