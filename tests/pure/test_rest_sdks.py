"""The clients that the API serves: names, texts and types in four languages."""

import ast
import json
import re

import pytest

from rest_api_core.documents.model import Api, Choice, Field, Method, Resource
from rest_api_core.documents.sdk import dart, javascript, php, python, quoting, shapes
from rest_api_core.documents.sdk.files import FILES
from rest_api_core.documents.sdk.names import Names, camel, pascal, snake

HOSTILE = (
    'A "x" \' */ ?> <?php </script> <!-- ${x} $x {$x} \\ ` \n\r\u202e\u2028 \x00 é 😀'
    " \"\"\" ''' // /* #{y} @param @@TITLE@@ %s {0}"
)
URL = "https://example.com/api/v1"
NAME = Field("name", "char", "Name", writable=True, needed=True, required=True)
FIELDS = (
    Field("id", "integer", "ID"),
    NAME,
    Field("class", "char", HOSTILE, writable=True),
    Field("odd'n\"a*/me\n$", "char", HOSTILE, writable=True),
    Field(
        "state",
        "selection",
        "State",
        choices=(Choice("a", "A"), Choice(HOSTILE, "B")),
        writable=True,
    ),
    Field(
        "tz", "selection", "Zone", choices=tuple(Choice(f"{n}", "") for n in range(99))
    ),
    Field("any_state", "selection", "Any", writable=True),
    Field("country_id", "many2one", "Country", relation="res.country", writable=True),
    Field("user_id", "many2one", "User", relation="res.users", writable=True),
    Field("child_ids", "one2many", "Children", relation="res.partner", writable=True),
    Field("tag_ids", "many2many", "Tags", relation="x.tag", writable=True),
    Field("amount", "monetary", "Amount", writable=True),
    Field("is_ok", "boolean", "OK", required=True, writable=True),
    Field("res_id", "many2one_reference", "Record", writable=True),
    Field("origin", "reference", "Origin", writable=True),
    Field("image", "binary", "Image", writable=True),
    Field("properties", "properties", "Properties", writable=True),
    Field("salary", "float", "Salary", mask="hash"),
    Field("hash_code", "char", "Hash", writable=True),
)
PARTNER = Resource(
    "res.partner",
    HOSTILE,
    fields={each.name: each for each in FIELDS},
    methods=(Method("address_get"), Method("other")),
)
COUNTRY = Resource("res.country", "Country", fields={"name": NAME})


def api(*resources, title="REST API", url=URL):
    return Api(title, url, "/api/v1", resources=resources)


HOSTILE_API = api(
    *(PARTNER, COUNTRY, Resource("batch", "B"), Resource("a.values", "V")),
    *(Resource("a", "A"), Resource("res.part_ner", "P"), Resource("7'*/\n", "S")),
    title=HOSTILE,
    url=f"{URL}'\"$x\\",
)


def flat(text):
    return " ".join(text.split())


# --- texts ----------------------------------------------------------------------------


def test_a_comment_is_one_line_that_ends_no_comment():
    text = quoting.comment(HOSTILE)
    for end in (
        "*/",
        "/*",
        "?>",
        "<?",
        "</",
        "<!",
        "\n",
        "\r",
        "\u2028",
        "\u202e",
        "\0",
    ):
        assert end not in text
    assert "@param" not in text and "é" in text


def test_a_long_comment_is_shortened():
    assert quoting.comment("x" * 500) == "x" * quoting.LONGEST + "…"


def test_literals_of_python_and_javascript_are_what_they_were():
    assert ast.literal_eval(quoting.python(HOSTILE)) == HOSTILE
    literal = quoting.javascript(HOSTILE)
    assert json.loads(literal) == HOSTILE
    assert "</" not in literal and literal.isascii()


@pytest.mark.parametrize("quote", [quoting.php, quoting.dart])
def test_literals_of_php_and_dart_have_escapes(quote):
    literal = quote(HOSTILE)
    inner = literal[1:-1]
    assert literal.isascii() and not set("\n\"'$") & set(inner)
    back = re.sub(r"\\u\{([0-9a-f]+)\}", lambda m: chr(int(m[1], 16)), inner)
    assert back == HOSTILE


def test_plain_literals_are_short():
    assert quoting.php("res.partner") == "'res.partner'"
    assert quoting.dart("res.partner") == "'res.partner'"


# --- names ----------------------------------------------------------------------------


def test_names_of_models():
    assert snake("res.partner") == "res_partner"
    assert pascal("account.move.line") == "AccountMoveLine"
    assert camel("res.partner") == "resPartner"


def test_names_that_are_no_identifiers():
    assert snake("7.x") == "of_7_x"
    assert camel("'*/") == "unnamed"


def test_each_name_is_given_once_whatever_its_case():
    names = Names("class Client:")
    assert names.take("client") == "client2"
    assert names.take("Client") == "Client3"
    assert names.take("return") == "return2"
    assert [names.take("resPartner"), names.take("resPartNer")] == [
        "resPartner",
        "resPartNer2",
    ]


