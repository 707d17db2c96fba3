import { unmarshall } from "@aws-sdk/util-dynamodb";
import { awsClient, dynamodb } from "../../../adapters/aws/client";
import { system } from "../../../adapters/system";
import type { Item } from "../../../adapters/tables/item";
import { rows } from "../../../adapters/tables/rows";
import type { Decision } from "../../../engine/sign-up/decision";
import { decide } from "../../../engine/sign-up/engine";
import { beforeCreateUser } from "../../../engine/sign-up/policy";
import type { Verification } from "../../../engine/sign-up/source";
import { countingRows } from "../../../features/counting-rows";
import { type VerifyIdentityOptions, verifyIdentity } from "../../../features/verify-identity/rule";
import { refusal } from "../../engine/rules/refusal";
import { hashOf } from "../../engine/sign-up/people";
import { startDynamoDb, type TestDynamoDb, testCredentials } from "../../support/dynamodb";
import { stopwatch } from "../../support/stopwatch";
import { acme, type FakeVerifier, hang, kim, REFUTED, UNAVAILABLE, VERIFIED } from "./fakes";

const TABLE = "ledger-test";
const DEADLINE_MS = 3_000;

let database: TestDynamoDb;
beforeAll(async () => {
  database = await startDynamoDb();
  await database.client.call("CreateTable", {
    TableName: TABLE,
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    BillingMode: "PAY_PER_REQUEST",
  });
});
afterAll(() => database.close());

let people = 0;
let email: string;
beforeEach(() => {
  email = `kim${++people}@contoso.com`;
});

/** A function instance: its own client and policy. It can die at its next write after the vendor has answered. */
function instance(verifier: FakeVerifier, options: VerifyIdentityOptions = {}) {
  const client = awsClient(dynamodb, { region: "eu-west-1", endpoint: database.endpoint, credentials: async () => testCredentials });
  const store = rows(client, () => TABLE);
  const policy = beforeCreateUser([verifyIdentity(verifier, options)]);
  return async (surname = "Kim", dies = false): Promise<Decision> => {
    let writes = 0;
    return await decide(policy, kim(surname, { email }), {
      read: store.read,
      write: (write, signal) => (dies && ++writes > 1 ? hang() : store.write(write, signal)),
      hashOf,
      secret: async () => "",
      ...system,
      counts: countingRows,
      now: new Date(),
      remainingMs: DEADLINE_MS,
    });
  };
}

const ledgerRows = async () => {
  const { Items } = await database.client.call<{ Items: Item[] }>("Scan", { TableName: TABLE });
  return Items.map((item) => unmarshall(item));
};
const slowly = (outcome: Verification) => () => new Promise<Verification>((resolve) => setTimeout(() => resolve(outcome), 500));
const pass = { kind: "continue", attributes: {} };

describe("two instances with the same input", () => {
  it.each([
    { outcome: VERIFIED, answer: pass },
    { outcome: REFUTED, answer: { kind: "invalid", problems: [refusal("identity.refuted")] } },
  ])("at the same time make one vendor call, and both get $outcome.kind", async ({ outcome, answer }) => {
    const verifier = acme(slowly(outcome));
    const decisions = await Promise.all([instance(verifier)(), instance(verifier)()]);
    expect(verifier.asked).toHaveLength(1);
    expect(decisions.map((each) => each.answer)).toEqual([answer, answer]);
    expect(decisions[0]?.trace).toEqual(decisions[1]?.trace);
  });

  it("make one vendor call in total if they ask one after the other", async () => {
    const verifier = acme();
    const first = await instance(verifier)();
    database.operations();
    const second = await instance(verifier)();
    expect(database.operations()).toEqual(["BatchGetItem"]);
    expect(verifier.asked).toHaveLength(1);
    expect(second).toEqual(first);
    expect(second.answer).toEqual(pass);
  });

  it("make one vendor call even if ten of them ask at the same time", async () => {
    const verifier = acme(slowly(VERIFIED));
    const decisions = await Promise.all(Array.from({ length: 10 }, () => instance(verifier)()));
    expect(verifier.asked).toHaveLength(1);
    expect(decisions.map((each) => each.answer)).toEqual(decisions.map(() => pass));
  });
});

