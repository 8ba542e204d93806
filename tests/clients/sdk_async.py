"""What our client for asyncio does: python sdk_async.py KEY PREFIX."""

import asyncio
import json
import sys

from odoo_rest import ApiError, AsyncClient

KEY, PREFIX = sys.argv[1:]


async def main() -> None:
    found: dict[str, object] = {}
    async with AsyncClient(KEY) as client:
        tags = client.res_partner_category
        mine = [["name", "=like", f"{PREFIX}%"]]
        found["login"] = (await client.me())["login"]
        names = [f"{PREFIX} {letter}" for letter in "ABCDE"]
        created = await asyncio.gather(*(tags.create({"name": n}) for n in names))
        listed = tags.list(mine, fields=["name"], sort="-name", page_size=2)
        found["list"] = [str(each["name"])[-1] async for each in listed]
        faulty = client.with_options(headers={"X-Faults": f"{PREFIX}retry:drop,busy"})
        retried = await faulty.res_partner_category.create({"name": f"{PREFIX} new"})
        found["retry"] = [retried.created, await tags.count(mine)]
        first = created[0]
        await tags.update(first.data["id"], {"color": 3}, etag=first.etag)
        try:
            await tags.update(first.data["id"], {"color": 4}, etag=first.etag)
        except ApiError as error:
            found["conflict"] = [error.status, error.code]
        export = await tags.export(mine, fields=["name"], sort="name")
        found["export"] = [str(each["name"])[-1] async for each in export]
        await tags.update(first.data["id"], {"color": 7})
        async for change in tags.changes(since=export.since, follow=True):
            found["changes"] = [change["operation"], change["id"] == first.data["id"]]
            break
        batch = client.batch()
        batch.create("res.partner", {"name": f"{PREFIX} Ltd"})
        found["batch"] = [each["status"] for each in await batch.run()]
        job = await tags.import_rows([{"name": f"{PREFIX} job"}])
        await job.wait(timeout=150)
        found["import"] = len(await job.rows("successful"))
        await tags.delete([each.data["id"] for each in created])
    print(json.dumps(found))


asyncio.run(main())
