import { type Item, toItem } from "../../../adapters/tables/item";
import { addIndexes } from "../../../features/access-list/store/list-indexes";
import { allowedDomain, createLookAlikes } from "../../../features/access-list/store/look-alikes";
import { domainCountStore } from "../../../features/counts/store/domain-counts";
import { knownDomains, type LookAlikes } from "../../../features/look-alikes/store";
import { record } from "../../console/support";
import { startDynamoDb, type TestDynamoDb } from "../../support/dynamodb";
import { createKeyTable } from "../../support/key-table";
import { runs } from "../../support/runs";

const LEDGER = "ledger-test";
const NOW = new Date("2026-11-21T12:00:00Z");
const EXPIRES = Math.floor(NOW.getTime() / 1_000) + 90 * 86_400;
let database: TestDynamoDb;
let alike: LookAlikes;
beforeEach(async () => {
  database = await startDynamoDb();
  await createKeyTable(database.client, LEDGER, "ledger");
  alike = createLookAlikes(
    database.client,
    (table) => (table === "ledger" ? LEDGER : database.tableName),
    () => NOW,
  );
});
afterEach(() => database.close());

/** As an operator and the list's worker do. */
async function list(entry: string, cells: Readonly<Record<string, unknown>> = { effect: "allow" }): Promise<void> {
  await database.client.call("PutItem", { TableName: database.tableName, Item: addIndexes(toItem({ entry, ...cells })) });
  await knownDomains(database.client, LEDGER).allowed([allowedDomain(entry, cells) ?? []].flat());
}
const said = async (domain: string) => ((await alike.lookAlikesOf([domain])).get(domain) ?? []).map(({ like, by }) => `${like} ${by}`);

it("needs no more requests to find a domain among thousands of rows than among two", async () => {
  await list("contoso.com");
  await list("fabrikam.com");
  database.operations();
  expect(await said("c0ntoso.com")).toEqual(["contoso.com list"]);
  const asked = database.operations();
  // An entry has a row for each letter of its name in the index, and one more: with TEST_RUNS they are a hundred thousand.
  const domains = Array.from({ length: runs(1_250, 12_500) }, (_, index) => `a${index.toString(36).padStart(5, "q")}.com`);
  await Promise.all(domains.map((domain) => list(domain)));
  await list("contoso.com");
  database.operations();
  expect(await said("c0ntoso.com")).toEqual(["contoso.com list"]);
  expect(database.operations()).toEqual(asked);
  expect(asked).toEqual(["BatchGetItem", "BatchGetItem", "BatchGetItem"]);
});

it.each([
  ["an entry of all under a domain", "*.contoso.com", { effect: "allow" }, ["contoso.com list"]],
  ["an entry in capitals", "Contoso.COM", { effect: "Allow" }, []],
  ["a deny", "contoso.com", { effect: "deny" }, []],
  ["an entry whose time is over", "contoso.com", { effect: "allow", expiresAt: "2026-01-01" }, []],
  ["one that cannot be read", "contoso.com", { effect: "allow", expiresAt: "soon" }, []],
  ["an address", "kim@contoso.com", { effect: "allow" }, []],
  ["a mail provider", "gmail.com", { effect: "allow" }, []],
])("considers what the list allows: %s", async (_, entry, cells, expected) => {
  await list(entry, cells);
  expect(await said("c0ntoso.com")).toEqual(expected);
});

it("names no removed entry, and no look-alike for a domain that the list allows too", async () => {
  await list("contoso.com");
  await list("contoso.co");
  expect(await said("contoso.co")).toEqual([]);
  expect(await said("eu.contoso.co")).toEqual([]);
  await database.client.call("DeleteItem", { TableName: database.tableName, Key: toItem({ entry: "contoso.com" }) });
  expect(await said("c0ntoso.com")).toEqual(["contoso.co list"]);
});

it("names no look-alike for a domain that the list allows, even before a worker has noted the entry", async () => {
  await list("contoso.com");
  const put = (effect: string) =>
    database.client.call("PutItem", { TableName: database.tableName, Item: addIndexes(toItem({ entry: "c0ntoso.com", effect })) });
  await put("allow");
  expect(await said("c0ntoso.com")).toEqual([]);
  await put("deny");
  expect(await said("c0ntoso.com")).toEqual(["contoso.com list"]);
});

it.each([
  ["c0ntoso.com", "contoso.com"],
  ["fabr1karn.com", "fabrlkam.com"],
  ["xn--fabrkam-uog.com", "fabrikam.com"],
])("names the domain that looks the same even before its import is noted: for %s, %s", async (asked, like) => {
  await list("contosso.com");
  await database.client.call("PutItem", { TableName: database.tableName, Item: addIndexes(toItem({ entry: like, effect: "allow" })) });
  expect((await said(asked))[0]).toBe(`${like} list`);
});

