"""Files over real HTTP: ``requests`` sends a form, ``curl`` resumes, PDF is made."""

import hashlib
import os
import random
import shutil
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import kit
import pytest
from rest_setup import ROOT, bearer, set_up
from web_client import ask

from .conftest import NO_CRON

CONTENT = random.Random(9).randbytes(700_000)  # noqa: S311
REPORT = "rest_files.report"
SET_UP = """
expose("res.partner")
result["key"] = make_client(make_user("files"))["key"]
result["partner"] = env["res.partner"].create({{"name": "Ada"}}).id
page = '''<t t-name="{report}"><html><body><main><t t-foreach="docs" t-as="doc">
<div class="article" t-att-data-oe-model="doc._name" t-att-data-oe-id="doc.id">
<p t-out="doc.name"/></div></t></main></body></html></t>'''
env["ir.ui.view"].create(
    {{"name": "r", "type": "qweb", "key": {report!r}, "arch": page.format()}}
)
env["ir.actions.report"].create({{
    "name": "Files", "model": "res.partner", "report_name": {report!r},
    "report_type": "qweb-pdf",
}})
"""
# what Odoo starts to make PDF: it tells its version, or writes what its last argument
# names
PROGRAM = """#!{python}
import sys
if "--version" in sys.argv:
    print("wkhtmltopdf 0.12.6.1 (with patched qt)")
else:
    with open(sys.argv[-1], "wb") as output:
        output.write(b"%PDF-1.4 of a test")
"""


@pytest.fixture(scope="module")
def known(database):
    return set_up(database, SET_UP.format(report=REPORT))


@pytest.fixture
def record(server, known):
    return f"{server.url}{ROOT}/res.partner/{known['partner']}/attachments"


@pytest.fixture
def stored(record, known):
    """The document of a file that was sent in a form."""
    files = {"file": ("large.bin", CONTENT, "application/octet-stream")}
    answer = ask(record, "POST", files=files, headers=bearer(known["key"]))
    assert answer.status_code == 201, answer.text
    yield answer.json()["data"]
    location = answer.headers["Location"]
    assert ask(location, "DELETE", headers=bearer(known["key"])).status_code == 204


def curl(known, url, *options):
    command = ["curl", "-s", "-S", "-f", "--noproxy", "*", *options, url]
    authorization = f"Authorization: Bearer {known['key']}"
    subprocess.run([*command, "-H", authorization], check=True, timeout=60)


def test_requests_sends_a_form(stored):
    assert stored["size"] == len(CONTENT)
    checksum = hashlib.sha1(CONTENT, usedforsecurity=False).hexdigest()
    assert stored["checksum"] == checksum


@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
def test_curl_resumes_a_download(stored, known, tmp_path):
    target = tmp_path / "large.bin"
    curl(known, stored["url"], "--range", "0-299999", "-o", str(target))
    assert target.read_bytes() == CONTENT[:300_000]
    curl(known, stored["url"], "-C", "-", "-o", str(target))
    assert target.read_bytes() == CONTENT


@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
def test_curl_sends_a_file_with_its_name(record, known, tmp_path):
    source = tmp_path / "source"
    source.write_bytes(b"\0\1")
    name = 'Content-Disposition: attachment; filename="résumé.bin"'
    curl(known, record, "-H", name, "--data-binary", f"@{source}", "-o", os.devnull)
    (shown,) = ask(record, headers=bearer(known["key"])).json()["data"]
    assert (shown["name"], shown["size"]) == ("résumé.bin", 2)
    ask(shown["url"].removesuffix("/content"), "DELETE", headers=bearer(known["key"]))


def test_of_writers_at_once_one_replaces_the_content(stored, known):
    """All send the tag of the same content."""
    tag = ask(stored["url"], headers=bearer(known["key"])).headers["ETag"]
    headers = {**bearer(known["key"]), "If-Match": tag}

    def put(number):
        return ask(stored["url"], "PUT", data=b"%d" % number, headers=headers)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(put, range(6)))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [204, *[412] * 5]
    winner = next(n for n, answer in enumerate(answers) if answer.status_code == 204)
    content = ask(stored["url"], headers=bearer(known["key"])).content
    assert content == b"%d" % winner


# --- reports -------------------------------------------------------------------------


@pytest.fixture
def server_with(database, tmp_path, monkeypatch):
    """``server_with(program)``: a server that finds this wkhtmltopdf, or none."""
    running = []

    def start(program):
        folder = tmp_path / "bin"
        folder.mkdir()
        if program:
            path = folder / "wkhtmltopdf"
            path.write_text(program)
            path.chmod(path.stat().st_mode | stat.S_IXUSR)
        others = os.environ["PATH"].split(os.pathsep)
        kept = [f for f in others if not os.path.exists(f"{f}/wkhtmltopdf")]
        monkeypatch.setenv("PATH", os.pathsep.join([str(folder), *kept]))
        running.append(kit.Server(database, extra=[NO_CRON]).start())
        return running[-1]

    yield start
    for each in running:
        each.stop()


def report(server, known, short):
    path = f"{ROOT}/reports/{REPORT}/{known['partner']}?format={short}"
    return ask(f"{server.url}{path}", headers=bearer(known["key"]))


def formats(server, known):
    listed = ask(f"{server.url}{ROOT}/reports", headers=bearer(known["key"])).json()
    by_name = {each["name"]: each["formats"] for each in listed["data"]}
    return by_name[REPORT]


def test_a_report_is_pdf_where_the_program_is_installed(server_with, known):
    running = server_with(PROGRAM.format(python=sys.executable))
    answer = report(running, known, "pdf")
    assert answer.content == b"%PDF-1.4 of a test", answer.text
    assert answer.headers["Content-Type"] == "application/pdf"
    name = "attachment; filename*=UTF-8''Files.pdf"
    assert answer.headers["Content-Disposition"] == name
    assert formats(running, known) == ["pdf", "html", "text"]


def test_without_the_program_a_report_is_html_and_text(server_with, known):
    running = server_with(None)
    answer = report(running, known, "pdf")
    assert (answer.status_code, answer.json()["code"]) == (501, "server.renderer")
    assert "<p>Ada</p>" in report(running, known, "html").text
    assert report(running, known, "text").text.strip() == "Ada"
    assert formats(running, known) == ["html", "text"]
