"""The mark of a dry run lasts as long as Odoo keeps the data of its hooks."""

from types import SimpleNamespace

from rest_api_core.orm import dry_run


def test_a_transaction_is_marked_until_its_end():
    cr = SimpleNamespace(postcommit=SimpleNamespace(data={}))
    assert not dry_run.is_marked(cr)
    dry_run.mark(cr)
    assert dry_run.is_marked(cr)
    cr.postcommit.data.clear()  # as Odoo does on commit and rollback
    assert not dry_run.is_marked(cr)