it("the gate answers before the deadline if the vendor never answers, and asks again on a repeat", async () => {
  const verifier = acme((_fields, _context, count) => (count === 1 ? hang() : VERIFIED));
  const elapsed = stopwatch();
  const { answer, trace, failure } = await instance(verifier)();
  expect(elapsed()).toBeLessThan(DEADLINE_MS - 400);
  expect(answer).toEqual({ kind: "block", ...refusal("identity.unavailable") });
  expect(trace[0]?.upstreamFailure).toEqual({ service: "acme", kind: "timeout" });
  expect(failure).toBeUndefined();

  expect((await instance(verifier)()).answer).toEqual(pass);
  expect(verifier.asked).toHaveLength(2);
  expect(verifier.asked[1]).toEqual(verifier.asked[0]);
});

it("a sign-up that waits for another call is not let in if that call never ends", async () => {
  const verifier = acme(hang);
  const decisions = await Promise.all([instance(verifier)(), instance(verifier)()]);
  // On a slow machine, the sign-up's own deadline may come first and give another reason.
  expect(decisions.map((each) => each.answer.kind)).toEqual(["block", "block"]);
  expect(verifier.asked).toHaveLength(1);
});

it.each([
  { given: "nothing", verify: () => UNAVAILABLE },
  { given: "an exception", verify: () => Promise.reject(new Error("boom")) },
])("a call that ends with $given counts as no attempt, and a repeated sign-up asks the vendor again", async ({ verify }) => {
  const verifier = acme((_fields, _context, count) => (count <= 4 ? verify() : VERIFIED));
  const answers = [];
  for (let count = 1; count <= 5; count++) answers.push((await instance(verifier)()).answer);
  expect(answers).toEqual([...Array(4).fill({ kind: "block", ...refusal("identity.unavailable") }), pass]);
  expect(new Set(verifier.asked.map(({ reference }) => reference)).size).toBe(1);
});

it("a call is taken over under the same reference once its function has surely ended", async () => {
  const verifier = acme();
  await instance(verifier)("Kim", true);
  const repeat = instance(verifier, { attemptsPerDay: 1 });
  expect((await repeat()).answer).toEqual(pass);
  expect(verifier.asked).toHaveLength(2);
  expect(verifier.asked[1]).toEqual(verifier.asked[0]);
  expect((await repeat("Lee")).answer).toEqual({ kind: "block", ...refusal("identity.too-many-attempts") });
});

it("the fourth attempt of a day with other input is blocked until the person's row is deleted", async () => {
  const verifier = acme(() => REFUTED);
  const answer = async (surname: string) => (await instance(verifier)(surname)).answer;
  const refuted = { kind: "invalid", problems: [refusal("identity.refuted")] };
  for (const surname of ["Kim", "Gim", "Ghim"]) expect(await answer(surname)).toEqual(refuted);
  const { answer: fourth, trace } = await instance(verifier)("Lee");
  expect(fourth).toEqual({ kind: "block", ...refusal("identity.too-many-attempts") });
  expect(await answer("Ghim")).toEqual(refuted);
  expect(verifier.asked).toHaveLength(3);

  await database.client.call("DeleteItem", { TableName: TABLE, Key: { id: { S: String(trace[0]?.evidence?.ledger) } } });
  expect(await answer("Lee")).toEqual(refuted);
  expect(verifier.asked).toHaveLength(4);
});

it("simultaneous attempts never exceed the day's limit", async () => {
  const verifier = acme(slowly(REFUTED));
  const surnames = ["a", "b", "c", "d", "e", "f"];
  const decisions = await Promise.all(surnames.map((surname) => instance(verifier)(surname)));
  expect(verifier.asked).toHaveLength(3);
  expect(decisions.filter(({ answer }) => answer.kind === "block")).toHaveLength(3);
});

it("no row is written and no vendor is asked if an attribute is missing", async () => {
  const verifier = acme();
  const policy = beforeCreateUser([verifyIdentity(verifier)]);
  const store = rows(database.client, () => TABLE);
  const before = await ledgerRows();
  const world = { ...store, ...system, counts: countingRows, hashOf, secret: async () => "", now: new Date(), remainingMs: DEADLINE_MS };
  const { answer } = await decide(policy, kim("Kim", { email, attributes: {} }), world);
  expect(answer).toEqual({ kind: "invalid", problems: [{ attribute: "givenName", reason: "attribute.missing" }] });
  expect(verifier.asked).toHaveLength(0);
  expect(await ledgerRows()).toEqual(before);
});

it("a finished call leaves a row that expires after two days", async () => {
  const before = await ledgerRows();
  await instance(acme())();
  const added = (await ledgerRows()).filter(({ id }) => !before.some((row) => row.id === id));
  expect(added).toHaveLength(1);
  const days = (added[0]?.expires * 1_000 - Date.now()) / (24 * 60 * 60_000);
  expect(days).toBeGreaterThan(1.99);
  expect(days).toBeLessThan(2.01);
});
