"""The change feed, over rows that are there already: order, cursors, times, limits."""

from datetime import datetime
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from ..models import rest_change
from . import jobs
from .changes_case import CURSOR, ChangesCase, P

COUNTRY = "res.country"


@tagged("post_install", "-at_install")
class TestChanges(ChangesCase):
    def test_changes_come_in_the_order_of_their_transactions(self):
        first, second = self.partners(2)
        self.add(first, "create", xid=10)
        self.add(second, "create", xid=12)
        self.add(first, "update", ["name"], xid=11)
        rows = self.changes()
        told = [(row["id"], row["operation"]) for row in rows]
        expected = [(first.id, "create"), (first.id, "update"), (second.id, "create")]
        self.assertEqual(told, expected)

    def test_a_change_is_told_with_what_and_by_whom(self):
        (partner,) = self.partners(1)
        self.add(partner, "update", ["name", "city"], request_id="r1")
        (row,) = self.changes()
        self.assertEqual(set(row), {*"id operation date fields cursor origin".split()})
        self.assertEqual(row["fields"], ["name", "city"])
        self.assertEqual(row["date"], "2026-01-31T12:00:00Z")
        self.assertEqual(row["origin"], {"type": "user", "request_id": "r1"})

    def test_a_deletion_is_a_tombstone(self):
        self.add(99_999_999, "delete", old={"id": 99_999_999, "name": "x"})
        (row,) = self.changes(include="record")
        told = row["operation"], row["fields"], row["record"]
        self.assertEqual(told, ("delete", [], None))

    def test_pages_follow_each_other_by_cursor(self):
        partners = self.partners(5)
        for partner in partners:
            self.add(partner, "update", ["name"])
        found, since = [], ""
        for has_more in (True, True, False):
            answer = self.feed(since=since, limit=2)
            found += [row["id"] for row in answer["data"]]
            self.assertEqual(answer["meta"]["has_more"], has_more)
            since = answer["meta"]["next_since"]
        self.assertEqual(found, partners.ids)
        self.assertEqual(self.changes(since=since), [])

    def test_each_change_has_a_cursor_of_its_own(self):
        partners = self.partners(3)
        for partner in partners:
            self.add(partner, "update", ["name"])
        for number, row in enumerate(self.changes()):
            rest = self.changes(since=row["cursor"])
            self.assertEqual([r["id"] for r in rest], partners.ids[number + 1 :])

    def test_an_empty_page_leads_on(self):
        answer = self.feed()
        self.assertEqual((answer["data"], answer["meta"]["has_more"]), ([], False))
        (partner,) = self.partners(1)
        since = answer["meta"]["next_since"]
        # its transaction has not ended
        self.add(partner, "create", xid=None)
        self.assertEqual(self.changes(since=since), [])
        again = self.feed(since=since)["meta"]["next_since"]
        self.assertEqual(self.changes(since=again), [])

    def test_transactions_that_still_run_are_not_told(self):
        (partner,) = self.partners(1)
        self.add(partner, "create", xid=None)
        self.assertEqual(self.changes(), [])

    # --- times ---------------------------------------------------------------

    def test_a_time_begins_with_the_first_change_since_then(self):
        partners = self.partners(3)
        for day, partner in enumerate(partners, 1):
            self.add(partner, "update", ["name"], date=f"2026-01-0{day} 10:00:00")
        self.keep_days(0)
        for since, first in (
            ("2026-01-01", 0),
            ("2026-01-02T10:00:00Z", 1),
            ("2026-01-02T10:00:01Z", 2),
            ("2026-01-04", 3),
            ("2999-01-01", 3),
        ):
            ids = [row["id"] for row in self.changes(since=since)]
            self.assertEqual(ids, partners.ids[first:], since)

    def test_a_time_includes_what_an_older_transaction_changed_later(self):
        early, late = self.partners(2)
        self.keep_days(0)
        # 9 comes before 21, as numbers
        self.add(early, "update", ["name"], xid=9, date="2026-01-02 10:00:02")
        self.add(late, "update", ["name"], xid=21, date="2026-01-02 10:00:01")
        rows = self.changes(since="2026-01-02T10:00:01Z")
        self.assertEqual([row["id"] for row in rows], [early.id, late.id])

    def test_a_time_begins_below_the_horizon(self):
        """An older transaction, which still runs, changes something later, too."""
        self.keep_days(0)
        moment = "2026-01-02 10:00:01"
        self.add(self.partners(1), "update", ["name"], xid=21, date=moment)
        rows = self.env["rest.change.rows"]
        position = rows._since(moment, rows._state()._replace(horizon=20))
        self.assertEqual((position.xid, position.row), (20, 0))

    def test_the_future_begins_now(self):
        answer = self.feed(since="2999-01-01")
        self.assertEqual(answer["data"], [])
        self.assertTrue(answer["meta"]["next_since"])

    # --- retention -----------------------------------------------------------

    def test_times_and_cursors_from_before_what_is_kept_are_gone(self):
        partners = self.partners(2)
        for partner in partners:
            self.add(partner, "update", ["name"])
        first, last = self.changes()
        self.keep_from(partners[1], deleted=partners[0])
        self.assertEqual(len(self.changes(since=first["cursor"])), 1)
        self.keep_from(None, deleted=partners[1])
        self.assert_gone(since=first["cursor"])
        self.assertEqual(self.changes(since=last["cursor"]), [])
        self.assert_gone(since="2001-01-01")
        self.assertEqual(self.changes(), [])

    def test_a_time_is_gone_where_the_retention_was_shorter_once(self):
        for partner, day in zip(self.partners(2), (1, 3), strict=True):
            self.add(partner, "update", ["name"], date=f"2026-01-0{day} 10:00:00")
        deleted = rest_change.Deleted((101, 1), datetime(2026, 1, 2))
        self.env["rest.change"]._set_parameter(rest_change.OLDEST, deleted.text)
        self.keep_days(0)
        self.assert_gone(since="2026-01-01")
        self.assertEqual(len(self.changes(since="2026-01-02")), 1)

    def test_a_time_that_is_kept_no_longer_is_gone_however_short_it_is(self):
        self.keep_days(1)
        self.assert_gone(since="2026-01-01T00:00:00Z")
        self.keep_days("nonsense")
        self.assert_gone(since="2001-01-01")

    def test_cursors_of_another_generation_are_gone(self):
        since = self.feed()["meta"]["next_since"]
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("rest_api_core.change_generation", "another")
        problem = self.assert_gone(since=since)
        self.assertIn("Load all records anew", problem["detail"])

    def assert_gone(self, **params):
        response = self.rest.get(f"{P}/changes", params=params)
        return self.assert_problem(response, 410, "changes.expired")

    # --- several models ------------------------------------------------------

    def test_one_feed_tells_of_several_models(self):
        (partner,) = self.partners(1)
        country = self.env.ref("base.be")
        self.add(country, "update", ["name"], xid=11)
        self.add(partner, "update", ["name"], xid=12)
        answer = self.rest.get("changes", params={"models": f"{P},{COUNTRY}"}).json()
        told = [(row["model"], row["id"]) for row in answer["data"]]
        self.assertEqual(told, [(COUNTRY, country.id), (P, partner.id)])
        everything = self.rest.get("changes").json()
        self.assertEqual(
            [row["id"] for row in everything["data"]], [country.id, partner.id]
        )

    def test_a_feed_of_all_models_is_valid_when_one_is_added(self):
        since = self.rest.get("changes").json()["meta"]["next_since"]
        self.expose("res.partner.industry")
        response = self.rest.get("changes", params={"since": since})
        self.assertEqual(response.status_code, 200)

    def test_a_cursor_of_one_model_is_that_of_a_list_with_it_alone(self):
        since = self.feed()["meta"]["next_since"]
        response = self.rest.get("changes", params={"models": P, "since": since})
        self.assertEqual(response.status_code, 200, response.text)

    # --- records -------------------------------------------------------------

    def test_records_are_those_of_a_read(self):
        partner = self.env[P].create({"name": "Ada", "active": False})
        self.add(partner, "archive", ["active"])
        self.add(partner, "update", ["name"])
        params = {"include": "record", "fields": "name,country_id"}
        rows = self.changes(**params)
        document = self.data(
            self.rest.get(f"{P}/{partner.id}", params={"fields": "name,country_id"})
        )
        self.assertEqual([row["record"] for row in rows], [document, document])
        (whole, _same) = [row["record"] for row in self.changes(include="record")]
        self.assertEqual(whole, self.data(self.rest.get(f"{P}/{partner.id}")))

    def test_records_of_several_models_have_their_default_shapes(self):
        (partner,) = self.partners(1)
        self.add(partner, "update", ["name"])
        self.add(self.env.ref("base.be"), "update", ["name"])
        answer = self.rest.get("changes", params={"include": "record"}).json()
        for row in answer["data"]:
            document = self.data(self.rest.get(f"{row['model']}/{row['id']}"))
            self.assertEqual(row["record"], document)

    def test_queries_do_not_grow_with_changes(self):
        partners = self.partners(40)
        for partner in partners:
            self.add(partner, "update", ["name"])
        counts = []
        for limit in (25, 35):
            self.feed(limit=limit, include="record")
            with self.counted() as count:
                self.feed(limit=limit, include="record")
            counts.append(count())
        self.assertEqual(*counts)

    def test_a_record_that_changes_often_fills_a_response(self):
        partner = self.env[P].create({"name": "A", "comment": "x" * 600_000})
        self.add_often(partner, 200)
        params = {"include": "record", "fields": "comment", "limit": 200}
        response = self.rest.get(f"{P}/changes", params=params)
        self.assert_problem(response, 413, "query.too_large")
        self.assertEqual(len(self.changes(**{**params, "limit": 20})), 20)

    # --- bounded work --------------------------------------------------------

    def test_a_request_looks_at_a_bounded_number_of_rows(self):
        shown = self.env[P].create({"name": "Shown"})
        self.add_many(12_000)
        self.add(shown, "update", ["name"])
        self.resource(P).domain = "[('name', '!=', 'Hidden')]"
        pages, since = [], ""
        while not pages or pages[-1]["meta"]["has_more"]:
            pages.append(self.feed(since=since))
            since = pages[-1]["meta"]["next_since"]
        self.assertEqual([len(page["data"]) for page in pages], [0, 0, 1])
        self.assertEqual(pages[-1]["data"][0]["id"], shown.id)

    def test_a_page_is_found_by_an_index(self):
        self.add_many(20_000)
        self.env.cr.execute("ANALYZE rest_change")
        rows = self.env["rest.change.rows"]
        state = rows._state()._replace(horizon=10**6)
        with self.explained() as plans:
            rows._after([P, COUNTRY], CURSOR, state, 10)
            rows._since("2026-01-31 00:00:00", state)
            rows._last()
        self.assertIn("rest_change_model_position", plans()[0])
        for plan in plans():
            self.assertNotIn("Seq Scan on rest_change", plan)

    # --- other things of HTTP ------------------------------------------------

    def test_there_is_no_entity_tag(self):
        response = self.rest.get(f"{P}/changes", headers={"If-None-Match": "*"})
        self.assertEqual(response.status_code, 200)
        self.assertNotIn("ETag", response.headers)
        self.assertEqual(response.headers["Cache-Control"], "private, no-store")

    def test_a_wait_of_an_empty_page_is_granted_in_part(self):
        headers = {"Prefer": "wait=1"}
        response = self.rest.get(f"{P}/changes", headers=headers)
        self.assertEqual(response.json()["data"], [])
        self.assertEqual(response.headers["Preference-Applied"], "wait=1")
        (partner,) = self.partners(1)
        self.add(partner, "create")
        headers = {"Prefer": "wait=4000"}
        response = self.rest.get(f"{P}/changes", headers=headers)
        self.assertEqual(len(response.json()["data"]), 1)
        self.assertEqual(response.headers["Preference-Applied"], "wait=2")
        response = self.rest.get(P, headers={"Prefer": "wait=1"})
        self.assertNotIn("Preference-Applied", response.headers)

    def test_the_position_of_a_transaction_leaves_out_what_it_sees(self):
        partners = self.partners(3)
        for number, partner in enumerate(partners):
            self.add(partner, "update", ["name"], xid=101 + number)
        rows = self.env["rest.change.rows"]
        state = rows._state()._replace(snapshot="100:104:102")
        with patch.object(type(rows), "_state", return_value=state):
            found = self.env["rest.changes"]._snapshot(self.context(), P)
        cursor = found["next_since"]
        rows = self.changes(since=cursor)
        self.assertEqual([row["id"] for row in rows], [partners[1].id])
        again = self.changes(since=rows[0]["cursor"])
        self.assertEqual(again, [])

    def test_an_export_tells_where_its_changes_follow(self):
        response = self.rest.get(f"{P}/export", params={"fields": "name", "limit": 1})
        url = response.links["monitor"]["url"]
        path, _mark, query = url.partition("?")
        self.assertTrue(path.endswith(f"{self.root}/{P}/changes"))
        since = query.removeprefix("since=")
        self.assertEqual(self.changes(since=since), [])
        self.untrack(P)
        response = self.rest.get(f"{P}/export", params={"fields": "name", "limit": 1})
        self.assertEqual(response.links, {})

    def test_an_export_as_a_job_has_the_same_cursor_in_its_manifest(self):
        response = self.rest.get(
            f"{P}/export", params={"limit": 1}, headers={"Prefer": "respond-async"}
        )
        self.assertEqual(response.status_code, 202, response.text)
        job = jobs.perform(self.env)
        manifest = self.rest.get(f"jobs/{job.id}").json()
        self.assertEqual(self.changes(since=manifest["next_since"]), [])

    def test_changes_that_are_not_tracked_are_an_error(self):
        self.untrack(P)
        response = self.rest.get(f"{P}/changes")
        self.assert_problem(response, 409, "changes.untracked")
        response = self.rest.get("changes", params={"models": P})
        self.assert_problem(response, 409, "changes.untracked")
        self.assertEqual(self.rest.get("changes").json()["data"], [])

    def test_the_order_of_sql_types_is_that_of_numbers(self):
        rows = self.env.execute_query(SQL("SELECT '9'::xid8 < '10'::xid8"))
        self.assertEqual(rows, [(True,)])
