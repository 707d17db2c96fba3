import type { APIGatewayProxyEvent, APIGatewayProxyResult, SQSEvent } from "aws-lambda";
import { toItem } from "../../../adapters/tables/item";
import type { Row } from "../../../engine/sign-up/rule";
import { approvalApiHandler } from "../../../features/approval-api/worker";
import { type ApprovalRequest, requestId } from "../../../features/approvals/request";
import { beginFirstStage } from "../../../features/approvals/stages";
import { type ApprovalStore, approvalStore } from "../../../features/approvals/store/approvals";
import { type DelegationStore, delegationStore } from "../../../features/approvals/store/delegations";
import {
  approve,
  claim,
  complete,
  deny,
  fail,
  hashCall,
  release,
  type Submission,
  storeAccount,
  submit,
  usePass,
} from "../../../features/approvals/transitions";
import type { Api } from "../../../local/aws/gateway/api";
import { type Gateway, serveGateway } from "../../../local/aws/gateway/gateway";
import { readRestApis } from "../../../local/aws/gateway/rest-apis";
import { Template } from "../../../local/aws/template";
import { cutShort, hang, json, refuse, startAwsDouble } from "../../adapters/aws/aws-double";
import { hashOf } from "../../engine/sign-up/people";
import { awsWorld, captureOutput, setEnvironment } from "../../lambda/invoke";
import { createDecisionsTable } from "../../support/decisions-table";
import { startDynamoDb, type TestDynamoDb } from "../../support/dynamodb";
import { proxyEvent } from "../../support/events";
import { createKeyTable } from "../../support/key-table";
import { testKey } from "../../support/local-database";
import { stopwatch } from "../../support/stopwatch";
import { alice, asking, DAY, HOUR, kim } from "../approvals/requests";
import { createApprovalsTable } from "../approvals/store/approvals-table";

const ARN = "arn:aws:sts::111111111111:assumed-role/ServiceNow/alice@contoso.com";
const id = requestId(kim, hashOf);

let database: TestDynamoDb;
let store: ApprovalStore;
let delegations: DelegationStore;
let output: ReturnType<typeof captureOutput>;
let tables = 0;
beforeAll(async () => {
  database = await startDynamoDb();
});
afterAll(() => database.close());
beforeEach(async () => {
  const tableName = `approvals-${tables++}`;
  await createApprovalsTable(database.client, tableName);
  await createKeyTable(database.client, `ledger-${tableName}`, "ledger");
  await createKeyTable(database.client, `list-${tableName}`, "accessList");
  await createDecisionsTable(database.client, `decisions-${tableName}`);
  delegations = delegationStore(database.client, `ledger-${tableName}`);
  store = approvalStore(database.client, tableName);
  setEnvironment(database.endpoint);
  process.env.APPROVALS_TABLE = tableName;
  process.env.LEDGER_TABLE = `ledger-${tableName}`;
  process.env.ACCESS_LIST_TABLE = `list-${tableName}`;
  process.env.DECISIONS_TABLE = `decisions-${tableName}`;
  process.env.ASKED_LISTS = JSON.stringify({ default: [{ classes: [] }] });
  output = captureOutput();
});
afterEach(() => output.release());

