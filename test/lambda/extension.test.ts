import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Item, toRow } from "../../adapters/tables/item";
import { beforeCreateUser, beforeSendingToken, type Policy } from "../../engine/sign-up/policy";
import { makeRule } from "../../engine/sign-up/rule";
import type { Clock } from "../../engine/sign-up/time";
import { approvalClaims } from "../../features/approvals/approval-claims";
import { assign } from "../../features/assign/rule";
import { prefill } from "../../features/profiles/prefill";
import { profiles } from "../../features/profiles/profiles";
import { packageRoot } from "../../lib/app-root";
import { hang, noRows } from "../adapters/aws/aws-double";
import { fastClock } from "../engine/sign-up/fake-clock";
import { fixture } from "../fixtures";
import { extensionAction } from "../support/extension-answers";
import { surroundings } from "./invoke";
import { askingExtension, audience, type EventCall, tenantId, tokenClaims } from "./invoke-extension";

const testCaller = "11111111-2222-4333-8444-555555555555";
const { aws, output } = surroundings();

beforeEach(() => {
  Object.assign(process.env, { EXTERNAL_TENANT: tenantId, EXTENSION_AUDIENCE: audience });
  delete process.env.EXTENSION_TEST_CALLER;
});

/** What the test's own calls left in the table of decisions. */
const recorded = () => aws.records.slice(before).map(({ input }) => toRow(input.Item as Item));
let before: number;
beforeEach(() => {
  before = aws.records.length;
});

const submit = fixture("extension/attribute-collection-submit");

/** A function, asked with the documented event where no other is given. */
function asking(policy: Policy, clock?: Clock) {
  const ask = askingExtension(policy, clock);
  return (call: Partial<EventCall> = {}) => ask({ body: submit, ...call });
}

const passing = makeRule({ name: "passing", sets: ["city"], decide: () => ({ kind: "continue", attributes: { city: "Busan" } }) });
const ask = asking(beforeCreateUserOf());
function beforeCreateUserOf(): Policy {
  return beforeCreateUser([passing]) as Policy;
}

it("the function answers Entra's call, and records its dialect", async () => {
  const { status, headers, body } = await ask();
  expect([status, headers]).toEqual([200, { "Content-Type": "application/json", "Cache-Control": "no-store" }]);
  expect(extensionAction("before-create-user", body)).toEqual({ kind: "modifyAttributeValues", attributes: { city: "Busan" } });
  expect(recorded()).toMatchObject([{ source: "external-tenant", correlationId: "d3d2c1b0-a998-4776-8554-3f2e1d0c9b88" }]);
});

it("the function reads a body that the gateway passes in base64", async () =>
  expect(extensionAction("before-create-user", (await ask({ isBase64Encoded: true })).body).kind).toBe("modifyAttributeValues"));

describe("the answer is 401, and nothing is read or recorded, for", () => {
  it.each<[string, Record<string, unknown> | undefined]>([
    ["no authorizer in front", undefined],
    ["another application", { ...tokenClaims, azp: testCaller }],
    ["another tenant", { ...tokenClaims, tid: audience }],
    ["another audience", { ...tokenClaims, aud: tenantId }],
    ["version 1 for version 2", { ...tokenClaims, ver: "1.0" }],
    ["neither application", { ...tokenClaims, azp: undefined }],
  ])("%s", async (_, given) => {
    for (const body of [submit, "{"]) {
      expect(await ask({ claims: given, body })).toMatchObject({ status: 401, body: { message: "Unauthorized" } });
    }
    expect(recorded()).toEqual([]);
    expect(output.lines().filter(({ message }) => message === "caller refused")).toHaveLength(2);
    expect(output.text()).not.toMatch(/jiwoo/i);
  });
});

describe("the answer is a block page with a reason of its own for", () => {
  const changed = (change: (envelope: { type: string; data: Record<string, unknown> }) => void) => {
    const envelope = structuredClone(submit) as never as { type: string; data: Record<string, unknown> };
    change(envelope);
    return envelope;
  };
  it.each<[string, unknown, string]>([
    ["another tenant than the token's", changed(({ data }) => (data.tenantId = audience)), "request.tenant"],
    ["no tenant", changed(({ data }) => delete data.tenantId), "request.unreadable"],
    ["another step's event", fixture("extension/attribute-collection-start"), "request.step"],
    ["an event that is none of ours", fixture("extension/email-otp-send"), "request.step"],
    ["a body that is no JSON", "{", "request.unreadable"],
    ["a body of more than 64 KiB", changed(({ data }) => (data.more = "x".repeat(65_536))), "request.unreadable"],
  ])("%s", async (_, body, reason) => {
    const answer = await ask({ body });
    expect([answer.status, extensionAction("before-create-user", answer.body).kind]).toEqual([200, "showBlockPage"]);
    expect(recorded()).toMatchObject([{ reasons: [reason], source: "external-tenant" }]);
  });
});

