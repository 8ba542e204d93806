"""Load a model into DuckDB, then follow it: dlt (https://dlthub.com).

    python follow_with_dlt.py https://example.com/api/v1 res.partner name,city

The key is in API_KEY. The first run loads all records, later ones what has changed.
"""

import itertools
import json
import os
import sys

import dlt
from dlt.sources.helpers.requests import Session

ROOT, MODEL, FIELDS = sys.argv[1:]
TABLE = MODEL.replace(".", "_")


class Expired(Exception):
    """The changes since the last run are not kept any more."""


def get(path, **options):
    session = Session(raise_for_status=False)
    session.trust_env = False
    session.headers["Authorization"] = f"Bearer {os.environ['API_KEY']}"
    return session.get(f"{ROOT}/{MODEL}/{path}", **options)


@dlt.resource(
    name=TABLE,
    primary_key="id",
    write_disposition="merge",
    columns={
        "deleted": {"data_type": "bool", "hard_delete": True},
        "number": {"data_type": "bigint", "dedup_sort": "desc"},
    },
)
def records():
    state, numbers = dlt.current.resource_state(), itertools.count()
    if "since" not in state:
        params = {"fields": FIELDS, "archived": "include"}
        export = get("export", params=params, stream=True)
        export.raise_for_status()
        for line in export.iter_lines():
            yield {**json.loads(line), "number": next(numbers)}
        # where the changes after this very export are told
        state["since"] = export.links["monitor"]["url"].partition("since=")[2]
    for change in changes(state):
        gone = {"id": change["id"], "deleted": True}
        yield {**(change["record"] or gone), "number": next(numbers)}


def changes(state):
    """All changes since the last run; the state has the cursor for the next."""
    has_more = True
    while has_more:
        params = {"since": state["since"], "include": "record", "fields": FIELDS}
        answer = get("changes", params=params)
        if answer.status_code == 410:
            raise Expired
        answer.raise_for_status()
        page = answer.json()
        yield from page["data"]
        state["since"] = page["meta"]["next_since"]
        has_more = page["meta"]["has_more"]


def is_expired(error):
    while error is not None and not isinstance(error, Expired):
        error = error.__cause__ or error.__context__
    return error is not None


pipeline = dlt.pipeline(
    TABLE, destination=dlt.destinations.duckdb("records.duckdb"), dataset_name="odoo"
)
try:
    pipeline.run(records())
except Exception as error:
    if not is_expired(error):
        raise
    print("loading all records anew")
    pipeline.drop_pending_packages()
    pipeline.run(records(), refresh="drop_resources")
print(json.dumps(pipeline.last_trace.last_normalize_info.row_counts))