it("names the domain with more people first if two are equally similar", async () => {
  await list("contosso.com");
  await list("contoso.com");
  const decision = (personId: string) => ({
    sequenceNumber: personId,
    record: record({ personId, email: `${personId}@contoso.com`, at: NOW.toISOString() }),
  });
  expect(await said("contosoo.com")).toEqual(["contosso.com list", "contoso.com list"]);
  await domainCountStore(database.client, LEDGER).add([decision("kim"), decision("lee")], () => EXPIRES);
  expect(await said("contosoo.com")).toEqual(["contoso.com list", "contosso.com list"]);
});

it("knows the domains of admitted people as long as decisions are stored, unless the list denies them", async () => {
  const known = knownDomains(database.client, LEDGER);
  await known.letIn("fabrikam.com", EXPIRES);
  expect(await said("fabrlkam.com")).toEqual(["fabrikam.com decisions"]);
  database.operations();
  await known.letIn("fabrikam.com", EXPIRES + 3_600);
  expect(database.operations()).toEqual(["GetItem"]);
  await list("fabrikam.com", { effect: "deny" });
  expect(await said("fabrlkam.com")).toEqual([]);
});

it("names the most similar domains first, and a domain of both list and decisions once, as the list's", async () => {
  await list("contoso.org");
  await list("contosso.com");
  await list("contoso.com");
  await knownDomains(database.client, LEDGER).letIn("contoso.com", EXPIRES);
  expect(await said("cont0so.com")).toEqual(["contoso.org list", "contoso.com list", "contosso.com list"]);
  const [first] = (await alike.lookAlikesOf(["cont0so.com"])).get("cont0so.com") ?? [];
  expect(first).toMatchObject({ place: "letters", shown: "cont0so.com", marks: [4], looksSame: true });
});

it("notes no more entries allowed outside than DynamoDB takes in a row", async () => {
  await list("contoso.com");
  const name = (start: string) => start.padEnd(252, "x");
  // Room for about 150 bytes is left of the 400 KB.
  const members = Array.from({ length: 795 }, (_, index) => `${name(`a${index}`)} decisions ${name(`b${index}`)}`);
  const Item = { id: { S: "looks-like/unasked" }, domains: { SS: members } };
  await database.client.call("PutItem", { TableName: LEDGER, Item });
  const entries = ["c0ntoso.com", "cont0so.com", "contos0.com", "contosso.com", "contozo.com", "cntoso.com", "contosox.com"];
  await expect(knownDomains(database.client, LEDGER).unasked(entries)).resolves.toBeUndefined();
});

const endings = Array.from({ length: 676 }, (_, index) => String.fromCharCode(97 + Math.floor(index / 26), 97 + (index % 26)));

it("compares with a domain that came when a hundred others already had the same letters", async () => {
  const store = knownDomains(database.client, LEDGER);
  const denied = endings.slice(0, 250).map((ending) => `contoso.${ending}`);
  for (const domain of denied.slice(0, 205)) await store.letIn(domain, EXPIRES);
  await store.letIn("fabrikam.com", EXPIRES);
  await store.letIn("contoso.com", EXPIRES + 86_400);
  for (const entry of denied) {
    const Item = addIndexes(toItem({ entry, effect: "deny" }));
    await database.client.call("PutItem", { TableName: database.tableName, Item });
  }
  expect(await said("c0ntoso.com")).toEqual(["contoso.com decisions"]);
  const { Items } = await database.client.call<{ Items: Item[] }>("Scan", { TableName: LEDGER });
  const expiries = Items.filter(({ id }) => id?.S?.startsWith("looks-like/decisions/contoso")).map(({ expires }) => Number(expires?.N));
  expect(expiries).toEqual([EXPIRES + 86_400, EXPIRES + 86_400, EXPIRES + 86_400]);

  await knownDomains(database.client, LEDGER).allowed([...denied, "contoso.org"]);
  await database.client.call("PutItem", {
    TableName: database.tableName,
    Item: addIndexes(toItem({ entry: "contoso.org", effect: "allow" })),
  });
  expect(await said("c0ntoso.com")).toEqual(["contoso.org list", "contoso.com decisions"]);
});

it("notes an entry allowed outside when a row of them is full, also while an import is still to be noted", async () => {
  const store = knownDomains(database.client, LEDGER);
  const full = (id: string) => {
    const members = Array.from({ length: 750 }, (_, index) => (id === "unasked" ? `a${index}.com list b.com` : `a${index}.com`));
    return database.client.call("PutItem", { TableName: LEDGER, Item: { id: { S: `looks-like/${id}` }, domains: { SS: members } } });
  };
  await full("unasked");
  await full("waiting");
  await store.postpone();
  const put = (entry: string) =>
    database.client.call("PutItem", { TableName: database.tableName, Item: addIndexes(toItem({ entry, effect: "allow" })) });
  await put("c0ntoso.com");
  await store.unasked(["c0ntoso.com"]);
  await list("contoso.com");
  const waiting = await store.waiting();
  if (waiting !== undefined) await store.reached(waiting);
  expect([...(await alike.unasked()).keys()]).toEqual(["c0ntoso.com"]);
  expect(await store.waiting()).toBeUndefined();
});