def test_types_of_values_do_not_meet_those_of_other_models():
    found = shapes.named(HOSTILE_API, python.STYLE, "")
    names = [name for each in found.values() for name in (each.type, each.values)]
    assert len({name.lower() for name in names}) == 2 * len(HOSTILE_API.resources)


# --- files ----------------------------------------------------------------------------


@pytest.mark.parametrize("language", FILES)
def test_a_file_has_the_address_of_the_api(language):
    text = FILES[language].render(api(COUNTRY), None)
    assert "@@" not in text
    assert URL in text and "res.country" in text


@pytest.mark.parametrize("language", FILES)
def test_a_file_without_resources(language):
    file = FILES[language]
    assert file.name in ("OdooRest.php",) or file.name.startswith("odoo")
    assert "Client" in file.render(api(), None)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("python", "DATABASE: str | None = 'it\\'s'"),
        ("javascript", 'DATABASE = "it\'s"'),
        ("php", 'DATABASE = "it\\u{27}s"'),
        ("flutter", "database = 'it\\u{27}s'"),
    ],
)
def test_the_database_where_requests_must_name_it(language, line):
    render = FILES[language].render
    assert line.replace("'it\\'s'", repr("it's")) in render(api(), "it's")
    assert "it's" not in render(api(), None)


@pytest.mark.parametrize("language", FILES)
def test_no_text_of_odoo_adds_a_line(language):
    """Neither to the code nor to the comments: with other texts it has as many."""
    file = FILES[language]
    plain = Resource(
        "res.partner", "Contact", fields=PARTNER.fields, methods=PARTNER.methods
    )
    others = HOSTILE_API.resources[1:]
    number = len(file.render(api(plain, *others), None).splitlines())
    assert len(file.render(HOSTILE_API, HOSTILE).splitlines()) == number


def test_python_is_python():
    tree = ast.parse(python.render(HOSTILE_API, HOSTILE))
    names = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    assert {"Client", "AsyncClient", "Resource", "ApiError"} <= names
    (client,) = [n for n in tree.body if getattr(n, "name", "") == "Client"]
    accessors = [n.name for n in client.body if isinstance(n, ast.FunctionDef)]
    assert accessors[:2] == ["res_partner", "res_country"]
    assert len(set(accessors)) == len(HOSTILE_API.resources)


def test_types_in_python():
    text = python.render(api(PARTNER, COUNTRY))
    assert "'name': 'str | None',  # Name, required" in text
    assert "'country_id': 'ResCountry | None'" in text
    assert "'user_id': 'Reference | None'" in text
    assert "'child_ids': 'list[int] | list[ResPartner]'" in text
    assert "'tag_ids': 'list[int]'" in text
    assert "'tz': 'str | None'" in text
    assert "'salary': 'str | None'" in text
    assert "'any_state': 'str | None'" in text
    assert "\"Literal['a', " in text or "Literal[\\'a\\'" in text
    written = text.partition("ResPartnerValues = ")[2].partition("ResCountry =")[0]
    assert "'name': 'str',  # Name, required" in written
    assert "'properties': 'Any'" in written
    assert "'id'" not in written and "'salary'" not in written


def test_types_in_typescript():
    text = flat(javascript.render_types(api(PARTNER, COUNTRY)))
    assert "/** Name, required */ name?: string | null;" in text
    assert "country_id?: ResCountry | null;" in text
    assert "user_id?: Reference | null;" in text
    assert "child_ids?: number[] | ResPartner[];" in text
    assert "tag_ids?: number[];" in text
    assert 'state?: "a" | ' in text
    assert "/** Name, required */ name?: string; }" in text
    assert "properties?: any;" in text
    assert '"odd\'n\\"a*/me\\n$"?: string | null;' in text
    assert "readonly resPartner: Resource<ResPartner, ResPartnerValues>;" in text


def test_types_in_php():
    text = php.render(api(PARTNER, COUNTRY))
    assert "array{id?: int, name?: ?string, class?: ?string, state?: ?string," in text
    assert "country_id?: int|array<string, mixed>|null" in text
    assert "public function resPartner(): Resource" in text
    empty = php.render(api(Resource("res.bank", "Bank")))
    assert "Resource<array<string, mixed>, array<string, mixed>>" in empty


def test_types_in_dart():
    text = flat(dart.render(api(PARTNER, COUNTRY)))
    assert "String? get name => json['name'] as String?;" in text
    assert "ResCountry? get countryId => json['country_id'] == null ? null :" in text
    assert "Reference? get userId => Reference.of(json['user_id']);" in text
    assert "double? get amount => (json['amount'] as num?)?.toDouble();" in text
    assert "set name(String? value) => json['name'] = value;" in text
    assert "get class2 => json['class']" in text
    assert "get hashCode2 => json['hash_code']" in text


def test_methods_are_named():
    assert "methods for call: address_get, other" in javascript.render(api(PARTNER))
