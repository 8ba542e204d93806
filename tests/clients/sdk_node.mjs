// What our client for JavaScript does: node sdk_node.mjs KEY PREFIX
import { ApiError, Client, ConnectionFailed } from "./odoo-rest.mjs";

const [KEY, PREFIX] = process.argv.slice(2);
const client = new Client({ key: KEY });
const { resPartnerCategory: tags, resPartner: partners } = client;
const mine = [["name", "=like", `${PREFIX}%`]];
const found = {};

async function errorOf(run) {
  try {
    await run();
  } catch (error) {
    if (error instanceof ConnectionFailed) {
      return ["connection"];
    }
    if (!(error instanceof ApiError)) {
      throw error;
    }
    return [error.status, error.code, error.errors.map((each) => each.pointer)];
  }
  throw new Error("there is no error");
}

async function all(iterable) {
  const items = [];
  for await (const item of iterable) {
    items.push(item);
  }
  return items;
}

const faulty = (word, options = {}) =>
  client.withOptions({ headers: { "X-Faults": `${PREFIX}${word}` }, ...options });

found.login = (await client.me()).login;
const wrong = new Client({ key: `${KEY.slice(0, -3)}xyz` });
found["wrong key"] = await errorOf(() => wrong.me());

const names = [..."ABCDE"].map((letter) => `${PREFIX} ${letter}`);
const created = await tags.createMany(
  names.map((name) => ({ name })),
  { fields: ["name"] },
);
const listed = tags.list({ filter: mine, fields: ["name"], sort: "-name", pageSize: 2 });
found.list = (await all(listed)).map((each) => each.name.at(-1));
found.most = (await all(tags.list({ filter: mine, pageSize: 2, limit: 3 }))).length;
found.count = await tags.count({ filter: mine });
const ids = created.map((each) => each.id);
const many = await tags.readMany([ids[1], ids[0]], { fields: ["name"] });
found["read many"] = many.map((each) => each.name.at(-1));

const retried = await faulty("retry:drop,busy,gateway").resPartnerCategory.create({
  name: `${PREFIX} new`,
});
found.retry = [
  retried.created,
  await tags.count({ filter: [["name", "=", `${PREFIX} new`]] }),
];
found.limit = await faulty("limit:limit").resPartnerCategory.count({ filter: mine });
found.quota = await errorOf(() => faulty("quota:quota").me());
found.moved = [302, "connection"].includes((await errorOf(() => faulty("moved:moved").me()))[0]);
found.timeout = await errorOf(() => faulty("slow:slow", { timeout: 1, retries: 0 }).me());

const read = await tags.read(ids[0], { fields: ["name", "color"] });
const { etag } = read;
const updated = await tags.update(ids[0], { color: 3 }, { etag, fields: ["color"] });
found.update = updated.data.color;
found.conflict = await errorOf(() => tags.update(ids[0], { color: 4 }, { etag }));
found.replace = (await tags.replace(ids[0], { name: names[0] })).data.name.at(-1);
const both = await tags.updateMany(ids.slice(0, 2), { color: 5 }, { fields: ["color"] });
found["update many"] = both.map((each) => each.color);
found.error = await errorOf(() => partners.create({ nme: "Ada" }));
found.missing = await errorOf(() => tags.read(999999));

const key = { external_id: `${PREFIX}.1` };
found.upsert = [
  (await partners.upsert(key, { name: PREFIX })).created,
  (await partners.upsert(key, { city: "Gent" })).created,
];
const named = (name) => [["name", "=", name]];
const [partner] = await all(
  partners.list({ filter: named(PREFIX), fields: ["country_id", "city"] }),
);
const copyName = `${PREFIX} copy`;
const copied = await partners.copy(partner.id, { name: copyName }, { fields: ["name"] });
found.copy = copied.data.name === copyName;
await partners.archive(copied.data.id);
found.archived = await partners.count({ filter: named(copyName), archived: "only" });
await partners.restore(copied.data.id);
const address = await partners.call("address_get", { ids: partner.id });
found.call = address.contact === partner.id;
found.aggregate = await partners.aggregate({
  groupBy: ["city"],
  aggregate: ["id:count"],
  filter: named(PREFIX),
});

