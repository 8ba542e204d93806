"""Exports: the records of a list, all at once, as NDJSON or CSV."""

import csv
import io
import json

from odoo import Command
from odoo.tests import tagged

from ..engine import export
from ..wire.problem import PageTooLarge
from .common import RestCase

MODEL = "res.partner"
MINE = {"filter[ref][starts_with]": "export-"}


@tagged("post_install", "-at_install")
class TestExport(RestCase):
    models = (*RestCase.models, "res.partner.industry")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        belgium = cls.env.ref("base.be")
        cls.red, cls.blue = cls.env["res.partner.category"].create(
            [{"name": "Red"}, {"name": "Blue"}]
        )
        cls.partners = cls.env[MODEL].create(
            [
                {
                    "name": f"Export {number:03}",
                    "ref": f"export-{number % 7}",
                    "country_id": belgium.id if number % 2 else False,
                    "category_id": [Command.set((cls.red + cls.blue).ids)],
                    "active": bool(number % 5),
                }
                for number in range(23)
            ]
        )
        cls.partners[1].child_ids = [Command.create({"name": "Child", "type": "other"})]

    def setUp(self):
        super().setUp()
        # several batches
        self.patch(type(self.env["rest.export"]), "_size", lambda _self: 4)

    def export(self, status=200, **params):
        response = self.rest.get(f"{MODEL}/export", params={**MINE, **params})
        self.assertEqual(response.status_code, status, response.text)
        return response

    def documents(self, **params):
        return [json.loads(line) for line in self.export(**params).iter_lines()]

    def listed(self, **params):
        """The same records from the pages of a list."""
        found, cursor = [], ""
        while cursor is not None:
            pages = {"limit": 3, "cursor": cursor, **MINE, **params}
            response = self.rest.get(MODEL, params=pages).json()
            found += response["data"]
            cursor = response["meta"].get("next_cursor")
        return found

    def rows(self, text):
        return list(csv.reader(io.StringIO(text, newline="")))

    # --- the same as a list --------------------------------------------------

    def assert_as_listed(self, **params):
        found = self.documents(**params)
        self.assertEqual(found, self.listed(**params))
        self.assertGreater(len(found), 4)

    def test_it_has_the_records_of_all_pages_of_a_list(self):
        self.assert_as_listed()

    def test_it_has_the_order_of_a_list(self):
        self.assert_as_listed(sort="-ref,name", fields="name,ref")
        self.assert_as_listed(sort="country_id.code,-id", fields="name")

    def test_it_has_archived_records_if_they_are_requested(self):
        self.assert_as_listed(archived="include")
        self.assertEqual(len(self.documents(archived="only")), 5)

    def test_it_expands_relations(self):
        expand = {"child_ids": {"fields": ["name"]}, "category_id": {"sort": "-name"}}
        found = self.documents(expand=json.dumps(expand), sort="id", fields="*")
        self.assertEqual(found[0]["child_ids"][0]["name"], "Child")
        self.assert_as_listed(fields="country_id.code,category_id.name", sort="id")

    def test_it_has_the_schema_of_a_list(self):
        self.resource(MODEL).list_schema = "('name', ('country_id', ('id', 'code')))"
        self.assertEqual(set(self.documents()[0]), {"id", "name", "country_id"})

    def test_it_is_in_the_language_that_is_requested(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env.ref("base.be").with_context(lang="fr_FR").name = "Belgique"
        fields = {"fields": "country_id", "sort": "id", "lang": "fr_FR"}
        found = self.documents(**fields)
        self.assertEqual(found[0]["country_id"]["display_name"], "Belgique")

    def test_it_has_files_as_they_are_requested(self):
        self.assert_as_listed(fields="image_128", binary="base64", sort="id")

    # --- total and limit -----------------------------------------------------

    def test_the_total_is_in_a_header(self):
        response = self.export()
        self.assertEqual(response.headers["X-Total-Count"], "18")
        self.assertNotIn("Content-Length", response.headers)
        self.assertNotIn("ETag", response.headers)

    def test_it_is_not_counted_for_those_who_want_no_total(self):
        self.assertNotIn("X-Total-Count", self.export(count="none").headers)

    def test_a_limit_leaves_the_other_rows_out(self):
        response = self.export(limit=6, sort="id")
        self.assertEqual(len(response.text.splitlines()), 6)
        self.assertEqual(response.headers["X-Total-Count"], "18")

    def test_a_limit_may_be_larger_than_a_page(self):
        self.api.write({"default_limit": 5, "max_limit": 5})
        self.assertEqual(len(self.documents(limit=5000)), 18)
        self.assertEqual(len(self.documents()), 18)

    def test_there_are_no_pages(self):
        for name in ("offset", "page", "cursor"):
            response = self.rest.get(f"{MODEL}/export", params={name: "1"})
            self.assert_problem(response, 400, "query.unknown", name)

    def test_a_batch_that_would_be_too_large_is_read_in_parts(self):
        export, lists = type(self.env["rest.export"]), []
        make = export._list

        def small(service, context, opened, values):
            if len(values) > 3:
                raise PageTooLarge()
            lists.append(len(values))
            return make(service, context, opened, values)

        self.patch(export, "_size", lambda _self: 100)
        self.patch(export, "_list", small)
        self.assert_as_listed(sort="name,id")
        self.assertEqual(lists, [2, 2, 2, 3] * 2)

    def test_long_texts_are_whole(self):
        self.partners[2::3].comment = "x" * 100_000
        self.assert_as_listed(fields="name,comment", sort="id")

    # --- forms ---------------------------------------------------------------

    def test_ndjson_is_a_document_a_line(self):
        response = self.export()
        self.assertEqual(response.headers["Content-Type"], "application/x-ndjson")
        name = "attachment; filename*=UTF-8''res.partner.ndjson"
        self.assertEqual(response.headers["Content-Disposition"], name)
        self.assertTrue(response.text.endswith("}\n"))

    def test_csv_has_a_column_for_each_value(self):
        fields = "name,country_id,category_id,is_company,country_id"
        response = self.export(format="csv", fields=fields, sort="id")
        kind = "text/csv; charset=utf-8; header=present"
        self.assertEqual(response.headers["Content-Type"], kind)
        head, first, *others = self.rows(response.text)
        names = "id,name,country_id.id,country_id.display_name,category_id,is_company"
        self.assertEqual(",".join(head), names)
        partner, belgium = self.partners[1], self.env.ref("base.be")
        wanted = [str(partner.id), partner.name, str(belgium.id), "Belgium"]
        self.assertEqual(first[:4], wanted)
        self.assertEqual(set(json.loads(first[4])), set(partner.category_id.ids))
        self.assertEqual(first[5], "false")
        self.assertEqual(len(others), 17)

    def test_csv_without_records_is_its_head(self):
        params = {"filter[ref]": "export-none", "format": "csv", "fields": "name"}
        response = self.rest.get(f"{MODEL}/export", params=params)
        self.assertEqual(response.content, b"id,name\r\n")
        del params["format"]
        response = self.rest.get(f"{MODEL}/export", params=params)
        self.assertEqual((response.status_code, response.content), (200, b""))
        self.assertEqual(response.headers["X-Total-Count"], "0")

    def test_cells_that_a_spreadsheet_would_run_begin_with_an_apostrophe(self):
        self.partners[1].name = "=HYPERLINK(A1)"
        fields = {"format": "csv", "fields": "name", "sort": "id", "limit": 1}
        self.assertEqual(self.rows(self.export(**fields).text)[1][1], "'=HYPERLINK(A1)")
        kept = self.export(**fields, formulas="keep").text
        self.assertEqual(self.rows(kept)[1][1], "=HYPERLINK(A1)")

    def test_a_byte_order_mark_comes_if_it_is_requested(self):
        content = self.export(format="csv", bom="true").content
        self.assertTrue(content.startswith(b"\xef\xbb\xbfid,"))

    def test_accept_chooses_the_form_unless_format_does(self):
        for accept, format_, wanted in (
            ("text/csv", None, "text/csv"),
            ("application/x-ndjson", None, "application/x-ndjson"),
            ("text/csv", "ndjson", "application/x-ndjson"),
            ("*/*", None, "application/x-ndjson"),
        ):
            params = {**MINE, **({"format": format_} if format_ else {})}
            response = self.rest.get(
                f"{MODEL}/export", params=params, headers={"Accept": accept}
            )
            self.assertEqual(response.headers["Content-Type"].split(";")[0], wanted)

    def test_parameters_may_be_a_body(self):
        body = {"format": "csv", "fields": ["name"], "limit": 2, "bom": False}
        for method in ("POST", "QUERY"):
            response = self.rest.ask(method, f"{MODEL}/export", json_body=body)
            self.assertEqual(response.text.splitlines()[0], "id,name")
            self.assertEqual(len(response.text.splitlines()), 3)

    def test_head_has_the_headers_alone(self):
        response = self.rest.ask("HEAD", f"{MODEL}/export", params=MINE)
        self.assertEqual((response.status_code, response.content), (200, b""))
        self.assertEqual(response.headers["X-Total-Count"], "18")

    # --- what is wrong, before the first byte --------------------------------

    def assert_refused(self, params, status, code, place=None, **options):
        response = self.rest.get(f"{MODEL}/export", params=params, **options)
        return self.assert_problem(response, status, code, place)

    def test_unknown_and_forbidden_fields_have_the_same_error(self):
        rule = {"resource_id": self.resource(MODEL).id}
        field = self.env["ir.model.fields"]._get(MODEL, "email")
        self.env["rest.field.rule"].create({**rule, "field_ids": field.ids})
        for position in ("fields", "sort", "filter[{}]"):
            name = position.format("nonsense")
            value = "x" if "[" in position else "nonsense"
            one = self.assert_refused({name: value}, 400, "query.field")
            name = position.format("email")
            value = "x" if "[" in position else "email"
            other = self.assert_refused({name: value}, 400, "query.field")
            self.assertEqual(
                one["detail"].replace("nonsense", "email"), other["detail"]
            )
        head = self.export(format="csv", fields="*").text.splitlines()[0]
        self.assertNotIn("email,", head)

    def test_a_form_that_there_is_not(self):
        self.assert_refused({"format": "pdf"}, 400, "query.value", "format")
        self.assert_refused(
            {}, 406, "policy.accept", headers={"Accept": "application/json"}
        )
        self.assert_refused({"bom": "true"}, 400, "query.conflict", "bom")
        params = {"format": "csv", "formulas": "run"}
        self.assert_refused(params, 400, "query.value", "formulas")

    def test_a_client_needs_the_right_to_read(self):
        client, key = self.make_client(self.user)
        self.make_scope(client, MODEL, can_read=False, can_create=True)
        response = self.rest.get(f"{MODEL}/export", key=key)
        self.assertEqual(response.status_code, 403)
        response = self.rest.get("res.country/export", key=key)
        self.assertEqual(response.status_code, 404)
        response = self.rest.get(f"{MODEL}/export", key=False)
        self.assertEqual(response.status_code, 401)

    # --- what the caller may see ---------------------------------------------

    def test_the_domain_of_a_scope_hides_records(self):
        client, key = self.make_client(self.user)
        domain = "[('ref', '=', 'export-1')]"
        self.make_scope(client, MODEL, can_read=True, domain=domain)
        response = self.rest.get(f"{MODEL}/export", key=key)
        found = {json.loads(line)["ref"] for line in response.text.splitlines()}
        self.assertEqual(found, {"export-1"})
        total = int(response.headers["X-Total-Count"])
        self.assertEqual(total, len(response.text.splitlines()))

    def test_record_rules_hide_records(self):
        self.env["ir.rule"].create(
            {
                "name": "Export",
                "model_id": self.env["ir.model"]._get_id(MODEL),
                "domain_force": "[('ref', '!=', 'export-1')]",
            }
        )
        self.assertNotIn("export-1", {d["ref"] for d in self.documents()})

    def test_records_of_other_companies_are_hidden(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.partners[1].company_id = other
        self.assertNotIn(self.partners[1].id, [d["id"] for d in self.documents()])
        self.export(company=other.id, status=403)

    # --- the transaction -----------------------------------------------------

    def test_the_cursor_is_closed_wherever_the_response_ends(self):
        opened = []
        registry = self.env.registry
        open_cursor = registry.cursor

        def cursor(*args, **options):
            opened.append(open_cursor(*args, **options))
            return opened[-1]

        self.patch(registry, "cursor", cursor)
        self.export()
        self.rest.ask("HEAD", f"{MODEL}/export")
        self.assert_refused({"fields": "nonsense"}, 400, "query.field")
        self.assertGreaterEqual(len(opened), 5)
        self.assertTrue(all(each._closed for each in opened))

    def test_a_slow_reader_does_not_keep_the_snapshot(self):
        self.patch(export, "LONGEST", 1e-9)
        self.assert_refused({}, 503, "server.timeout")

    def test_a_reader_that_stops_loses_its_transaction(self):
        shown = []
        run = type(self.env["rest.export"])._open

        def opened(this, context, listing):
            this.env.cr.execute("SHOW idle_in_transaction_session_timeout")
            shown.extend(this.env.cr.fetchone())
            return run(this, context, listing)

        self.patch(type(self.env["rest.export"]), "_open", opened)
        self.export()
        self.assertEqual(shown, ["1min"])

    def test_the_concurrency_slot_is_that_of_the_stream(self):
        self.client.max_concurrent = 1
        self.export()
