import type { SQSEvent } from "aws-lambda";
import { signUpDecided } from "../../engine/sign-up/event";
import type { DecisionRecord } from "../../engine/sign-up/record";
import { groupMembershipHandler } from "../../handlers/group-membership";
import { type AwsDouble, json, refuse, startAwsDouble } from "../adapters/aws/aws-double";
import { type Given, type GraphDouble, startGraphDouble } from "../adapters/graph/graph-double";
import { told } from "../adapters/mail/requests";
import { decision } from "../events/records";
import { awsWorld, captureOutput } from "./invoke";

const GROUP = "33333333-3333-3333-3333-333333333333";
const ADD = `POST /v1.0/groups/${GROUP}/members/$ref`;
const CHECK = "POST /v1.0/users/user-1/checkMemberGroups";
const admitted: DecisionRecord = { ...decision, verdict: "continue", reasons: [] };

/** A guest account that Entra made half a minute after the decision. */
const guest = {
  id: "user-1",
  createdDateTime: "2026-06-15T12:00:30Z",
  identities: [{ issuer: "google.com" }, { issuer: "contoso.onmicrosoft.com" }],
};
const alreadyMember = {
  status: 400,
  body: { error: { code: "Request_BadRequest", message: "One or more added object references already exist" } },
};

let graph: GraphDouble;
let secrets: AwsDouble;
let output: ReturnType<typeof captureOutput>;
let handle: ReturnType<typeof groupMembershipHandler>;

beforeAll(async () => {
  graph = await startGraphDouble();
  secrets = await startAwsDouble();
  Object.assign(process.env, {
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
    GATEHOUSE_ENDPOINT_GRAPH: graph.endpoint,
    GATEHOUSE_ENDPOINT_LOGIN: graph.endpoint,
    GRAPH_TENANT: "tenant",
    GRAPH_CLIENT: "client",
    GRAPH_SECRET: "arn:secret",
    GROUP_ID: GROUP,
  });
});
afterAll(async () => {
  await graph.close();
  await secrets.close();
});
beforeEach(async () => {
  handle = groupMembershipHandler(awsWorld());
  graph.reset();
  secrets.will(json({ SecretString: "s3cret\n" }));
  output = captureOutput();
});
afterEach(() => output.release());

const users = (...value: readonly object[]): void => graph.on("GET /v1.0/users", { body: { value } });

/** What Lambda is told to give out again. */
async function failuresOf(...decisions: readonly DecisionRecord[]): Promise<readonly string[]> {
  const Records = decisions.map((record, index) => ({
    messageId: `message-${index}`,
    body: JSON.stringify({ "detail-type": "sign-up.decided.v1", source: "gatehouse", detail: signUpDecided(record) }),
  }));
  const { batchItemFailures } = await handle({ Records } as unknown as SQSEvent);
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}
const said = () => output.lines().map(({ message, joined, status, code }) => ({ message, joined, status, code }));
const added = () => graph.calls.filter(({ method, path }) => `${method} ${path}` === ADD);

describe("somebody whose account was made by approval", () => {
  it("becomes a member as that account, without a search", async () => {
    graph.on(ADD, { status: 204 });
    const detail = { ...told, accountId: "user-1" };
    const body = JSON.stringify({ "detail-type": "account.created.v1", source: "gatehouse", detail });
    expect(await handle({ Records: [{ messageId: "message-0", body }] } as unknown as SQSEvent)).toEqual({ batchItemFailures: [] });
    expect(graph.calls.map(({ method, path }) => `${method} ${path}`)).toEqual([ADD]);
    expect(JSON.parse(added()[0]?.body ?? "")).toEqual({ "@odata.id": `${graph.endpoint}/v1.0/directoryObjects/user-1` });
    expect(said()).toEqual([{ message: "group membership", joined: "added" }]);
  });
});

describe("somebody who was let in", () => {
  it("becomes a member once the account is there", async () => {
    users(guest);
    graph.on(ADD, { status: 204 });
    expect(await failuresOf(admitted)).toEqual([]);
    expect(graph.calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET /v1.0/users?$select=id,createdDateTime,identities&$filter=mail eq 'kim@contoso.com' and userType eq 'Guest'",
      ADD,
    ]);
    expect(JSON.parse(added()[0]?.body ?? "")).toEqual({ "@odata.id": `${graph.endpoint}/v1.0/directoryObjects/user-1` });
    expect(said()).toEqual([{ message: "group membership", joined: "added" }]);
    expect(output.lines()[0]).toMatchObject({ reference: decision.reference });
  });

  it("is waited for", async () => {
    users();
    expect(await failuresOf(admitted)).toEqual(["message-0"]);
    expect(said()).toEqual([{ message: "group membership", joined: "absent" }]);
    users(guest);
    graph.on(ADD, { status: 204 });
    expect(await failuresOf(admitted)).toEqual([]);
  });

  it("and is a member already is done with", async () => {
    users(guest);
    graph.on(ADD, alreadyMember);
    graph.on(CHECK, { body: { value: [GROUP] } });
    expect(await failuresOf(admitted)).toEqual([]);
    expect(said()).toEqual([{ message: "group membership", joined: "already" }]);
  });

  it("is tried again for people that Graph refuses for another reason", async () => {
    users(guest);
    graph.on(ADD, alreadyMember);
    graph.on(CHECK, { body: { value: [] } });
    expect(await failuresOf(admitted)).toEqual(["message-0"]);
    expect(said()).toEqual([{ message: "group membership failed", status: 400, code: "Request_BadRequest" }]);
  });

  it.each<{ upstreamFailure: string; given: Given; code: string }>([
    {
      upstreamFailure: "busy for a minute",
      given: { status: 429, body: { error: { code: "TooManyRequests" } }, headers: { "retry-after": "60" } },
      code: "TooManyRequests",
    },
    {
      upstreamFailure: "not yet in agreement with itself",
      given: { status: 404, body: { error: { code: "Request_ResourceNotFound" } } },
      code: "Request_ResourceNotFound",
    },
    {
      upstreamFailure: "without consent",
      given: { status: 403, body: { error: { code: "Authorization_RequestDenied" } } },
      code: "Authorization_RequestDenied",
    },
  ])("is tried again where Graph is $upstreamFailure", async ({ given, code }) => {
    users(guest);
    graph.on(ADD, given);
    expect(await failuresOf(admitted)).toEqual(["message-0"]);
    expect(said()).toEqual([{ message: "group membership failed", status: given.status, code }]);
  });

  it("is added after a short Retry-After in the same go", async () => {
    users(guest);
    graph.on(ADD, { status: 429, headers: { "retry-after": "0" } }, { status: 204 });
    expect(await failuresOf(admitted)).toEqual([]);
    expect(added()).toHaveLength(2);
  });

  it("has an address that may hold a quote", async () => {
    users(guest);
    graph.on(ADD, { status: 204 });
    await failuresOf({ ...admitted, email: "o'brien+a&b@contoso.com" });
    expect(graph.calls[0]?.path).toContain("mail eq 'o''brien+a&b@contoso.com'");
  });
});