type Handler = (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;

/** A function that has just started. */
function started(): Handler {
  return approvalApiHandler(awsWorld());
}

interface Asked {
  readonly verb?: string | undefined;
  readonly id?: string;
  readonly body?: string | null;
  readonly userArn?: string | null;
  readonly event?: Partial<APIGatewayProxyEvent>;
}

/** With the code that stands, unless the body is said. */
async function seen(more: object = {}): Promise<string> {
  return JSON.stringify({ reference: (await store.get(id))?.reference ?? "K7QD-9MXD", ...more });
}

function eventOf({ verb = "approve", id: asked = id, body = null, userArn = ARN, event }: Asked): APIGatewayProxyEvent {
  const resource = `/approvals/{id}${verb === "" ? "" : `/${verb}`}`;
  const given = { ...proxyEvent(resource, body), pathParameters: { id: asked }, ...event };
  return { ...given, requestContext: { ...given.requestContext, identity: { ...given.requestContext.identity, userArn } } };
}

async function call(asked: Asked = {}) {
  const { statusCode, headers, body } = await started()(eventOf({ ...asked, body: asked.body === undefined ? await seen() : asked.body }));
  expect(headers).toEqual({ "Content-Type": "application/json", "Cache-Control": "no-store" });
  return { status: statusCode, body: JSON.parse(body) as Record<string, unknown> };
}

const ago = (ms: number) => new Date(Date.now() - ms);
type Change = Parameters<ApprovalStore["change"]>[1];

async function changed(...changes: readonly Change[]): Promise<ApprovalRequest> {
  let request: ApprovalRequest | undefined;
  for (const each of changes) {
    const outcome = await store.change(id, each);
    if (!outcome.ok) throw new Error(`Refused: ${outcome.why}`);
    request = outcome.request;
  }
  return request as ApprovalRequest;
}

const asks =
  (when = ago(HOUR), changes: Partial<Submission> = {}): Change =>
  (stored) =>
    submit(stored, asking(changes), when);
const approves: Change = (stored) => approve(stored, { by: alice }, ago(HOUR / 2));
const denies: Change = (stored) => deny(stored, { by: alice, note: "no partner" }, ago(HOUR / 2));
const claims: Change = (stored) => claim(stored, { holder: "w", leaseMs: HOUR }, ago(HOUR / 3));
const fails: Change = (stored) => fail(stored, "w", { reason: "throttled" }, ago(HOUR / 4));
const admits: Change = (stored) => usePass(stored, hashCall(kim, hashOf), ago(HOUR / 4));
const begins: Change = (stored) => storeAccount(stored, "w", { id: "a1" }, ago(HOUR / 4));
const releases: Change = (stored) => release(stored, "w", new Date(Date.now() + HOUR), ago(HOUR / 4));
const completes: Change = (stored) => complete(stored, "w", { id: "a1", redeemUrl: "https://login/redeem" } as never, ago(HOUR / 4));

describe("POST /approvals/{id}/…", () => {
  it("answers with the codes of what spoke against it, keeps them in the history, and stops if one of them is in unless", async () => {
    await changed(asks(ago(HOUR), { emailProven: false }));
    const stopped = await call({ body: await seen({ unless: ["denied-before", "not-proven"] }) });
    expect(stopped).toEqual({ status: 409, body: { why: "not-proven", message: expect.stringMatching(/^Address not verified\. /) } });
    expect((await store.get(id))?.state).toBe("pending");
    expect(await call({ body: await seen({ unless: ["denied-before"] }) })).toMatchObject({
      status: 200,
      body: { concerns: ["not-proven"] },
    });
    expect((await store.get(id))?.history.at(-1)).toMatchObject({ to: "approved", concerns: ["not-proven"] });
  });

  it.each(["look-alike", "other-provider", "not-a-code", "constructor"])(
    "refuses %s in unless, which this route never finds, so it would stop nothing",
    async (code) => {
      await changed(asks());
      expect(await call({ body: await seen({ unless: [code] }) })).toMatchObject({ status: 400 });
      expect((await store.get(id))?.state).toBe("pending");
    },
  );

  it.each([
    { verb: "approve", before: [asks()], state: "approved", message: "Approved: the account is created next." },
    { verb: "deny", before: [asks()], state: "denied", message: /^Denied: / },
    { verb: "deny", before: [asks(), approves], state: "denied", message: /^Denied: .* reopened\. The approval was taken back\.$/ },
    {
      verb: "deny",
      before: [asks(), approves, claims, begins, releases],
      state: "denied",
      message: /The account a1 was partly created: delete it/,
    },
    { verb: "deny", before: [asks(), approves, claims, releases], state: "denied", message: /check in Entra that it does not exist\.$/ },
    { verb: "deny", before: [asks(), approves, claims, fails], state: "denied", message: /check in Entra that it does not exist\.$/ },
    { verb: "deny", before: [asks(ago(HOUR), { onApproval: "continue" }), approves], state: "denied", message: /taken back/ },
    { verb: "reopen", before: [asks(), approves], state: "pending", message: /^Reopened: it waits for an answer until / },
    { verb: "reopen", before: [asks(), denies], state: "pending", message: /^Reopened: it waits for an answer until / },
    {
      verb: "retry",
      before: [asks(), approves, claims, fails],
      state: "approved",
      message: "Gatehouse tries to create the account again.",
    },
  ])("carries out $verb, under the caller's ARN", async ({ verb, before, state, message }) => {
    const { reference } = await changed(...before);
    const { status, body } = await call({ verb, body: await seen({ note: "partner since 2024" }) });
    expect([status, body]).toMatchObject([200, { id, reference, state, message: expect.stringMatching(message) }]);
    const request = await store.get(id);
    expect(request?.state).toBe(state);
    expect(request?.history.at(-1)).toMatchObject({ to: state, by: { kind: "iam", name: ARN }, note: "partner since 2024" });
    if (verb === "approve" || verb === "deny") {
      expect(body.decision).toMatchObject({ verdict: state, by: { kind: "iam", name: ARN }, note: "partner since 2024" });
    }
    expect(database.operations().slice(-3)).toEqual(["BatchGetItem", "PutItem", "BatchGetItem"]);
  });

  it.each([
    { what: "keeps a reply to the colleague who asked", asker: "hana@contoso.com", reply: "Use the shared folder" },
    { what: "keeps no reply to a person's own request", asker: undefined, reply: undefined },
  ])("$what", async ({ asker, reply }) => {
    const ask = asker === undefined ? undefined : { by: "oid-hana", name: "Hana", addresses: [asker], personId: "p", invites: "i" };
    await changed((stored) => {
      const outcome = asks()(stored);
      return outcome.ok ? { ...outcome, request: { ...outcome.request, ...(ask && { ask }) } } : outcome;
    });
    expect((await call({ verb: "deny", body: await seen({ reply: "Use the shared folder" }) })).status).toBe(200);
    expect((await store.get(id))?.decision?.reply).toBe(reply);
  });

  it.each<{ given: string; rows: readonly Row[]; lists?: readonly object[]; entry?: string; verb?: string }>([
    { given: "their domain", rows: [{ entry: "contoso.com", effect: "deny" }], entry: "contoso.com" },
    { given: "their account", rows: [{ entry: "issuer:google.com/1184", effect: "deny" }], entry: "issuer:google.com/1184" },
    {
      given: "their domain, but an allow of them is closer",
      rows: [
        { entry: "contoso.com", effect: "deny" },
        { entry: "kim@contoso.com", effect: "allow" },
      ],
    },
    { given: "somebody else", rows: [{ entry: "fabrikam.com", effect: "deny" }] },
    { given: "nobody: it has their domain wait", rows: [{ entry: "contoso.com", effect: "approval" }] },
    {
      given: "nobody: it has their domain wait where no rule asks for approval any more",
      rows: [{ entry: "contoso.com", effect: "approval" }],
      lists: [{ classes: [], refusesWaiting: true }],
    },
    { given: "their domain, and it denies them too", rows: [{ entry: "contoso.com", effect: "deny" }], verb: "deny" },
  ])("refuses to approve a person denied by the list: $given", async ({ rows, lists, entry, verb = "approve" }) => {
    if (lists !== undefined) process.env.ASKED_LISTS = JSON.stringify({ default: lists });
    const { reference } = await changed(asks());
    for (const row of rows) await database.client.call("PutItem", { TableName: process.env.ACCESS_LIST_TABLE, Item: toItem(row) });
    const { status, body } = await call({ verb, body: JSON.stringify({ reference }) });
    if (entry === undefined) expect(status).toBe(200);
    else {
      expect([status, body]).toEqual([
        409,
        { why: "denied-by-list", entry, message: expect.stringMatching(/a deny always wins.*The entry: /) },
      ]);
      expect((await store.get(id))?.state).toBe("pending");
    }
  });

  it("names the request's own state as the reason of a refusal, even if the list also denies the person", async () => {
    const { reference } = await changed(asks(), denies);
    await database.client.call("PutItem", { TableName: process.env.ACCESS_LIST_TABLE, Item: toItem({ entry: "*", effect: "deny" }) });
    expect((await call({ body: JSON.stringify({ reference }) })).body).toMatchObject({ why: "denied" });
    expect((await call({ body: JSON.stringify({ reference: "K7QD-9MXD" }) })).body).toMatchObject({ why: "asked-again" });
  });

  it.each<{ given: string; body: (reference: string) => string; event?: Partial<APIGatewayProxyEvent> }>([
    { given: "the code that was seen", body: (reference) => JSON.stringify({ reference }) },
    {
      given: "the code as somebody typed it",
      body: (reference) => JSON.stringify({ reference: reference.toLowerCase().replace("-", " ") }),
    },
    {
      given: "a body in base64",
      body: (reference) => Buffer.from(JSON.stringify({ reference })).toString("base64"),
      event: { isBase64Encoded: true },
    },
    { given: "a note of the full length", body: (reference) => JSON.stringify({ reference, note: "x".repeat(1_000) }) },
  ])("takes $given", async ({ body, event }) => {
    const { reference } = await changed(asks());
    expect((await call({ body: body(reference), ...(event && { event }) })).status).toBe(200);
  });

  it.each(["approve", "deny", "reopen", "retry"])("refuses to %s the caller's own request", async (verb) => {
    await changed(asks());
    const userArn = ARN.replace("alice", "Kim");
    expect(await call({ verb, userArn })).toEqual({
      status: 409,
      body: { why: "own", message: "It is your own request: ask another approver to decide on it." },
    });
    expect((await store.get(id))?.state).toBe("pending");
  });

  it.each([
    { given: "no body", body: null, says: "The body lacks reference, the code of the request that you looked at" },
    { given: "an empty body", body: "", says: "The body lacks reference" },
    { given: "a note alone", body: '{"note":"partner since 2024"}', says: "The body lacks reference" },
    { given: "no JSON", body: "note=x", says: "has to be a JSON object" },
    { given: "a list", body: "[]", says: "has to be a JSON object" },
    { given: "null", body: "null", says: "has to be a JSON object" },
    { given: "a text", body: '"x"', says: "has to be a JSON object" },
    {
      given: "a name of somebody's",
      body: '{"by":"the boss"}',
      says: 'the member "by": only note, reply, reference, stage and unless count. The signature says who decides.',
    },
    { given: "a member that every object has", body: '{"constructor":1}', says: 'the member "constructor"' },
    { given: "a prototype", body: '{"__proto__":{"note":"x"}}', says: 'the member "__proto__"' },
    { given: "a note that is no text", body: '{"note":1}', says: "note has to be a text." },
    { given: "a note of null", body: '{"note":null}', says: "note has to be a text." },
    {
      given: "a note with half a character",
      body: '{"note":"\\ud83d"}',
      says: "note has to be a text in Unicode: it holds half a character.",
    },
    { given: "a reply that is no text", body: '{"reply":1}', says: "reply has to be a text." },
    { given: "a reply too long", body: JSON.stringify({ reply: "x".repeat(1_001) }), says: "reply has to be of 1000 characters at most." },
    { given: "a note too long", body: JSON.stringify({ note: "x".repeat(1_001) }), says: "note has to be of 1000 characters at most." },
    { given: "a code that is none", body: '{"reference":"0000-0000"}', says: "reference has to be the code of the request" },
    { given: "a stage that is no number", body: '{"reference":"K7QD-9MXD","stage":0}', says: "stage has to be the number of the stage" },
    { given: "a code that is no text", body: '{"reference":{}}', says: "reference has to be the code of the request" },
  ])("refuses $given, and explains why", async ({ body, says }) => {
    await changed(asks());
    const answer = await call({ body });
    expect(answer).toEqual({ status: 400, body: { message: expect.stringContaining(says) } });
    expect((await store.get(id))?.state).toBe("pending");
  });

  it.each([
    { stage: 1, status: 200 },
    { stage: 2, status: 409, why: "stage-passed" },
    { status: 409, why: "stage-passed" },
  ])("counts the vote of the caller's role only if the caller looked at the running stage: $stage", async ({ stage, status, why }) => {
    const list = [
      { by: [ARN], need: 1 },
      { by: ["role:Security"], need: 1 },
    ];
    const { reference } = await changed(asks(ago(HOUR), beginFirstStage(list, false, ago(HOUR))));
    const answer = await call({ body: JSON.stringify({ reference, ...(stage !== undefined && { stage }) }) });
    expect(answer).toMatchObject({ status, body: why === undefined ? { state: "pending" } : { why } });
    const again = await call({ body: JSON.stringify({ reference, stage: 2 }) });
    expect(again).toMatchObject({ status: 409 });
  });

  it.each([
    { to: "the caller's role", arn: ARN.replace(/\/alice.*/, ""), status: 200 },
    { to: "another role", arn: ARN.replace("ServiceNow/", "Others/"), status: 409 },
  ])("decides for an approver who delegated to $to: $status", async ({ arn, status }) => {
    const list = [{ by: ["pat@contoso.com", "lee@contoso.com"], need: 2 }];
    const { reference } = await changed(asks(ago(HOUR), beginFirstStage(list, false, ago(HOUR))));
    for (const from of ["pat@contoso.com", "lee@contoso.com"]) await delegations.give([from], arn, new Date(Date.now() + DAY), new Date());
    const body = JSON.stringify({ reference, stage: 1 });
    expect((await call({ body })).status).toBe(status);
    const votes = (await store.get(id))?.stages?.votes;
    expect(votes).toMatchObject(status === 200 ? [{ by: { kind: "iam", name: ARN }, for: "pat@contoso.com" }] : []);
    // Not for the other one too: it is the same caller.
    expect((await call({ body })).status).toBe(409);
  });

  it.each([
    {
      when: "approved twice",
      before: [asks(), approves],
      verb: "approve",
      why: "already",
      says: /^It was decided that way already\. Approved by alice at .*Z\.$/,
    },
    { when: "approved", before: [asks(), approves], verb: "retry", why: "approved", says: /has not failed\. Approved by alice/ },
    {
      when: "let in",
      before: [asks(ago(HOUR), { onApproval: "continue" }), approves, admits],
      verb: "deny",
      why: "admitted",
      says: /was let in at sign-up already\. Approved by alice/,
    },
    {
      when: "denied, then approved",
      before: [asks(), denies],
      verb: "approve",
      why: "denied",
      says: /reopen it first\. Denied by alice at .*: "no partner"\.$/,
    },
    { when: "not answered in time", before: [asks(ago(15 * DAY))], verb: "approve", why: "expired", says: /It has expired/ },
    { when: "being set up", before: [asks(), approves, claims], verb: "deny", why: "provisioning", says: /being created at this moment/ },
    { when: "set up", before: [asks(), approves, claims, completes], verb: "retry", why: "provisioned", says: /its account is created/ },
    {
      when: "failed",
      before: [asks(), approves, claims, fails],
      verb: "approve",
      why: "failed",
      says: /try it again, deny it, or reopen it/,
    },
    { when: "pending", before: [asks()], verb: "reopen", why: "pending", says: /approve or deny it/ },
  ])("refuses to $verb a request that is $when, and says who decided", async ({ before, verb, why, says }) => {
    const request = await changed(...before);
    const { status, body } = await call({ verb });
    expect([status, body.why, body.message]).toEqual([409, why, expect.stringMatching(says)]);
    expect(body.decision).toEqual(request.decision);
    expect(await store.get(id)).toEqual(request);
  });

  it("refuses if the person has asked again since the approver looked", async () => {
    const seen = await changed(asks(ago(20 * DAY)));
    const { reference } = await changed(asks(ago(HOUR), { signUp: { ...kim, attributes: { extension_Tier: "platinum" } } }));
    const { status, body } = await call({ body: JSON.stringify({ reference: seen.reference }) });
    expect([status, body]).toEqual([
      409,
      { why: "asked-again", message: `The person has asked again since: check that request, then decide. Its code is ${reference}.` },
    ]);
    expect((await store.get(id))?.state).toBe("pending");
  });

  it("succeeds for exactly one call if many calls come at once", async () => {
    await changed(asks());
    const handler = started();
    const body = await seen();
    const calls = Array.from({ length: 6 }, (_, index) =>
      eventOf({ verb: index % 2 === 0 ? "approve" : "deny", userArn: `${ARN}${index}`, body }),
    );
    let reading = 0;
    let letRead: () => void = () => undefined;
    const allRead = new Promise<void>((resolve) => {
      letRead = resolve;
    });
    // At once: all have read the request before the first of them writes.
    database.before("BatchGetItem", async () => {
      reading += 1;
      if (reading === calls.length) letRead();
      await allRead;
    });
    const statuses = (await Promise.all(calls.map(handler))).map(({ statusCode }) => statusCode);
    database.before("none", async () => undefined);
    expect(statuses.sort()).toEqual([200, 409, 409, 409, 409, 409]);
    expect((await store.get(id))?.history).toHaveLength(2);
  });
});

describe("GET /approvals/{id}", () => {
  it("shows the request as it is now, without internal columns or anything that opens an account", async () => {
    const request = await changed(asks(), approves, claims, completes);
    const { status, body } = await call({ verb: "", event: { httpMethod: "GET" } });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id,
      state: "provisioned",
      reference: request.reference,
      email: kim.email,
      emailProven: true,
      attributes: request.attributes,
      identities: kim.identities,
      decision: request.decision,
      account: { id: "a1" },
    });
    for (const name of ["turn", "call", "lease"]) expect(body).not.toHaveProperty(name);
    expect(JSON.stringify(body)).not.toContain("redeem");
  });

  it("reports an unanswered request as expired after its time", async () => {
    await changed(asks(ago(15 * DAY)));
    expect((await call({ verb: "" })).body.state).toBe("expired");
  });
});

