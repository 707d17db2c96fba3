import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toItem } from "../../../adapters/tables/item";
import { userHere } from "../../../cli/deployment";
import { accessListStore } from "../../../features/access-list/store/access-list";
import { serveNames } from "../../../local/stand-ins/systems";
import { gatehouse, gatehouseAt, jsonLines, startInstance, type TestInstance } from "../../cli/support";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-dns-"));
const zone = join(folder, "dns.json");
let instance: TestInstance;
let dns: Awaited<ReturnType<typeof serveNames>>;
beforeEach(async () => {
  texts({});
  dns = await serveNames(zone);
  instance = await startInstance([], "policy", { audit: true, endpoints: { dns: dns.url } });
});
afterEach(() => Promise.all([instance.close(), dns.close()]));
afterAll(() => rmSync(folder, { recursive: true }));

const partners = (...args: string[]) => gatehouse("partners", ...args, ...instance.local);
const partnersIn = (days: number, ...args: string[]) =>
  gatehouseAt(
    { now: () => new Date(Date.now() + days * 86_400_000), sleep: async () => undefined },
    "partners",
    ...args,
    ...instance.local,
  );
function texts(txt: Readonly<Record<string, readonly string[]>>): void {
  writeFileSync(zone, JSON.stringify({ txt }));
}
interface Shown {
  readonly state: string;
  readonly record: { readonly name: string; readonly value: string };
}
const only = (ran: Awaited<ReturnType<typeof partners>>) => jsonLines(ran)[0] as Shown;

it("a partner changes from pending to proven, stale and lapsed, and the trail has an entry for each change", async () => {
  const added = await partners("add", "Contoso.com", "--json");
  expect(added).toMatchObject({ exitCode: 0 });
  const { record } = only(added);
  expect(only(added)).toMatchObject({
    domain: "contoso.com",
    state: "pending",
    by: userHere(),
    record: { name: "_gatehouse.contoso.com" },
  });
  expect(record.value).toMatch(/^gatehouse-partner=[0-9a-f]{32}$/);
  expect(await partners("check", "contoso.com")).toMatchObject({ exitCode: 2, stdout: expect.stringContaining("pending until") });
  texts({ [record.name]: ["v=spf1 -all", record.value] });
  expect(await partners("check")).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("contoso.com: proven since") });
  expect(await partners("check")).toMatchObject({ exitCode: 0 });
  texts({});
  expect(only(await partnersIn(1, "check", "contoso.com", "--json"))).toMatchObject({ state: "stale", look: "missing" });
  writeFileSync(zone, "no JSON");
  expect(await partnersIn(2, "check", "contoso.com")).toMatchObject({ exitCode: 2, stdout: expect.stringContaining("did not answer") });
  // After the week, nobody counts, even if no check has said so yet.
  expect(await partnersIn(8.1, "list")).toMatchObject({ stdout: expect.stringMatching(/stale, over since .* counts for nobody/) });
  expect(await partnersIn(8.1, "show", "contoso.com")).toMatchObject({ stdout: expect.stringContaining("do not count as this partner's") });
  for (const verb of [["list"], ["show", "contoso.com"]])
    expect(only(await partnersIn(8.1, ...verb, "--json"))).toMatchObject({ state: "stale", overdue: true });
  expect(only(await partnersIn(7, "list", "--json"))).not.toHaveProperty("overdue");
  texts({});
  expect(only(await partnersIn(8.1, "check", "contoso.com", "--json"))).toMatchObject({ state: "lapsed" });
  expect(await partners("check", "contoso.com")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("makes a new record") });
  expect(only(await partners("add", "contoso.com", "--json")).record.value).not.toBe(record.value);
  const kept = { entry: "ann@contoso.com", effect: "allow", byPartner: "contoso.com" };
  const list = accessListStore(instance.dynamodb.client, instance.dynamodb.tableName);
  await list.put(toItem(kept), undefined);
  const unasked = await partners("remove", "contoso.com");
  expect(unasked).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/contoso\.com: .+\n.*no terminal to ask at.*add --yes/) });
  expect(await partners("remove", "contoso.com", "--yes")).toMatchObject({ exitCode: 0, stdout: "contoso.com is removed.\n" });
  expect(Date.parse(String((await list.get(kept.entry))?.expiresAt?.S))).toBeLessThanOrEqual(Date.now());
  expect(await partners("list")).toMatchObject({ exitCode: 0, stdout: "" });
  const trail = await gatehouse("audit", "list", "--json", ...instance.local);
  const actions = (jsonLines(trail) as { action: string; subject: string; outcome: string }[]).map(
    ({ action, subject }) => `${action} ${subject}`,
  );
  expect(actions.reverse()).toEqual([
    "partner.added partner/contoso.com",
    ...Array.from({ length: 4 }, () => "partner.changed partner/contoso.com"),
    "access-list.changed ann@contoso.com",
    "partner.removed partner/contoso.com",
  ]);
});

