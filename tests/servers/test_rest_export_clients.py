"""Exports in the hands of programs that read them."""

import io
import subprocess

import pandas
import pytest
from rest_setup import ROOT, bearer, set_up
from web_client import ask

SET_UP = """
for model in ("res.partner", "res.partner.category", "res.country"):
    expose(model)
user = make_user("analyst")
result = make_client(user)
tags = env["res.partner.category"].create([{"name": "Gold"}, {"name": "Silver"}])
belgium = env.ref("base.be")
env["res.partner"].create([
    {"name": "Zoé, \\"Zed\\"", "ref": "pandas", "city": "Line one\\nline two",
     "country_id": belgium.id, "category_id": tags.ids, "color": -3,
     "partner_latitude": 51.5, "is_company": True},
    {"name": "=1+1", "ref": "pandas", "color": 4},
])
result["tags"] = tags.ids
result["belgium"] = belgium.id
"""
FIELDS = (
    "name,city,country_id,category_id,color,partner_latitude,is_company,create_date"
)
PARAMETERS = {"filter[ref]": "pandas", "sort": "id", "fields": FIELDS}


@pytest.fixture(scope="module")
def known(database):
    return set_up(database, SET_UP)


@pytest.fixture(scope="module")
def export(server, known):
    def send(**params):
        url = f"{server.url}{ROOT}/res.partner/export"
        params = {**PARAMETERS, **params}
        response = ask(url, headers=bearer(known["key"]), params=params)
        assert response.status_code == 200, response.text
        return io.BytesIO(response.content)

    return send


@pytest.mark.parametrize("bom", ["false", "true"])
def test_pandas_reads_csv(export, known, bom):
    options = {"parse_dates": ["create_date"], "encoding": "utf-8-sig"}
    content = export(format="csv", formulas="keep", bom=bom)
    frame = pandas.read_csv(content, **options)
    assert list(frame["name"]) == ['Zoé, "Zed"', "=1+1"]
    assert frame["city"][0] == "Line one\nline two"
    assert frame["city"].isna().tolist() == [False, True]
    assert frame["country_id.id"][0] == known["belgium"]
    assert frame["country_id.display_name"][0] == "Belgium"
    assert set(pandas.read_json(io.StringIO(frame["category_id"][0]))[0]) == set(
        known["tags"]
    )
    assert frame["color"].tolist() == [-3, 4]
    assert frame["partner_latitude"].sum() == 51.5
    assert frame["is_company"].tolist() == [True, False]
    assert frame["create_date"].dt.year.min() >= 2024


def test_pandas_reads_ndjson(export, known):
    frame = pandas.read_json(export(), lines=True)
    assert list(frame["name"]) == ['Zoé, "Zed"', "=1+1"]
    assert frame["country_id"][0] == {"id": known["belgium"], "display_name": "Belgium"}
    assert frame["country_id"][1] is None
    assert set(frame["category_id"][0]) == set(known["tags"])
    assert frame["is_company"].tolist() == [True, False]
    assert frame["color"].sum() == 1


def test_pandas_reads_columns_of_expanded_records(export):
    frame = pandas.read_csv(export(format="csv", fields="name,country_id.code"))
    assert list(frame.columns) == ["id", "name", "country_id.id", "country_id.code"]
    assert frame["country_id.code"][0] == "BE"


def test_curl_saves_the_file_by_its_name(server, known, tmp_path):
    url = f"{server.url}{ROOT}/res.partner/export?format=csv&filter[ref]=pandas"
    authorization = f"Authorization: Bearer {known['key']}"
    command = ["curl", "-sfgOJ", "--noproxy", "*", "-H", authorization, url]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=60)
    (saved,) = tmp_path.iterdir()
    assert saved.read_bytes().startswith(b"id,")