describe("every method", () => {
  it.each(["", "approve", "deny", "reopen", "retry"])("answers 404 for an unknown request (%s)", async (verb) => {
    for (const asked of ["A".repeat(22), "", "x".repeat(3_000), "../decisions", "kim@contoso.com", "\u0000"]) {
      expect(await call({ verb, id: asked })).toEqual({ status: 404, body: { message: "There is no such request.", why: "unknown" } });
    }
  });

  it.each(["", "approve"])("does nothing for a caller without a name from IAM (%s)", async (verb) => {
    await changed(asks());
    for (const userArn of [null, ""]) expect(await call({ verb, userArn })).toEqual({ status: 403, body: { message: "Forbidden" } });
    expect((await store.get(id))?.state).toBe("pending");
  });

  it("logs each action, without the person, the note or the caller", async () => {
    await changed(asks());
    await call({ body: await seen({ note: "Kim is splendid" }) });
    await call({ verb: "retry" });
    expect(output.lines().map(({ message, verb, outcome }) => ({ message, verb, outcome }))).toEqual([
      { message: "approval call", verb: "approve", outcome: "done" },
      { message: "approval call", verb: "retry", outcome: "approved" },
    ]);
    expect(output.text()).not.toMatch(/kim|ServiceNow|splendid/i);
  });
});

