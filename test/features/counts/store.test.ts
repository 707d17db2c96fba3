import type { AwsClient } from "../../../adapters/aws/client";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { StreamedDecision } from "../../../features/counts/store/counted-rows";
import { type DomainCountStore, type DomainCounts, domainCountStore, readDomainCounts } from "../../../features/counts/store/domain-counts";
import { madeUpDecisions } from "../../../scripts/made-up-decisions";
import { record } from "../../console/support";
import { startDynamoDb, type TestDynamoDb } from "../../support/dynamodb";
import { createKeyTable } from "../../support/key-table";

const LEDGER = "ledger-test";
const NOW = new Date("2026-11-21T12:00:00Z");
let database: TestDynamoDb;
let store: DomainCountStore;
let counts: DomainCounts;
beforeEach(async () => {
  database = await startDynamoDb();
  await createKeyTable(database.client, LEDGER, "ledger");
  store = domainCountStore(database.client, LEDGER);
  counts = readDomainCounts(database.client, LEDGER, () => NOW);
});
afterEach(() => database.close());

let made = 0;
const streamed = (each: Partial<DecisionRecord>): StreamedDecision => {
  made += 1;
  const { email = "kim@contoso.com", at = "2026-11-21T10:00:00.000Z" } = each;
  return { sequenceNumber: String(made), record: record({ personId: `hash of ${email}`, email, at, issuers: ["google.com"], ...each }) };
};
const add = (...decisions: readonly StreamedDecision[]) => store.add(decisions, () => 1);
const refused = (email: string, more: Partial<DecisionRecord> = {}) => streamed({ email, reasons: ["access-list.unlisted"], ...more });

it("the store of counts reports a domain's days: outcomes, reasons, people, first and last decision", async () => {
  await add(
    refused("kim@contoso.com", { at: "2026-11-20T09:00:00.000Z" }),
    refused("kim@contoso.com"),
    streamed({ email: "lee@contoso.com", reasons: ["approval.requested"], at: "2026-11-21T11:00:00.000Z" }),
    streamed({ email: "lee@contoso.com", step: "after-sign-in", verdict: "continue", reasons: [] }),
    streamed({ email: "park@contoso.com", verdict: "continue", reasons: [] }),
    streamed({ email: "park@contoso.com", step: "before-sending-token", verdict: "continue", reasons: [] }),
    refused("kim@fabrikam.com"),
  );
  const { days, all } = (await counts.domainDays(["contoso.com"], 3)).get("contoso.com") ?? {};
  expect(days?.map(({ day, people, answers }) => [day, people, answers.block])).toEqual([
    ["2026-11-19", 0, 0],
    ["2026-11-20", 1, 1],
    ["2026-11-21", 3, 1],
  ]);
  expect(all).toEqual({
    answers: { continue: 1, waiting: 1, invalid: 0, block: 2 },
    wentOn: 1,
    reasons: [
      { reason: "access-list.unlisted", count: 2 },
      { reason: "approval.requested", count: 1 },
    ],
    people: 3,
    refused: 1,
    first: "2026-11-20T09:00:00.000Z",
    last: "2026-11-21T11:00:00.000Z",
  });
});

it("no count is lost if forty shards write at the same time", async () => {
  // As far away as DynamoDB is.
  const slow: AwsClient = {
    ...database.client,
    call: async (...args) => {
      await new Promise((resolve) => setTimeout(resolve, 3));
      return await database.client.call(...args);
    },
  };
  const far = domainCountStore(slow, LEDGER);
  await Promise.all(Array.from({ length: 40 }, (_, shard) => far.add([refused(`person${shard}@contoso.com`)], () => 1)));
  expect((await counts.domainDays(["contoso.com"], 1)).get("contoso.com")?.all.refused).toBe(40);
});