describe("an account counts", () => {
  it.each([
    { given: "made since, with the same provider", users: [guest], issuers: ["google.com"], counts: true },
    {
      given: "made a little before, by another clock",
      users: [{ ...guest, createdDateTime: "2026-06-15T11:58:00Z" }],
      issuers: ["google.com"],
      counts: true,
    },
    { given: "made long before", users: [{ ...guest, createdDateTime: "2026-06-14T12:00:00Z" }], issuers: ["google.com"], counts: false },
    { given: "without a date", users: [{ id: "user-1", identities: guest.identities }], issuers: ["google.com"], counts: false },
    { given: "of another provider", users: [guest], issuers: ["facebook.com"], counts: false },
    {
      given: "in the provider's short spelling",
      users: [{ ...guest, identities: [{ issuer: "google" }] }],
      issuers: ["google.com"],
      counts: true,
    },
    { given: "without identities", users: [{ ...guest, identities: undefined }], issuers: ["google.com"], counts: false },
    {
      given: "of Entra, which names no issuer",
      users: [{ ...guest, identities: [{ issuer: "ExternalAzureAD" }] }],
      issuers: ["entra"],
      counts: true,
    },
    {
      given: "beside an old one",
      users: [{ ...guest, id: "old", createdDateTime: "2020-01-01T00:00:00Z" }, guest],
      issuers: ["google.com"],
      counts: true,
    },
    { given: "beside another new one", users: [guest, { ...guest, id: "user-2" }], issuers: ["google.com"], counts: false },
  ])("$given: $counts", async ({ users: found, issuers, counts }) => {
    users(...found);
    graph.on(ADD, { status: 204 });
    expect(await failuresOf({ ...admitted, issuers })).toEqual(counts ? [] : ["message-0"]);
    expect(added().map(({ body }) => body.includes("user-1"))).toEqual(counts ? [true] : []);
  });
});

describe("a message", () => {
  it("that fails leaves the others alone", async () => {
    graph.on("GET /v1.0/users", { status: 403, body: { error: { code: "Authorization_RequestDenied" } } }, { body: { value: [guest] } });
    graph.on(ADD, { status: 204 });
    expect(await failuresOf(admitted, admitted)).toEqual(["message-0"]);
  });

  it.each([
    { given: "that is no JSON", body: "<html>" },
    { given: "without a detail", body: "{}" },
    { given: "that names nobody", body: JSON.stringify({ detail: { reference: decision.reference } }) },
  ])("$given goes back", async ({ body }) => {
    const { batchItemFailures } = await handle({ Records: [{ messageId: "m", body }] } as unknown as SQSEvent);
    expect(batchItemFailures).toEqual([{ itemIdentifier: "m" }]);
    expect(graph.calls).toEqual([]);
  });

  it("never shows in the log whom it is about, nor a secret", async () => {
    users(guest);
    graph.on(ADD, { status: 403, body: { error: { code: "X", message: "kim@contoso.com" } } });
    await failuresOf(admitted);
    expect(output.text()).not.toMatch(/kim|contoso|user-1|s3cret|token-/);
  });
});

describe("the application's secret", () => {
  it("is read from its place, without the line break that a paste left", async () => {
    users(guest);
    graph.on(ADD, { status: 204 });
    await failuresOf(admitted);
    expect(secrets.calls).toMatchObject([{ operation: "GetSecretValue", input: { SecretId: "arn:secret" } }]);
    expect(new URLSearchParams(graph.tokens[0]?.body).get("client_secret")).toBe("s3cret");
  });

  it.each([
    { given: "is empty", answer: json({ SecretString: "" }) },
    { given: "is not there", answer: refuse("ResourceNotFoundException") },
    { given: "may not be read", answer: refuse("AccessDeniedException") },
  ])("that $given sends the message back", async ({ answer }) => {
    secrets.will(answer);
    expect(await failuresOf(admitted)).toEqual(["message-0"]);
    expect(graph.tokens).toEqual([]);
  });
});