it("a domain that is added again keeps its record and names who added it; its subdomain is no partner", async () => {
  const { record } = only(await partners("add", "contoso.com", "--json"));
  expect(only(await partners("add", "contoso.com", "--json")).record).toEqual(record);
  await instance.dynamodb.client.call("UpdateItem", {
    TableName: instance.decisionsTable,
    Key: { reference: { S: "partner" }, id: { S: "contoso.com" } },
    UpdateExpression: "SET #by = :by",
    ExpressionAttributeNames: { "#by": "by" },
    ExpressionAttributeValues: { ":by": { S: "lee@laptop" } },
  });
  expect(await partners("add", "contoso.com")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("added by lee@laptop") });
  expect(await partners("show", "eu.contoso.com")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("is no partner") });
  expect((await partners("show", "contoso.com")).stdout).toContain(`Value       ${record.value}`);
  expect((await partners("list", "proven")).stderr).toContain("No partner is proven.");
});

it("reports an unreadable row, which no page of the list shows, and removes it", async () => {
  await instance.putRow({ reference: "partner", id: "contoso.com", state: "proven" }, instance.decisionsTable);
  const kept = { entry: "ann@contoso.com", effect: "allow", byPartner: "contoso.com" };
  const list = accessListStore(instance.dynamodb.client, instance.dynamodb.tableName);
  await list.put(toItem(kept), undefined);
  const says = "ts row cannot be read, because of the column token";
  expect(await partners("list")).toMatchObject({ exitCode: 0, stdout: "", stderr: expect.stringContaining(says) });
  for (const args of [
    ["show", "contoso.com"],
    ["check", "contoso.com"],
    ["add", "contoso.com"],
  ])
    expect(await partners(...args)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(says) });
  expect(await partners("remove", "contoso.com", "--yes")).toMatchObject({ exitCode: 0, stdout: "contoso.com is removed.\n" });
  expect((await list.get(kept.entry))?.expiresAt).toBeDefined();
  expect(await partners("add", "contoso.com")).toMatchObject({ exitCode: 0 });
});

it("reports entries left by a partner whose row somebody deleted; a removal of the partner ends them", async () => {
  const list = accessListStore(instance.dynamodb.client, instance.dynamodb.tableName);
  for (const entry of ["ann@contoso.com", "bo@contoso.com"])
    await list.put(toItem({ entry, effect: "allow", byPartner: "contoso.com" }), undefined);
  await list.put(toItem({ entry: "cy@contoso.com", effect: "deny", byPartner: "contoso.com" }), undefined);
  expect((await partners("list")).stderr).toContain("contoso.com is no partner, and 2 entries that its contacts wrote are left");
  expect(await partners("remove", "contoso.com", "--yes")).toMatchObject({ exitCode: 0 });
  expect((await partners("list")).stderr).not.toContain("entries");
  expect(await partners("remove", "contoso.com", "--yes")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("is no partner") });
});

it("an organisation that a public list has as a suffix is an ordinary partner once an operator adds it", async () => {
  expect(await partners("add", "gov.scot", "--anyway")).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("_gatehouse.gov.scot"),
  });
  expect(await partners("show", "gov.scot")).toMatchObject({ exitCode: 0 });
  expect(await partners("remove", "gov.scot", "--yes")).toMatchObject({ exitCode: 0 });
});

it.each([
  { args: ["add", "gmail.com"], says: "Anybody can get an address there, so" },
  { args: ["add", "gmail.com", "--anyway"], says: "Anybody can get an address there, so" },
  { args: ["add", "gov.scot"], says: "Such lists also contain some organisations. --anyway adds it" },
  { args: ["add", "*.contoso.com"], says: "is not a domain: write contoso.com." },
  { args: ["add", "kim@contoso.com"], says: "is not a domain" },
  { args: ["check", "contoso.com"], says: "is no partner" },
  { args: ["remove", "contoso.com", "--yes"], says: "is no partner" },
  { args: ["list", "new"], says: "Allowed choices are pending, proven, stale, lapsed" },
])("refuses $args", async ({ args, says }) => {
  const { exitCode, stderr } = await partners(...args);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(says) });
});

it("partners add reports whether a rule of the policy asks for partners", async () => {
  const unasked = await partners("add", "contoso.com");
  expect(unasked.stderr).toContain("No rule of the policy is partners(…), so a proof lets nobody in yet");
  expect(unasked.stderr).not.toContain("Gatehouse looks for it every day");
  const other = await startInstance([], "samples/policies/partners", { audit: true });
  const { stderr } = await gatehouse("partners", "add", "contoso.com", ...other.local);
  await other.close();
  expect(stderr).toMatch(/^The domain's owner sets this record. Gatehouse looks for it every day; partners check .+\n$/);
});