describe("an internal failure", () => {
  it.each([
    { when: "the table refuses", answer: refuse("AccessDeniedException") },
    { when: "the answer is none", answer: json({}) },
    { when: "the connection breaks", answer: cutShort },
    {
      when: "the row was mended by hand",
      answer: json({ Responses: { approvals: [{ id: { S: id }, email: { S: "kim@contoso.com" } }] }, UnprocessedKeys: {} }),
    },
    { when: "nobody answers", answer: hang },
  ])("is a 500 with a reference if $when", async ({ answer }) => {
    const aws = await startAwsDouble();
    try {
      setEnvironment(aws.endpoint);
      process.env.APPROVALS_TABLE = "approvals";
      aws.will(answer);
      const elapsed = stopwatch();
      const { status, body } = await call();
      expect(status).toBe(500);
      expect(body).toEqual({ message: expect.stringContaining("Repeat the call"), reference: expect.stringMatching(/^\w{4}-\w{4}$/) });
      // The gateway's own answer would be a block page with status 200.
      expect(elapsed()).toBeLessThan(9_000);
      expect(output.lines()).toMatchObject([{ level: "ERROR", message: "approval call failed", reference: body.reference }]);
      expect(output.text()).not.toMatch(/kim|Not for logs/i);
    } finally {
      await aws.close();
    }
  });
});

