// What TypeScript knows of our client; it is compiled, not run.
import { ApiError, Client, type ResPartner } from "./odoo-rest.mjs";

export async function use(client: Client): Promise<string> {
  const partners = client.resPartner;
  for await (const partner of partners.list({ fields: ["name"], limit: 10 })) {
    const name: string | null | undefined = partner.name;
    console.log(name);
  }
  const read = await partners.read(3, { expand: "country_id" });
  const code: string | null | undefined = read.data.country_id?.code;
  const { data, created } = await partners.create({ name: "Ada", type: "invoice" });
  await partners.update(3, { country_id: { code: "BE" } }, { etag: read.etag });
  // @ts-expect-error there is no such field
  await partners.create({ nme: "Ada" });
  // @ts-expect-error a city is text
  await partners.create({ city: 3 });
  // @ts-expect-error there is no such type of address
  await partners.create({ type: "other address" });
  const batch = client.withOptions({ dryRun: true }).batch();
  const company = batch.create("res.partner", { name: "Lovelace Ltd" });
  batch.create("res.partner", { name: "Byron", parent_id: company });
  try {
    await batch.run();
  } catch (error) {
    if (error instanceof ApiError) return error.errors.map((each) => each.code).join();
    throw error;
  }
  const record: ResPartner = data;
  return `${record.id} ${created} ${code}`;
}
