"""What our client for Python does: python sdk_sync.py KEY PREFIX."""

import base64
import json
import os
import sys
from collections.abc import Mapping
from typing import Any

from odoo_rest import ApiError, Client, ConnectionFailed, ResPartnerCategoryValues

KEY, PREFIX = sys.argv[1:]
client = Client(KEY)
tags, partners = client.res_partner_category, client.res_partner
mine = [["name", "=like", f"{PREFIX}%"]]
found: dict[str, object] = {}


def error_of(function: object, *arguments: object, **options: object) -> list[object]:
    try:
        assert callable(function)
        function(*arguments, **options)
    except ApiError as error:
        assert error.request_id or error.status in (302, 429)
        return [error.status, error.code, [each["pointer"] for each in error.errors]]
    except ConnectionFailed:
        return ["connection"]
    raise AssertionError("there is no error")


def letter(record: Mapping[str, Any]) -> str:
    return str(record["name"])[-1]


def faulty(word: str, **options: Any) -> Client:
    return client.with_options(headers={"X-Faults": f"{PREFIX}{word}"}, **options)


found["login"] = client.me()["login"]
found["wrong key"] = error_of(Client(KEY[:-3] + "xyz").me)

names = [f"{PREFIX} {letter}" for letter in "ABCDE"]
created = tags.create_many([{"name": name} for name in names], fields=["name"])
listed = tags.list(mine, fields=["name"], sort="-name", page_size=2)
found["list"] = [letter(each) for each in listed]
found["most"] = len(list(tags.list(mine, page_size=2, limit=3)))
found["count"] = tags.count(mine)
ids = [each["id"] for each in created]
many = tags.read_many(list(reversed(ids[:2])), fields=["name"])
found["read many"] = [letter(each) for each in many]

values: ResPartnerCategoryValues = {"name": f"{PREFIX} new"}
retried = faulty("retry:drop,busy,gateway").res_partner_category.create(values)
found["retry"] = [retried.created, tags.count([["name", "=", f"{PREFIX} new"]])]
found["limit"] = faulty("limit:limit").res_partner_category.count(mine)
found["quota"] = error_of(faulty("quota:quota").me)
found["moved"] = error_of(faulty("moved:moved").me)[0] in (302, "connection")
found["timeout"] = error_of(faulty("slow:slow", timeout=1, retries=0).me)

read = tags.read(ids[0], fields=["name", "color"])
updated = tags.update(ids[0], {"color": 3}, etag=read.etag, fields=["color"])
found["update"] = updated.data["color"]
found["conflict"] = error_of(tags.update, ids[0], {"color": 4}, etag=read.etag)
replaced = tags.replace(ids[0], {"name": names[0]})
found["replace"] = (replaced.data["name"] or "")[-1]
found["update many"] = [
    each["color"] for each in tags.update_many(ids[:2], {"color": 5}, fields=["color"])
]
found["error"] = error_of(client.resource("res.partner").create, {"nme": "Ada"})
found["missing"] = error_of(tags.read, 999999)

key = {"external_id": f"{PREFIX}.1"}
found["upsert"] = [
    partners.upsert(key, {"name": PREFIX}).created,
    partners.upsert(key, {"city": "Gent"}).created,
]
partner = next(partners.list([["name", "=", PREFIX]], fields=["country_id", "city"]))
copied = partners.copy(partner["id"], {"name": f"{PREFIX} copy"}, fields=["name"])
found["copy"] = copied.data["name"] == f"{PREFIX} copy"
partners.archive(copied.data["id"])
found["archived"] = partners.count([["name", "=", f"{PREFIX} copy"]], archived="only")
partners.restore(copied.data["id"])
found["call"] = partners.call("address_get", partner["id"]) == {
    "contact": partner["id"]
}
groups = partners.aggregate(["city"], filter=[["name", "=", PREFIX]])
found["aggregate"] = groups

dry = client.with_options(dry_run=True).res_partner_category.create({"name": "dry"})
found["dry run"] = [dry.created, tags.count([["name", "=", "dry"]])]

batch = client.batch()
company = batch.create("res.partner", {"name": f"{PREFIX} Ltd"})
batch.create("res.partner", {"name": f"{PREFIX} Byron", "parent_id": company})
found["batch"] = [each["status"] for each in batch.run()]
byron = [["name", "=", f"{PREFIX} Byron"]]
(child,) = partners.list(byron, expand={"parent_id": {"fields": ["name"]}})
parent = child["parent_id"]
found["ref"] = parent is not None and parent["name"] == f"{PREFIX} Ltd"

export = tags.export(mine, fields=["name"], sort="name")
found["export"] = [letter(each) for each in export]
tags.update(ids[1], {"color": 7})
change = next(tags.changes(since=export.since, follow=True, fields=["color"]))
colour = (change["record"] or {}).get("color")
found["changes"] = [change["operation"], change["id"] == ids[1], colour]

job = tags.import_rows([{"name": f"{PREFIX} job"}, {"name": f"{PREFIX} job 2"}])
job.wait(timeout=150)
found["import"] = [each["outcome"] for each in job.rows("successful")]

file = partners.attach(partner["id"], "note.txt", b"Paid.", mimetype="text/plain")
found["file"] = client.download(file["id"]).decode()
client.replace_attachment(file["id"], b"Unpaid.", mimetype="text/plain")
found["other file"] = client.download(file["id"]).decode()
client.delete_attachment(file["id"])
found["files"] = len(partners.attachments(partner["id"]))

pixel = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
partners.store(partner["id"], "image_1920", pixel, content_type="image/png")
found["content"] = partners.content(partner["id"], "image_1920")[:4].hex()

items = [(key, {"city": "Aalst"}), ({"ref": f"{PREFIX}2"}, {"name": f"{PREFIX} two"})]
found["upsert many"] = len(client.resource("res.partner").upsert_many(items))
batch = client.batch()
batch.create("res.partner", {"name": f"{PREFIX} good"})
batch.create("res.partner", {"nme": "bad"})
found["partial"] = [each["status"] for each in batch.run("partial")]
feed = client.changes(["res.partner.category"])
found["feed"] = next(feed)["model"]
job = tags.export_job(mine, fields=["name"])
output = job.wait(timeout=150)["output"][0]
found["export job"] = [output["count"], len(job.rows(output["type"]))]
rows = [{"name": f"{PREFIX} {n}", "comment": "x" * 4000} for n in range(300)]
job = client.resource("res.partner").import_rows(rows, dry_run=True)
job.wait(timeout=150)
found["parts"] = len(job.rows("successful"))

oauth = Client(
    client_id=os.environ["OAUTH_ID"], client_secret=os.environ["OAUTH_SECRET"]
)
found["oauth"] = oauth.res_partner_category.count(mine)
renewed = oauth.with_options(headers={"X-Faults": f"{PREFIX}renew:expired"})
found["renewed"] = renewed.res_partner_category.count(mine)

french = client.with_options(language="fr_FR", companies=[1])
found["language"] = french.request("GET", "user/me").headers["content-language"]

tags.delete(ids, force=True)
found["deleted"] = error_of(tags.read, ids[0])[0]
print(json.dumps(found))
