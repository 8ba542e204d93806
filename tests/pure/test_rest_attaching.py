"""Files to attach: names, types, and the JSON form."""

import base64

import pytest

from rest_api_core.body import attaching
from rest_api_core.wire.problem import BodyMalformed, BodyProblem
from rest_api_core.wire.uploads import Upload, Uploads

HELLO = base64.b64encode(b"hello").decode()


def guess(content):
    return "text/html" if content.startswith(b"<") else "application/octet-stream"


def files_of(*files, **more):
    return attaching.files_of(Uploads(files, **more), guess)


def errors_of(document):
    with pytest.raises(BodyProblem) as caught:
        files_of(document=document)
    return {(error.pointer, error.code) for error in caught.value.errors}


@pytest.mark.parametrize(
    ("sent", "clean"),
    [
        ("a.pdf", "a.pdf"),
        (" résumé 1.pdf ", "résumé 1.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.txt", "a.txt"),
        ("a\r\nSet-Cookie: x=1\0.txt", "aSet-Cookie: x=1.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("\ud800.txt", ".txt"),
        (".htaccess", ".htaccess"),
        ("..", ""),
        ("a/", ""),
        (" . ", ""),
        ("", ""),
    ],
)
def test_a_name_is_that_of_a_file_and_nothing_else(sent, clean):
    assert attaching.clean_name(sent) == clean


@pytest.mark.parametrize(
    ("sent", "suffix"),
    [("é" * 300 + ".pdf", ".pdf"), ("x" * 300, "x"), ("a." + "x" * 300, "x")],
)
def test_a_long_name_is_cut_before_its_suffix(sent, suffix):
    name = attaching.clean_name(sent)
    assert 250 <= len(name.encode()) <= attaching.MAX_NAME
    assert name.endswith(suffix)


@pytest.mark.parametrize(
    ("said", "guessed", "name", "stored"),
    [
        ("application/pdf", "application/octet-stream", "a", "application/pdf"),
        ("application/pdf", "image/png", "a", "image/png"),
        ("", "text/plain", "a.csv", "text/csv"),
        ("application/octet-stream", "text/plain", "a.csv", "text/csv"),
        ("", "text/plain", "a", "text/plain"),
        ("", "application/octet-stream", "a", "application/octet-stream"),
        ("a b", "application/octet-stream", "a", "application/octet-stream"),
        ("a/b\r\nX: y", "application/octet-stream", "a", "application/octet-stream"),
        ("text/html", "application/octet-stream", "a", "text/plain"),
        ("image/png", "text/html", "a.png", "text/plain"),
        ("", "image/svg+xml", "a.png", "text/plain"),
        ("", "text/plain", "a.html", "text/plain"),
        ("", "text/plain", "a.js", "text/plain"),
        ("application/xhtml+xml", "text/plain", "a", "text/plain"),
        (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/zip",
            "a.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
    ],
)
def test_no_type_is_stored_that_browsers_run(said, guessed, name, stored):
    assert attaching.safe_type(said, guessed, name) == stored


@pytest.mark.parametrize(
    ("stored", "sent"),
    [("Text/CSV", "text/csv"), ("a/b\r\nX: y", "application/octet-stream")],
)
def test_a_stored_type_is_sent_if_it_is_one(stored, sent):
    assert attaching.sent_type(stored) == sent


def test_files_get_clean_names_and_types():
    sent = Upload(b"<p>", "../a.png", "image/png"), Upload(b"x", "b.csv")
    assert files_of(*sent) == [
        Upload(b"<p>", "a.png", "text/plain"),
        Upload(b"x", "b.csv", "text/csv"),
    ]


def test_a_json_object_is_one_file():
    document = {"name": "a.csv", "datas": HELLO, "mimetype": None}
    assert files_of(document=document) == [Upload(b"hello", "a.csv", "text/csv")]
    document = {"name": "a", "datas": f"data:image/png;base64,{HELLO}"}
    assert files_of(document=document) == [Upload(b"hello", "a", "image/png")]
    document["mimetype"] = "Image/GIF"
    assert files_of(document=document) == [Upload(b"hello", "a", "image/gif")]


def test_all_errors_of_an_object_are_told_at_once():
    assert errors_of({"public": True, "url": "x", "name": 1, "datas": "?"}) == {
        ("#/public", "body.field"),
        ("#/url", "body.field"),
        ("#/name", "body.value"),
        ("#/datas", "body.value"),
    }
    assert errors_of({}) == {("#/name", "body.required"), ("#/datas", "body.required")}
    assert errors_of({"name": "", "datas": HELLO}) == {("#/name", "body.required")}
    assert errors_of({"name": "a", "datas": ""}) == {("#/datas", "body.value")}


def test_other_parts_of_a_form_are_refused_like_unknown_fields():
    with pytest.raises(BodyProblem) as caught:
        files_of(Upload(b"x", "a"), fields=("public", "res_id"))
    assert caught.value.code == "body.field"
    assert [each.pointer for each in caught.value.errors] == ["#/public", "#/res_id"]
    (first, _second) = caught.value.errors
    assert first.detail == "Field 'public' does not exist or cannot be written."


@pytest.mark.parametrize("more", [{}, {"document": []}, {"document": "x"}])
def test_a_body_without_a_file_is_malformed(more):
    with pytest.raises(BodyMalformed):
        files_of(**more)


@pytest.mark.parametrize("file", [Upload(b"", "a"), Upload(b"x"), Upload(b"x", "..")])
def test_a_file_has_a_name_and_content(file):
    with pytest.raises(BodyProblem):
        files_of(file)


def test_a_replacement_keeps_the_name():
    sent = Upload(b"<p>", "other.png", "image/png")
    kept = attaching.content_of(sent, "a.png", guess)
    assert kept == Upload(b"<p>", "a.png", "text/plain")
