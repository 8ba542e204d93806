"""``POST <model>/import``: jobs that create or change records from a file."""

import json

from psycopg2.errors import SerializationFailure

from odoo.tests import tagged

from ..engine import import_parts, import_runs, job_runner
from . import jobs
from .common import RestCase

P = "res.partner"
CSV, NDJSON = "text/csv", "application/x-ndjson"
# PostgreSQL would have to compress it to 2704 bytes
TOO_LONG = "".join(f"{n:x}" for n in range(100_000))


class ImportCase(RestCase):
    """``outcome(content)`` imports a file, and gives what its three files say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.belgium = cls.env.ref("base.be")

    def send(self, content="", media_type=NDJSON, path=f"{P}/import", **params):
        headers = {"Content-Type": media_type}
        data = content if isinstance(content, bytes) else content.encode()
        return self.rest.post(path, data=data, headers=headers, params=params)

    def path(self, response):
        self.assertEqual(response.status_code, 202, response.text)
        return response.headers["Content-Location"].partition(f"{self.root}/")[2]

    def outcome(self, content, media_type=NDJSON, **params):
        return self.ended(self.path(self.send(content, media_type, **params)))

    def ended(self, path):
        """``{name of a file: its lines}``, those of JSON parsed."""
        jobs.perform(self.env)
        response = self.rest.get(path)
        self.assertEqual(response.status_code, 200, response.text)
        self.manifest = response.json()
        return {each["type"]: self.lines(each) for each in self.manifest["output"]}

    def lines(self, output):
        path = output["url"].partition(f"{self.root}/")[2]
        response = self.rest.get(path)
        self.assertEqual(response.status_code, 200, response.text)
        if output["type"] == "unprocessed":
            return response.content
        found = [json.loads(line) for line in response.text.splitlines()]
        self.assertEqual(len(found), output["count"])
        return found

    def changes(self):
        return self.env["rest.change"].search([("origin_type", "=", "import")])

    def named(self, *names):
        return self.env[P].search([("name", "in", names)])


def ndjson(*rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


@tagged("post_install", "-at_install")
class TestImports(ImportCase):
    def test_rows_of_csv_are_new_records(self):
        text = 'name;country_id.code;color\nA;BE;3\n"B; C";;\n'
        found = self.outcome(text, CSV)
        self.assertEqual([row["row"] for row in found["successful"]], [1, 2])
        self.assertEqual([row["line"] for row in found["successful"]], [2, 3])
        one, other = self.env[P].browse([row["id"] for row in found["successful"]])
        self.assertEqual((one.name, one.country_id, one.color), ("A", self.belgium, 3))
        self.assertEqual((other.name, other.country_id.id), ("B; C", False))
        self.assertEqual(found["failed"], [])
        self.assertEqual(found["unprocessed"], b"")

    def test_rows_of_ndjson_are_new_records(self):
        rows = [{"name": "A", "country_id": {"code": "BE"}}, {"name": "B"}]
        found = self.outcome("\ufeff" + ndjson(*rows))
        self.assertEqual(len(found["successful"]), 2)
        self.assertEqual(self.named("A").country_id, self.belgium)

    def test_a_faulty_atomic_import_writes_nothing(self):
        found = self.outcome("name,color\nA,1\nB,red\nC,3\n", CSV)
        self.assertEqual(found["successful"], [])
        (failed,) = found["failed"]
        self.assertEqual((failed["row"], failed["line"]), (2, 3))
        self.assertEqual(failed["problem"]["code"], "body.value")
        self.assertEqual(failed["problem"]["errors"][0]["pointer"], "#/color")
        self.assertEqual(failed["data"], {"name": "B", "color": "red"})
        self.assertEqual(found["unprocessed"], b"name,color\nA,1\nC,3\n")
        self.assertFalse(self.named("A", "B", "C"))

    def test_a_partial_import_writes_all_that_it_can(self):
        found = self.outcome("name,color\nA,1\nB,red\nC,3\n", CSV, mode="partial")
        self.assertEqual([row["row"] for row in found["successful"]], [1, 3])
        self.assertEqual([row["row"] for row in found["failed"]], [2])
        self.assertEqual(found["unprocessed"], b"")
        self.assertEqual(len(self.named("A", "B", "C")), 2)

    def test_what_failed_can_be_sent_again(self):
        found = self.outcome("name,color\nA,1\nB,red\n", CSV, mode="partial")
        rows = [{**row["data"], "color": 2} for row in found["failed"]]
        again = self.outcome(ndjson(*rows), mode="partial")
        self.assertEqual(len(again["successful"]), 1)
        self.assertEqual(self.named("B").color, 2)

    def test_a_partial_import_goes_batch_by_batch(self):
        self.api.max_records = 3
        rows = [{"name": f"Row {n}"} for n in range(8)]
        rows[4]["color"] = "red"
        found = self.outcome(ndjson(*rows), mode="partial")
        self.assertEqual([r["row"] for r in found["successful"]], [1, 2, 3, 4, 6, 7, 8])
        self.assertEqual(len({r["id"] for r in found["successful"]}), 7)
        self.assertEqual([r["row"] for r in found["failed"]], [5])

    def test_a_key_makes_it_an_upsert(self):
        known = self.env[P].create({"name": "Old", "ref": "K1"})
        found = self.outcome("ref,name\nK1,New\nK2,Other\n", CSV, key="ref")
        outcomes = [row["outcome"] for row in found["successful"]]
        self.assertEqual(outcomes, ["updated", "created"])
        self.assertEqual(known.name, "New")

    def test_sent_again_by_external_id_it_changes_the_same_records(self):
        text = "external_id,name\ncrm.1,A\ncrm.2,B\n"
        first = self.outcome(text, CSV, key="external_id")["successful"]
        again = self.outcome(text, CSV, key="external_id")["successful"]
        self.assertEqual([r["id"] for r in first], [r["id"] for r in again])
        self.assertEqual({r["outcome"] for r in again}, {"updated"})

    def test_changes_are_told_as_those_of_an_import(self):
        headers = {"Content-Type": NDJSON, "X-Request-ID": "nightly-1"}
        body = ndjson({"name": "A"})
        response = self.rest.post(f"{P}/import", data=body, headers=headers)
        self.ended(self.path(response))
        change = self.changes().filtered(lambda c: c.model == P)
        self.assertEqual(change.res_id, self.named("A").id)
        self.assertEqual(change.client_id, self.client.id)
        self.assertEqual(change.request_id, "nightly-1")

    def test_headers_that_it_does_not_have_are_refused(self):
        for name, value in (("Prefer", "max-affected=1"), ("If-Match", '"1-1"')):
            headers = {"Content-Type": CSV, name: value}
            response = self.rest.post(f"{P}/import", data="name\n", headers=headers)
            self.assert_problem(response, 400, "query.header")

    def test_an_import_that_advances_outlasts_any_number_of_conflicts(self):
        self.api.max_records = 1
        self.patch(job_runner, "PAUSES", (0, 0))
        importing, failed = type(self.env["rest.importing"]), set()
        write = importing._write

        def conflicting(model, context, work, records):
            if records and records[0].number not in failed:
                failed.add(records[0].number)
                raise SerializationFailure()
            return write(model, context, work, records)

        self.patch(importing, "_write", conflicting)
        rows = [{"name": f"Row {number}"} for number in range(6)]
        found = self.outcome(ndjson(*rows), mode="partial")
        self.assertEqual([r["row"] for r in found["successful"]], [1, 2, 3, 4, 5, 6])
        self.assertEqual(len({r["id"] for r in found["successful"]}), 6)

    # --- dry runs ------------------------------------------------------------------

    def test_a_dry_run_tells_the_same_and_keeps_nothing(self):
        known = self.env[P].create({"name": "Old", "ref": "K1"})
        text = "ref,name,color\nK1,New,1\nK2,Other,2\nK3,Bad,red\n"
        params = {"key": "ref", "dry_run": "true", "mode": "partial"}
        found = self.outcome(text, CSV, **params)
        one, other = found["successful"]
        self.assertEqual((one["id"], one["outcome"]), (known.id, "updated"))
        self.assertEqual((other["id"], other["outcome"]), (None, "created"))
        self.assertEqual([row["row"] for row in found["failed"]], [3])
        self.assertEqual(known.name, "Old")
        self.assertFalse(self.named("New", "Other"))
        self.assertFalse(self.changes())

    def test_a_row_of_a_dry_run_names_one_before_it(self):
        text = "external_id,name,parent_id/external_id\na,A,\nb,B,a\n"
        self.api.max_records = 1  # a batch each
        for mode in ("atomic", "partial"):
            found = self.outcome(text, CSV, dry_run="true", mode=mode)
            self.assertEqual(len(found["successful"]), 2, found)
        self.assertFalse(self.named("A", "B"))

    def test_a_faulty_atomic_dry_run_says_what_would_be(self):
        found = self.outcome("name,color\nA,1\nB,red\n", CSV, dry_run="true")
        self.assertEqual(found["successful"], [])
        self.assertEqual(len(found["failed"]), 1)
        self.assertEqual(found["unprocessed"], b"name,color\nA,1\n")

    # --- files that cannot be read -------------------------------------------------

    def test_broken_quotes_end_a_partial_import_and_the_rest_comes_back(self):
        text = 'name,city\nA,Gent\n"B,Gent\nC,Gent\n'
        found = self.outcome(text, CSV, mode="partial")
        self.assertEqual([row["row"] for row in found["successful"]], [1])
        (failed,) = found["failed"]
        self.assertEqual((failed["row"], failed["line"]), (2, 3))
        self.assertEqual(failed["problem"]["code"], "body.malformed")
        self.assertEqual(found["unprocessed"], b'name,city\n"B,Gent\nC,Gent\n')
        self.assertEqual(self.manifest["errors"][0]["code"], "body.malformed")

    def test_broken_quotes_undo_an_atomic_import(self):
        text = 'name,city\nA,Gent\n"B,Gent\n'
        found = self.outcome(text, CSV)
        self.assertEqual(found["successful"], [])
        self.assertEqual(found["unprocessed"], text.encode())
        self.assertFalse(self.named("A"))

    def test_rows_that_are_no_records_fail_alone(self):
        content = b'{"name": "A"}\n[1]\n{"name": \n{"name": "\xff"}\n{"name": "B"}\n'
        found = self.outcome(content, mode="partial")
        self.assertEqual([row["row"] for row in found["successful"]], [1, 5])
        codes = [row["problem"]["code"] for row in found["failed"]]
        self.assertEqual(codes, ["body.value", "body.malformed", "body.malformed"])
        self.assertEqual(found["failed"][1]["data"], '{"name": ')

    def test_rows_with_too_few_cells_fail_alone(self):
        found = self.outcome("name,city\nA\nB,Gent\n", CSV, mode="partial")
        self.assertEqual([row["row"] for row in found["failed"]], [1])
        self.assertEqual([row["row"] for row in found["successful"]], [2])

    def test_what_postgresql_cannot_store_fails_alone(self):
        rows = [{"name": "A"}, {"name": "N\x00"}, {"name": "S\ud800"}, {"name": "B"}]
        rows += [{"name": "C", "color": 2**40}, {"name": "D", "color": 1e400}]
        found = self.outcome(ndjson(*rows), mode="partial")
        self.assertEqual([row["row"] for row in found["successful"]], [1, 4])
        codes = [row["problem"]["code"] for row in found["failed"]]
        expected = ["body.value", "body.value", "body.value", "body.malformed"]
        self.assertEqual(codes, expected)

    def test_a_value_that_no_index_can_have_fails_alone(self):
        rows = [{"name": "A"}, {"name": TOO_LONG}, {"name": "B"}]
        found = self.outcome(ndjson(*rows), mode="partial")
        self.assertEqual([row["row"] for row in found["successful"]], [1, 3])
        (failed,) = found["failed"]
        self.assertEqual(failed["problem"]["code"], "record.invalid")

    def test_values_out_of_reach_fail_as_in_a_request(self):
        other = self.env["res.company"].create({"name": "Other"}).id
        rows = [
            {"name": "A", "create_uid": 1},
            {"name": "A", "id": 3},
            {"name": "A", "company_id": other},
            {"name": "A", "parent_id": {"external_id": "base.main_company"}},
        ]
        found = self.outcome(ndjson(*rows), mode="partial")
        self.assertEqual(found["successful"], [])
        for row, failed in zip(rows, found["failed"], strict=True):
            problem = self.rest.post(P, row).json()
            self.assertEqual(failed["problem"]["code"], problem["code"])
            self.assertEqual(failed["problem"]["detail"], problem["detail"])
        self.assertFalse(self.named("A"))

    def test_rows_behind_the_last_that_a_file_may_have_come_back(self):
        self.patch(import_runs, "MAX_ROWS", 2)
        text = "name\nA\nB\nC\nD\n"
        found = self.outcome(text, CSV, mode="partial")
        self.assertEqual(len(found["successful"]), 2)
        (failed,) = found["failed"]
        self.assertEqual((failed["row"], failed["line"]), (3, 4))
        self.assertEqual(failed["problem"]["code"], "body.too_large")
        self.assertEqual(found["unprocessed"], b"name\nC\nD\n")
        self.assertFalse(self.named("C"))

    def test_after_many_errors_an_atomic_import_tries_no_more(self):
        self.patch(import_runs, "MAX_FAILED", 2)
        self.api.max_records = 2
        text = "name,color\n" + "A,red\n" * 3 + "B,1\n" * 3
        found = self.outcome(text, CSV)
        self.assertEqual([row["row"] for row in found["failed"]], [1, 2])
        rest = "name,color\nA,red\n" + "B,1\n" * 3
        self.assertEqual(found["unprocessed"], rest.encode())

    def test_language_and_company_are_those_of_the_request(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        path = "res.partner.category/import"
        response = self.send("name\nRouge\n", CSV, path=path, lang="fr_FR")
        (row,) = self.ended(self.path(response))["successful"]
        tag = self.env["res.partner.category"].browse(row["id"])
        self.assertEqual(tag.with_context(lang="fr_FR").name, "Rouge")
        tag.with_context(lang="en_US").name = "Red"
        self.assertEqual(tag.with_context(lang="fr_FR").name, "Rouge")

    def test_a_file_of_a_form_is_one_too(self):
        files = {"file": ("a.csv", b"name\nA\n", CSV)}
        response = self.rest.ask("POST", f"{P}/import", files=files)
        self.assertEqual(len(self.ended(self.path(response))["successful"]), 1)

    def test_an_export_can_be_imported(self):
        partner = self.env[P].create({"name": "=A", "country_id": self.belgium.id})
        params = {
            "filter[id]": partner.id,
            "fields": "id,name,country_id,category_id,color,active",
            "format": "csv",
            "formulas": "keep",
        }
        text = self.rest.get(f"{P}/export", params=params).text
        partner.write({"name": "B", "country_id": False})
        found = self.outcome(text, CSV, key="id")
        self.assertEqual(found["successful"][0]["outcome"], "updated", found)
        self.assertEqual((partner.name, partner.country_id), ("=A", self.belgium))

    # --- errors at the start -------------------------------------------------------

    def test_unknown_columns_are_one_error(self):
        response = self.send("name,nme,city_x\nA,,\n", CSV)
        problem = self.assert_problem(response, 422, "body.field", "#/nme")
        self.assertEqual(len(problem["errors"]), 2)

    def test_errors_of_the_head(self):
        for text, media_type, status, code in (
            ("name,name\nA,B\n", CSV, 422, "body.value"),
            ("\n", CSV, 400, "body.malformed"),
            ("name\n".encode("utf-16"), CSV, 400, "body.malformed"),
            ('[{"name": "A"}]\n', NDJSON, 400, "body.malformed"),
            ("name\nA\n", NDJSON, 400, "body.malformed"),
            ("{}", "application/json", 415, "body.media_type"),
            ("<a/>", "text/xml", 415, "body.media_type"),
        ):
            with self.subTest(text=text, media_type=media_type):
                self.assert_problem(self.send(text, media_type), status, code)
        self.assertFalse(self.env["rest.job"].search([("api_id", "=", self.api.id)]))

    def test_errors_of_parameters(self):
        for name, value, code in (
            ("mode", "some", "query.value"),
            ("dry_run", "x", "query.value"),
            ("delimiter", "|", "query.value"),
            ("key", "nme", "query.field"),
            ("key", "comment", "query.value"),
            ("key", "city", "query.value"),
            ("key", "ref,external_id", "query.value"),
            ("fields", "name", "query.unknown"),
        ):
            with self.subTest(name=name, value=value):
                response = self.send("name\nA\n", CSV, **{name: value})
                self.assert_problem(response, 400, code, name)

    def test_ndjson_has_no_delimiter(self):
        response = self.send(ndjson({"name": "A"}), delimiter="comma")
        self.assert_problem(response, 400, "query.conflict", "delimiter")

    def test_who_may_not_import(self):
        client, key = self.make_client(self.user)
        self.make_scope(client, P, can_read=True)
        self.key = key
        for params in ({}, {"key": "ref"}):
            response = self.send("ref\nA\n", CSV, **params)
            self.assertEqual(response.status_code, 403, response.text)

    def test_models_out_of_reach_are_not_found(self):
        response = self.send("name\nA\n", CSV, path="res.partner.bank/import")
        self.assert_problem(response, 404, "record.not_found")

    def test_a_right_that_is_gone_fails_the_job(self):
        path = self.path(self.send(ndjson({"name": "A"})))
        self.resource(P).can_create = False
        jobs.perform(self.env)
        self.assertEqual(self.rest.get(path).status_code, 403)
        self.assertFalse(self.named("A"))


@tagged("post_install", "-at_install")
class TestImportsInParts(ImportCase):
    def begin(self, media_type=CSV, **params):
        return self.path(self.send("", media_type, **params))

    def put(self, path, number, content, status=204):
        headers = {"Content-Type": "application/octet-stream"}
        data = content if isinstance(content, bytes) else content.encode()
        path = f"{path}/parts/{number}"
        response = self.rest.put(path, data=data, headers=headers)
        self.assertEqual(response.status_code, status, response.text)
        return response

    def start(self, path, status=202):
        response = self.rest.post(f"{path}/start")
        self.assertEqual(response.status_code, status, response.text)
        return response

    def test_parts_are_cut_anywhere_and_sent_in_any_order(self):
        text = 'name;city\nÄ;"Ge\nnt"\nB;Aalst\n'.encode()
        path = self.begin()
        parts = [text[at : at + 3] for at in range(0, len(text), 3)]
        for number, part in reversed(list(enumerate(parts, 1))):
            self.put(path, number, part)
        self.start(path)
        found = self.ended(path)
        self.assertEqual(len(found["successful"]), 2)
        self.assertEqual(self.named("Ä").city, "Ge\nnt")

    def test_a_part_that_is_sent_again_replaces_the_one_before(self):
        path = self.begin()
        self.put(path, 1, "name\nA\n" * 2)
        self.put(path, 1, "name\nB\n")
        self.put(path, 1, "name\nB\n")
        self.start(path)
        self.assertEqual(len(self.ended(path)["successful"]), 1)
        self.assertFalse(self.named("A"))

    def test_conditions_are_rejected(self):
        """Nothing is compared with them, and a client relies on them."""
        path = self.begin()
        self.put(path, 1, "name\nA\n")
        for method, below in (("PUT", "/parts/1"), ("POST", "/start"), ("DELETE", "")):
            headers = {"If-Match": "*", "Content-Type": CSV}
            body = {"data": "name\nB\n"} if method == "PUT" else {}
            response = self.rest.ask(method, f"{path}{below}", headers=headers, **body)
            self.assert_problem(response, 400, "query.header")
        self.start(path)
        self.ended(path)
        self.assertTrue(self.named("A"))

    def test_parts_that_are_missing_are_named(self):
        path = self.begin()
        response = self.start(path, 409)
        self.assert_problem(response, 409, "record.parts")
        self.put(path, 2, "x")
        self.put(path, 4, "x")
        problem = self.assert_problem(self.start(path, 409), 409, "record.parts")
        self.assertIn("Parts 1, 3 are missing", problem["detail"])

    def test_a_start_tells_what_is_wrong_with_the_head(self):
        path = self.begin()
        self.put(path, 1, "name,nme\n")
        self.assert_problem(self.start(path, 422), 422, "body.field", "#/nme")
        self.put(path, 1, "name\nA\n")
        self.start(path)

    def test_a_started_import_takes_no_parts_and_no_start(self):
        path = self.begin()
        self.put(path, 1, "name\nA\n")
        self.start(path)
        self.put(path, 2, "B\n", 409)
        self.assert_problem(self.start(path, 409), 409, "record.parts")
        self.ended(path)
        self.put(path, 1, "B\n", 409)

    def test_jobs_of_others_and_of_other_types_take_no_parts(self):
        path = self.begin()
        _client, key = self.make_client(self.user, all_resources=True)
        own, self.key = self.key, key
        missing = self.put("jobs/2147483647", 1, "x", 404).json()
        other = self.put(path, 1, "x", 404).json()
        self.assertEqual(missing["detail"], other["detail"])
        self.start(path, 404)
        self.assertEqual(self.rest.get(path).status_code, 404)
        self.key = own
        headers = {"Prefer": "respond-async"}
        export = self.path(self.rest.get(f"{P}/export", headers=headers))
        self.put(export, 1, "x", 404)
        self.start(export, 404)

    def test_bounds_of_parts(self):
        path = self.begin()
        self.put(path, 1000, "x")
        self.assert_problem(self.put(path, 1001, "x", 413), 413, "body.too_large")
        self.put(path, 0, "x", 404)
        self.put(path, 1, "", 400)
        self.patch(import_parts, "MAX_STORED", 10)
        self.put(path, 1, "x" * 9)
        self.assert_problem(self.put(path, 2, "x", 413), 413, "body.too_large")
        self.put(path, 1, "x" * 9)

    def test_a_row_is_no_larger_than_a_body(self):
        self.api.max_body_size = 0.001  # 1048 bytes
        path = self.begin(NDJSON, mode="partial")
        row = ndjson({"name": "A", "comment": "x" * 600})
        self.put(path, 1, row + '{"name": "B", "comment": "')
        self.put(path, 2, "x" * 700)
        self.put(path, 3, "x" * 700 + '"}\n' + ndjson({"name": "C"}))
        self.start(path)
        found = self.ended(path)
        self.assertEqual([r["row"] for r in found["successful"]], [1])
        (failed,) = found["failed"]
        self.assertEqual((failed["row"], failed["line"]), (2, 2))
        self.assertEqual(failed["problem"]["code"], "body.too_large")
        self.assertTrue(found["unprocessed"].startswith(b'{"name": "B"'))
        self.assertTrue(found["unprocessed"].endswith(b'{"name": "C"}\n'))

    def test_an_import_that_is_never_started_expires(self):
        path = self.begin()
        self.put(path, 1, "name\n")
        job = self.env["rest.job"].search([("api_id", "=", self.api.id)])
        job.expires_at = "2020-01-01 00:00:00"
        self.start(path, 404)
        self.env["rest.job"]._delete_expired()
        self.assertNotEqual(job.exists().state, "parts")
        self.assertFalse(self.env["rest.job.part"].sudo().search([]))

    def test_a_cancelled_import_keeps_no_parts(self):
        path = self.begin()
        self.put(path, 1, "name\n")
        self.assertEqual(self.rest.delete(path).status_code, 202)
        self.assertFalse(self.env["rest.job.part"].sudo().search([]))
        self.put(path, 1, "name\n", 404)

    def test_the_number_of_imports_is_that_of_jobs(self):
        for _number in range(2):
            self.begin()
        self.assert_problem(self.send("", CSV), 429, "policy.jobs")