it("each decision is counted once, even if a repeated batch begins or ends elsewhere than the first", async () => {
  const all = Array.from({ length: 7 }, (_, index) => refused(`p${index}@contoso.com`));
  await add(...all.slice(0, 5));
  await add(...all.slice(2));
  await Promise.all([add(...all.slice(1, 4)), add(...all)]);
  expect((await counts.domainDays(["contoso.com"], 1)).get("contoso.com")?.all).toMatchObject({ answers: { block: 7 }, refused: 7 });
});

it("the store lists domains by refused people, most first, and does not count people who wait for approval", async () => {
  const since = new Date("2026-11-20T12:00:00Z");
  await add(...["a", "b"].map((name) => refused(`${name}@two.example`, { at: "2026-11-20T13:00:00.000Z" })));
  await add(...["b", "c"].map((name) => refused(`${name}@two.example`)), refused("a@one.example"));
  await add(...["a", "b", "c", "d", "e"].map((name) => streamed({ email: `${name}@asks.example`, reasons: ["approval.requested"] })));
  await add(...["a", "b", "c", "d"].map((name) => refused(`${name}@old.example`, { at: "2026-11-18T09:00:00.000Z" })));
  const found = (await counts.topDomains(since)).map(({ domain, refused, people, answers }) => ({
    domain,
    refused,
    people,
    block: answers.block,
  }));
  expect(found).toEqual([
    { domain: "two.example", refused: 3, people: 3, block: 4 },
    { domain: "one.example", refused: 1, people: 1, block: 1 },
  ]);
});

it("the store lists the domains with most people let in", async () => {
  await add(...["a", "b", "c"].map((name) => streamed({ email: `${name}@burst.example`, verdict: "continue", reasons: [] })));
  await add(streamed({ email: "a@calm.example", verdict: "continue", reasons: [] }), refused("a@no.example"), refused("b@no.example"));
  const found = await counts.topDomains(NOW, "letIn");
  expect(found.map(({ domain, answers }) => [domain, answers.continue])).toEqual([
    ["burst.example", 3],
    ["calm.example", 1],
  ]);
});

it("the row of names keeps a limited size, with any number of domains", async () => {
  const some = Array.from({ length: 150 }, (_, index) => refused(`a@d${index}.example`));
  await add(...some);
  await add(refused("a@late.example"), refused("b@late.example"));
  const found = await counts.topDomains(NOW);
  expect(found).toHaveLength(100);
  expect(found[0]).toMatchObject({ domain: "late.example", refused: 2 });
  expect(await counts.mostOfOthers(NOW)).toBe(1);
  expect(await counts.mostOfOthers(NOW, "letIn")).toBe(0);
  database.operations();
  await counts.topDomains(NOW);
  expect(database.operations()).toEqual(["BatchGetItem", "BatchGetItem"]);
});

it.each(["a", "b", "c", "d"])("the number of people of %s.example never exceeds the number of decisions", async (name) => {
  await add(...Array.from({ length: 300 }, (_, index) => refused(`p${index}@${name}.example`)));
  const all = (await counts.domainDays([`${name}.example`], 1)).get(`${name}.example`)?.all;
  expect(Math.max(all?.people ?? 0, all?.refused ?? 0)).toBeLessThanOrEqual(300);
});

it("the store of counts holds no address, name or hash of a person", async () => {
  await add(refused("kim.lee@contoso.com"));
  const { Items } = await database.client.call<{ Items: object[] }>("Scan", { TableName: LEDGER });
  expect(JSON.stringify(Items)).not.toMatch(/kim|hash of/);
});

it("the store counts the people correctly for the invented decisions in the pictures of the docs", async () => {
  const records = madeUpDecisions(NOW);
  await add(...records.map((each, index) => ({ sequenceNumber: `made up ${index}`, record: each })));
  const addresses = new Set(records.flatMap(({ email = "" }) => (email.endsWith("@contoso.com") ? [email] : [])));
  expect((await counts.domainDays(["contoso.com"], 14)).get("contoso.com")?.all.people).toBe(addresses.size);
});