describe("the application for test calls", () => {
  it("is admitted and counted if it is configured", async () => {
    process.env.EXTENSION_TEST_CALLER = testCaller;
    const { status } = await asking(beforeCreateUserOf())({ claims: { ...tokenClaims, azp: testCaller } });
    expect(status).toBe(200);
    expect(output.lines()).toContainEqual(expect.objectContaining({ TestCallerCalls: 1 }));
  });

  it("is counted once if its call crashes, and so is the failure", async () => {
    process.env.EXTENSION_TEST_CALLER = testCaller;
    const getRemainingTimeInMillis = () => {
      throw new Error("No context.");
    };
    const { status, body } = await asking(beforeCreateUserOf())({
      claims: { ...tokenClaims, azp: testCaller },
      context: { getRemainingTimeInMillis },
    });
    expect([status, extensionAction("before-create-user", body).kind]).toEqual([200, "showBlockPage"]);
    expect(output.lines().filter((line) => "TestCallerCalls" in line)).toHaveLength(1);
    expect(output.lines().filter(({ message }) => message === "failed closed")).toHaveLength(1);
  });
});

describe("the time limit", () => {
  const hanging = makeRule({
    name: "hanging",
    uses: [{ service: "crm", timeout: "1s" }],
    decide: () => new Promise(() => undefined),
  });

  it("is at most 1.7 s after the call arrived, even if the policy allows more", async () => {
    const clock = fastClock(1);
    const arrivedAt = clock.now() - 900;
    const answer = await asking(beforeCreateUser([hanging], { deadline: "18s" }) as Policy, clock)({ arrivedAt });
    expect(clock.now() - arrivedAt).toBeLessThan(1_700);
    expect(extensionAction("before-create-user", answer.body).kind).toBe("showBlockPage");
    expect(recorded()).toMatchObject([{ failure: "deadline" }]);
  });

  it("is shorter if the policy sets a shorter deadline", async () => {
    const clock = fastClock(1);
    const arrivedAt = clock.now();
    await asking(beforeCreateUser([hanging], { deadline: "500ms" }) as Policy, clock)({ arrivedAt });
    expect(clock.now() - arrivedAt).toBeLessThan(500);
  });
});

it("the function answers in time even if the first read is lost", async () => {
  aws.will(hang, noRows);
  expect(extensionAction("before-create-user", (await ask()).body).kind).toBe("modifyAttributeValues");
  expect(aws.calls.map(({ operation }) => operation)).toEqual(["BatchGetItem", "BatchGetItem"]);
});

it.each(readdirSync(join(packageRoot, "lambda")).filter((name) => /^(attribute-collection|token-issuance)-/.test(name)))(
  "lambda/%s has the time limit of authentication extensions",
  (name) => {
    expect(readFileSync(join(packageRoot, "lambda", name), "utf8")).toContain("extensionWorld()");
  },
);

describe("before a token is sent, the function", () => {
  const askToken = asking(beforeSendingToken([prefill(profiles())], { trust: ["entra"] }) as Policy);
  it.each([
    ["a person that nothing is known of", fixture("extension/token-issuance-start")],
    ["a body that is no JSON", "{"],
    ["another step's event", submit],
  ])("answers without claims and without a block for %s", async (_, body) => {
    const answer = await askToken({ body });
    expect([answer.status, extensionAction("before-sending-token", answer.body)]).toEqual([
      200,
      { kind: "provideClaimsForToken", claims: {} },
    ]);
  });

  const changedUser = (user: object) => {
    const event = structuredClone(fixture("extension/token-issuance-start-local")) as never as {
      data: { authenticationContext: { user: object } };
    };
    Object.assign(event.data.authenticationContext, { user });
    return event;
  };
  const trusted = beforeSendingToken([assign({ tier: "gold" }), prefill(profiles()), approvalClaims({ approval: "state" })], {
    trust: ["entra", "mail"],
    deadline: "1.7s",
  }) as Policy;
  it.each([
    ["a local account", fixture("extension/token-issuance-start-local")],
    ["an account of which nothing is told", changedUser({})],
    ["an id that is none", changedUser({ id: "x".repeat(3_000) })],
    ["an address that is none", changedUser({ mail: "kim", id: "7f12c2a6-93d1-4b0e-8a57-64c0de19b3f2" })],
  ])("answers only claims that need no person, and records no person, for %s", async (_, body) => {
    process.env.APPROVALS_TABLE = "approvals";
    process.env.PROFILES_TABLE = "profiles";
    const answer = await asking(trusted)({ body });
    expect(extensionAction("before-sending-token", answer.body)).toEqual({ kind: "provideClaimsForToken", claims: { tier: "gold" } });
    const [record = {}] = recorded();
    expect([record.verdict, record.failure]).toEqual(["continue", undefined]);
    for (const name of ["email", "personId", "issuers"]) expect(record).not.toHaveProperty(name);
  });

  it("answers 401 to a call whose own token does not match", async () => expect((await askToken({ claims: {} })).status).toBe(401));
});
