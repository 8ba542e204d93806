"""Reports of Odoo: which there are, and as documents."""

from unittest.mock import patch

from odoo.tests import new_test_user, tagged

from .test_attacks import AttackCase

P, REPORT = "res.partner", "rest_test.report"
HTML_PAGE = """
<t t-name="rest_test.report">
    <html><head><title>hidden</title></head><body>
        <h1>Report</h1>
        <p t-foreach="docs" t-as="doc" t-out="doc.name"/>
        <a href="https://example.com/x">link</a>
    </body></html>
</t>
"""
TEXT_PAGE = """<t t-name="rest_test.label"><t t-out="docs[0].name"/>;ZPL</t>"""
FINDER = "odoo.addons.base.models.ir_actions_report.IrActionsReport"


class ReportCase(AttackCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env[P].create({"name": "Ada <1>"})
        cls.report = cls.make_report(REPORT, HTML_PAGE)
        cls.path = f"reports/{REPORT}/{cls.partner.id}"

    @classmethod
    def make_report(cls, name, arch, **values):
        view = {"name": name, "type": "qweb", "key": name, "arch": arch}
        cls.env["ir.ui.view"].create(view)
        return cls.env["ir.actions.report"].create(
            {
                "name": "A report",
                "model": P,
                "report_name": name,
                "report_type": "qweb-pdf",
                **values,
            }
        )

    def wkhtmltopdf(self, state):
        """Let Odoo believe that the program is in this state."""
        self.startPatcher(patch(f"{FINDER}.get_wkhtmltopdf_state", lambda _self: state))

    def names(self, **options):
        return [each["name"] for each in self.data(self.rest.get("reports", **options))]


@tagged("-at_install", "post_install")
class TestListOfReports(ReportCase):
    def test_a_report_that_is_read_leaves_no_idempotency_key(self):
        headers = {"Idempotency-Key": "k1"}
        answer = self.rest.get(f"{self.path}?format=html", headers=headers)
        self.assertEqual(answer.status_code, 200, answer.text)
        self.assertFalse(self.env["rest.idempotency.key"].search_count([]))

    def test_it_has_what_the_caller_may_use(self):
        self.wkhtmltopdf("ok")
        response = self.rest.get("reports", params={"model": P})
        shown = {each["name"]: each for each in self.data(response)}
        self.assertEqual(
            shown[REPORT],
            {
                "name": REPORT,
                "string": "A report",
                "model": P,
                "formats": ["pdf", "html", "text"],
                "url": f"{self.base_url()}{self.root}/reports/{REPORT}",
            },
        )
        self.assertEqual(response.json()["meta"]["count"], len(shown))
        url = shown[REPORT]["url"].partition(f"{self.root}/")[2]
        response = self.rest.get(f"{url}/{self.partner.id}", params={"format": "html"})
        self.assertEqual(response.status_code, 200)

    def test_pdf_is_a_format_where_it_can_be_made(self):
        self.make_report("rest_test.label", TEXT_PAGE, report_type="qweb-text")
        for state, formats in (
            ("install", ["html", "text"]),
            ("broken", ["html", "text"]),
            ("ok", ["pdf", "html", "text"]),
        ):
            self.wkhtmltopdf(state)
            shown = self.data(self.rest.get("reports", params={"model": P}))
            by_name = {each["name"]: each["formats"] for each in shown}
            self.assertEqual(by_name[REPORT], formats)
            self.assertEqual(by_name["rest_test.label"], ["html", "text"])

    def test_models_out_of_reach_have_no_reports(self):
        self.assertIn(REPORT, self.names())
        self.assertEqual(self.names(params={"model": "res.company"}), [])
        self.assertEqual(self.names(params={"model": "no.such.model"}), [])
        client, key = self.make_client(self.user)
        self.assertEqual(self.names(key=key), [])
        scope = self.make_scope(client, P)
        self.assertIn(REPORT, self.names(key=key))
        scope.write({"can_read": False, "can_update": True})
        self.assertEqual(self.names(key=key), [])

    def test_groups_of_a_report_count(self):
        self.report.group_ids = self.env.ref("base.group_system")
        self.assertNotIn(REPORT, self.names())
        admin = new_test_user(self.env, "report_admin", "base.group_system")
        _client, key = self.make_client(admin, all_resources=True)
        self.assertIn(REPORT, self.names(key=key))

    def test_field_rules_hide_the_reports_of_their_model(self):
        self.block(P, "email")
        self.assertEqual(self.names(), [])
        self.assert_problem(self.rest.get(self.path), 403, "policy.forbidden")

    def test_it_has_no_other_parameters(self):
        response = self.rest.get("reports", params={"limit": 1})
        self.assert_problem(response, 400, "query.unknown", "limit")


@tagged("-at_install", "post_install")
class TestReport(ReportCase):
    def render(self, short, path=None, method="GET", **options):
        params = {"format": short}
        return self.rest.ask(method, path or self.path, params=params, **options)

    def test_html_and_text_need_no_program(self):
        self.wkhtmltopdf("install")
        html = self.render("html")
        self.assertEqual(html.headers["Content-Type"], "text/html")
        self.assertIn("<p>Ada &lt;1&gt;</p>", html.text)
        self.assertIn("sandbox", html.headers["Content-Security-Policy"])
        self.assertIn("attachment", html.headers["Content-Disposition"])
        text = self.render("text")
        self.assertEqual(text.headers["Content-Type"], "text/plain")
        self.assertEqual(text.text.split(), ["**Report**", "Ada", "<1>", "link"])
        self.assertIn("A%20report.txt", text.headers["Content-Disposition"])

    def test_a_report_of_text_is_its_own_text(self):
        self.wkhtmltopdf("ok")
        self.make_report("rest_test.label", TEXT_PAGE, report_type="qweb-text")
        path = f"reports/rest_test.label/{self.partner.id}"
        self.assertTrue(self.render("text", path).text.endswith(";ZPL"))
        self.assertEqual(self.render("html", path).status_code, 200)
        response = self.render("pdf", path)
        self.assert_problem(response, 400, "query.value", "format")

    def test_without_the_program_there_is_no_pdf(self):
        for state in ("install", "broken"):
            self.wkhtmltopdf(state)
            self.assert_problem(self.render("pdf"), 501, "server.renderer")
            self.assert_problem(self.rest.get(self.path), 501, "server.renderer")

    def test_pdf_is_what_callers_get_who_ask_for_nothing(self):
        self.wkhtmltopdf("ok")
        made = patch(f"{FINDER}._render_qweb_pdf", return_value=(b"%PDF", "pdf"))
        with made as render:
            response = self.rest.get(self.path)
            self.assertEqual(response.content, b"%PDF")
            self.assertEqual(response.headers["Content-Type"], "application/pdf")
            self.assertEqual(self.rest.ask("HEAD", self.path).content, b"")
            self.assertEqual(self.rest.post(self.path).content, b"%PDF")
        self.assertEqual(render.call_count, 3)

    def test_accept_chooses_the_format(self):
        response = self.rest.get(self.path, headers={"Accept": "text/plain"})
        self.assertEqual(response.headers["Content-Type"], "text/plain")
        response = self.rest.get(self.path, headers={"Accept": "image/png"})
        self.assert_problem(response, 406, "policy.accept")

    def test_several_records_are_one_document(self):
        other = self.env[P].create({"name": "Bob"})
        text = self.render("text", f"{self.path},{other.id}").text
        self.assertLess(text.index("Ada"), text.index("Bob"))

    def test_unknown_and_forbidden_reports_look_the_same(self):
        def told(name, **options):
            answer = self.render("html", f"reports/{name}/{self.partner.id}", **options)
            status, headers, problem = self.told(answer)
            return status, headers, str(problem).replace(name, "")

        missing = told("no.such.report")
        self.assertEqual(missing[0], 404)
        self.make_report("rest_test.users", TEXT_PAGE, model="res.users")
        self.assertEqual(told("rest_test.users"), missing)
        self.make_report("rest_test.gone", TEXT_PAGE, model="no.such.model")
        self.assertEqual(told("rest_test.gone"), missing)
        _client, key = self.make_client(self.user)
        self.assertEqual(told(REPORT, key=key), missing)
        portal = new_test_user(self.env, "portal_reports", "base.group_portal")
        self.env["ir.model.access"].search(
            [("model_id.model", "=", P), ("group_id.name", "ilike", "portal")]
        ).unlink()
        _client, key = self.make_client(portal, all_resources=True)
        self.assertEqual(told(REPORT, key=key), missing)
        self.report.group_ids = self.env.ref("base.group_system")
        self.assertEqual(told(REPORT), missing)

    def test_records_out_of_reach_are_in_no_report(self):
        company = self.env["res.company"].create({"name": "Theirs"})
        hidden = self.env[P].create({"name": "H", "company_id": company.id})
        missing = self.told(self.render("html", f"reports/{REPORT}/999999"))
        self.assertEqual(missing[0], 404)
        self.resource(P).domain = f"[('id', '!=', {self.partner.id})]"
        for record_id in (hidden.id, self.partner.id):
            answer = self.render("html", f"reports/{REPORT}/{record_id}")
            self.assertEqual(self.told(answer), missing)


@tagged("-at_install", "post_install", "rest_enumeration")
class TestAllReports(ReportCase):
    def test_every_report_is_text_and_html(self):
        admin = new_test_user(self.env, "all_reports", "base.group_system")
        employee, groups = self.env.ref("base.group_user"), self.env["res.groups"]
        admin.group_ids |= groups.search([("all_implied_ids", "in", employee.ids)])
        _client, key = self.make_client(admin, all_resources=True)
        reports = self.env["ir.actions.report"].search([])
        for model in sorted(set(reports.mapped("model"))):
            if model in self.env and not self.env[model]._abstract:
                if not self.resource(model):
                    self.expose(model, sensitive=True)
        shown = self.data(self.rest.get("reports", key=key))
        self.assertGreater(len(shown), 2)
        for each in shown:
            record = self.env[each["model"]].search([], limit=1)
            for short in ("html", "text") if record else ():
                with self.subTest(report=each["name"], format=short):
                    path = f"reports/{each['name']}/{record.id}?format={short}"
                    response = self.rest.get(path, key=key)
                    self.assertLess(response.status_code, 500, response.text)
