"""The SQL of leases, on a table like that of deliveries."""

from odoo.tests import TransactionCase, tagged

from ..leases.policy import Claimed, Outcome, Policy
from ..leases.table import Condition, Fair, Names, Table

CREATE = """
CREATE TEMPORARY TABLE rest_lease_probe (
    id serial PRIMARY KEY, state varchar DEFAULT 'ready', owner int, record int,
    next_at timestamp DEFAULT (now() AT TIME ZONE 'UTC'), lease_until timestamp,
    lease_id varchar, attempts int DEFAULT 0, lease_losses int DEFAULT 0,
    answer jsonb, note varchar
) ON COMMIT DROP
"""
NAMES = Names(
    "rest_lease_probe",
    columns=("owner", "attempts"),
    results={"answer": "jsonb", "note": "varchar"},
)


@tagged("post_install", "-at_install")
class TestLeases(TransactionCase):
    def setUp(self):
        super().setUp()
        self.cursor = self.env.cr._obj
        self.cursor.execute(CREATE)
        self.table = Table(
            lambda work: work(self.cursor), NAMES, Policy(), poison={"note": "poison"}
        )

    def add(self, *owners):
        self.cursor.execute(
            "INSERT INTO rest_lease_probe (owner, record)"
            " SELECT owner, n FROM unnest(%s::int[]) WITH ORDINALITY AS o (owner, n)"
            " RETURNING id",
            [list(owners)],
        )
        return [row[0] for row in self.cursor.fetchall()]

    def rows(self, columns):
        self.cursor.execute(f"SELECT {columns} FROM rest_lease_probe ORDER BY id")
        return self.cursor.fetchall()

    def ids(self, claimed):
        return sorted(each.id for each in claimed)

    def test_the_longest_due_are_claimed_once(self):
        ids = self.add(1, 1, 1)
        self.cursor.execute(
            "UPDATE rest_lease_probe SET next_at = next_at - interval '1 h'"
            " WHERE id = %s",
            [ids[2]],
        )
        self.assertEqual(self.ids(self.table.claim(1, "a")), ids[2:])
        self.assertEqual(self.ids(self.table.claim(5, "b")), ids[:2])
        self.assertEqual(self.table.claim(5, "c"), [])

    def test_a_claim_tells_the_columns(self):
        self.add(7)
        (claimed,) = self.table.claim(1, "a")
        self.assertEqual(claimed.values, {"owner": 7, "attempts": 1})
        state, lease_id, left = self.rows(
            "state, lease_id, lease_until > now() AT TIME ZONE 'UTC'"
        )[0]
        self.assertEqual((state, lease_id, left), ("leased", "a", True))

    def test_what_is_not_due_waits(self):
        self.add(1)
        self.cursor.execute(
            "UPDATE rest_lease_probe SET next_at = next_at + interval '1 h'"
        )
        self.assertEqual(self.table.claim(1, "a"), [])

    def test_a_condition_narrows_a_claim(self):
        ids = self.add(1, 2, 3)
        only = Condition("r.owner <> ALL(%s) AND r.record < %s", ([2], 3))
        self.assertEqual(self.ids(self.table.claim(5, "a", only)), ids[:1])

    def test_records_keep_their_order(self):
        """As deliveries do: only the first that is not finished, of each record."""
        ids = self.add(1, 1, 2)
        self.cursor.execute("UPDATE rest_lease_probe SET record = owner")
        first = Condition(
            "NOT EXISTS (SELECT FROM rest_lease_probe e WHERE e.id < r.id"
            " AND e.record = r.record AND e.state IN ('ready', 'leased'))"
        )
        claimed = self.table.claim(5, "a", first)
        self.assertEqual(self.ids(claimed), [ids[0], ids[2]])
        self.assertEqual(self.table.claim(5, "b", first), [])
        self.table.complete([Outcome(each, "done") for each in claimed])
        self.assertEqual(self.ids(self.table.claim(5, "c", first)), [ids[1]])

    def test_groups_share_a_claim(self):
        ids = self.add(1, 1, 1, 1, 2, 3, 3)
        fair = Fair("owner", 2)
        claimed = self.table.claim(10, "a", fair=fair)
        self.assertEqual(self.ids(claimed), [ids[n] for n in (0, 1, 4, 5, 6)])
        narrow = Condition("r.owner <> %s", (3,))
        self.assertEqual(self.ids(self.table.claim(1, "b", narrow, fair)), [ids[2]])

    def test_an_empty_queue_has_no_groups(self):
        self.assertEqual(self.table.claim(1, "a", fair=Fair("owner", 1)), [])

    def test_only_own_leases_are_renewed(self):
        ids = self.add(1, 1)
        mine, other = self.table.claim(1, "a"), self.table.claim(1, "b")
        self.cursor.execute("UPDATE rest_lease_probe SET lease_until = NULL")
        stolen = Claimed(other[0].id, "a")
        self.assertEqual(self.table.beat([*mine, stolen]), {ids[0]})
        renewed = self.rows("lease_until IS NOT NULL")
        self.assertEqual(renewed, [(True,), (False,)])
        self.assertEqual(self.table.beat([]), set())

    def test_an_outcome_counts_where_the_lease_holds(self):
        ids = self.add(*[1] * 64)
        claimed = self.table.claim(64, "a")
        self.cursor.execute(
            "UPDATE rest_lease_probe SET lease_id = 'b' WHERE id = %s", [ids[5]]
        )
        outcomes = [
            Outcome(each, "done", {"answer": {"id": each.id}, "note": "'%s"})
            for each in claimed
        ]
        stored = self.table.complete(outcomes)
        self.assertEqual(stored, {*ids} - {ids[5]})
        rows = self.rows("id, state, answer, note, lease_id")
        self.assertEqual(rows[0], (ids[0], "done", {"id": ids[0]}, "'%s", None))
        self.assertEqual(rows[5], (ids[5], "leased", None, None, "b"))
        self.assertEqual(self.table.complete(outcomes), set())

    def test_an_outcome_may_be_another_try(self):
        self.add(1)
        (claimed,) = self.table.claim(1, "a")
        self.table.complete([Outcome(claimed, "ready", delay=60)])
        self.assertEqual(self.table.claim(1, "b"), [])
        later = "next_at > now() AT TIME ZONE 'UTC' + interval '50 s'"
        self.assertEqual(self.rows(later), [(True,)])

    def test_what_is_given_back_is_claimed_by_others(self):
        ids = self.add(1)
        claimed = self.table.claim(1, "a")
        self.assertEqual(self.table.give_back([Claimed(ids[0], "b")]), set())
        self.assertEqual(self.table.give_back(claimed), {ids[0]})
        self.assertEqual(self.ids(self.table.claim(1, "c")), ids)

    def test_a_row_that_loses_three_workers_is_dead(self):
        (row_id,) = self.add(1)
        for state in ("ready", "ready", "failed"):
            self.assertEqual(len(self.table.claim(1, "a")), 1)
            self.assertEqual(self.table.reap(), [])
            self.cursor.execute(
                "UPDATE rest_lease_probe SET lease_until = now() - interval '1 day'"
            )
            self.assertEqual(self.table.reap(), [(row_id, state)])
        self.assertEqual(
            self.rows("lease_losses, note, lease_id"), [(3, "poison", None)]
        )
        self.assertEqual(self.table.claim(1, "a"), [])