describe("the recipe approve-partners", () => {
  const uri =
    "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:Gate-Approvals/invocations";
  const RestApiId = { Ref: "Api" };
  const resource = (ParentId: unknown, PathPart: string) => ({
    Type: "AWS::ApiGateway::Resource",
    Properties: { RestApiId, ParentId, PathPart },
  });
  const template = new Template("Gate", {
    Resources: {
      Api: { Type: "AWS::ApiGateway::RestApi" },
      Stage: { Type: "AWS::ApiGateway::Stage", Properties: { RestApiId, StageName: "v1" } },
      All: resource({ "Fn::GetAtt": ["Api", "RootResourceId"] }, "approvals"),
      One: resource({ Ref: "All" }, "{id}"),
      Approve: resource({ Ref: "One" }, "approve"),
      Post: {
        Type: "AWS::ApiGateway::Method",
        Properties: {
          RestApiId,
          ResourceId: { Ref: "Approve" },
          HttpMethod: "POST",
          AuthorizationType: "AWS_IAM",
          Integration: { Type: "AWS_PROXY", Uri: uri },
        },
      },
    },
  });
  let gateway: Gateway;
  let statuses: number[];
  beforeEach(async () => {
    statuses = [];
    const handler = started();
    const none = async () => undefined;
    const invoke = async (event: unknown) => ({
      outcome: { ok: true as const, value: await handler(event as APIGatewayProxyEvent) },
      output: [],
    });
    const functions = new Map([
      ["arn:aws:lambda:us-east-1:000000000000:function:Gate-Approvals", { name: "Approvals", load: none, close: none, invoke }],
    ]);
    gateway = await serveGateway({ port: 0 });
    const [api] = readRestApis(template, functions);
    gateway.answerWith({ api: api as Api, throttle: false, key: testKey, onAnswer: ({ status }) => statuses.push(status) });
  });
  afterEach(() => gateway.close());

  /** The recipe's function gets an event of this request. */
  async function hears(detail: object, env: Readonly<Record<string, string>> = {}): Promise<void> {
    Object.assign(process.env, {
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "Partners",
      AWS_SECRET_ACCESS_KEY: testKey.secretAccessKey,
      AWS_SESSION_TOKEN: "token",
      APPROVALS_URL: `${gateway.url}/approvals`,
      PARTNER_DOMAIN: "contoso.com",
      ...env,
    });
    // It reads its settings as it loads.
    for (const file of Object.keys(require.cache)) if (file.endsWith("approve-partners.ts")) delete require.cache[file];
    const { handler }: typeof import("../../events/recipes/approve-partners") = require("../../events/recipes/approve-partners");
    try {
      await handler({ Records: [{ body: JSON.stringify({ detail }) }] } as SQSEvent);
    } finally {
      delete process.env.AWS_SESSION_TOKEN;
    }
  }

  it("approves by a signed call, and accepts that an event arrives twice", async () => {
    const { reference } = await changed(asks());
    const detail = { requestId: id, reference, email: "kim@contoso.com", emailProven: true };
    await hears(detail);
    await hears(detail);
    expect(statuses).toEqual([200, 409]);
    expect((await store.get(id))?.decision).toMatchObject({ by: { kind: "iam", name: "arn:aws:iam::000000000000:user/Partners" } });
  });

  it.each([
    { whom: "of other domains", email: "kim@notcontoso.com", emailProven: true },
    { whom: "whose address is not proven", email: "kim@contoso.com", emailProven: false },
  ])("does not approve people $whom, but leaves them to human approvers", async ({ email, emailProven }) => {
    const { reference } = await changed(asks());
    await hears({ requestId: id, reference, email, emailProven });
    expect(statuses).toEqual([]);
  });

  it("fails and leaves the request pending if the call is not allowed", async () => {
    const { reference } = await changed(asks());
    const detail = { requestId: id, reference, email: "kim@contoso.com", emailProven: true };
    await expect(hears(detail, { AWS_SECRET_ACCESS_KEY: "forged" })).rejects.toThrow("Not approved: the answer was 403.");
    expect((await store.get(id))?.state).toBe("pending");
  });
});