const dry = await client
  .withOptions({ dryRun: true })
  .resPartnerCategory.create({ name: "dry" });
found["dry run"] = [dry.created, await tags.count({ filter: named("dry") })];

const batch = client.batch();
const company = batch.create("res.partner", { name: `${PREFIX} Ltd` });
batch.create("res.partner", { name: `${PREFIX} Byron`, parent_id: company });
found.batch = (await batch.run()).map((each) => each.status);
const [child] = await all(
  partners.list({
    filter: named(`${PREFIX} Byron`),
    expand: { parent_id: { fields: ["name"] } },
  }),
);
found.ref = child.parent_id.name === `${PREFIX} Ltd`;

const exported = await tags.export({ filter: mine, fields: ["name"], sort: "name" });
found.export = (await all(exported)).map((each) => each.name.at(-1));
await tags.update(ids[1], { color: 7 });
const options = { since: exported.since, follow: true, fields: ["color"] };
for await (const change of tags.changes(options)) {
  found.changes = [change.operation, change.id === ids[1], change.record.color];
  break;
}

const job = await tags.importRows([{ name: `${PREFIX} job` }, { name: `${PREFIX} job 2` }]);
await job.wait(150);
found.import = (await job.rows("successful")).map((each) => each.outcome);

const text = { mimetype: "text/plain" };
const file = await partners.attach(partner.id, "note.txt", "Paid.", text);
found.file = new TextDecoder().decode(await client.download(file.id));
await client.replaceAttachment(file.id, "Unpaid.", text);
found["other file"] = new TextDecoder().decode(await client.download(file.id));
await client.deleteAttachment(file.id);
found.files = (await partners.attachments(partner.id)).length;

const pixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk" +
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
await partners.store(partner.id, "image_1920", pixel, { contentType: "image/png" });
const stored = await partners.content(partner.id, "image_1920");
found.content = Buffer.from(stored.subarray(0, 4)).toString("hex");

const upserted = await partners.upsertMany([
  [key, { city: "Aalst" }],
  [{ ref: `${PREFIX}2` }, { name: `${PREFIX} two` }],
]);
found["upsert many"] = upserted.length;
const partial = client.batch();
partial.create("res.partner", { name: `${PREFIX} good` });
partial.create("res.partner", { nme: "bad" });
found.partial = (await partial.run({ mode: "partial" })).map((each) => each.status);
const feed = client.changes({ models: ["res.partner.category"] });
found.feed = (await feed.next()).value.model;
const exporting = await tags.exportJob({ filter: mine, fields: ["name"] });
const [output] = (await exporting.wait(150)).output;
found["export job"] = [output.count, (await exporting.rows(output.type)).length];
const rows = Array.from({ length: 300 }, (_, n) => ({
  name: `${PREFIX} ${n}`,
  comment: "x".repeat(4000),
}));
const large = await partners.importRows(rows, { dryRun: true });
await large.wait(150);
found.parts = (await large.rows("successful")).length;

const { OAUTH_ID: clientId, OAUTH_SECRET: clientSecret } = process.env;
const oauth = new Client({ clientId, clientSecret });
found.oauth = await oauth.resPartnerCategory.count({ filter: mine });
const renewed = oauth.withOptions({ headers: { "X-Faults": `${PREFIX}renew:expired` } });
found.renewed = await renewed.resPartnerCategory.count({ filter: mine });

const french = client.withOptions({ language: "fr_FR", companies: [1] });
found.language = (await french.request("GET", "user/me")).headers.get("content-language");

await tags.delete(ids, { force: true });
[found.deleted] = await errorOf(() => tags.read(ids[0]));
console.log(JSON.stringify(found));
