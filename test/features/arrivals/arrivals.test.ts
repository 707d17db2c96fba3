import { readFileSync } from "node:fs";
import type { SQSEvent } from "aws-lambda";
import { graph as directory } from "../../../adapters/graph/graph";
import { toItem, toRow } from "../../../adapters/tables/item";
import { putItem } from "../../../adapters/tables/table";
import { buildPersonId, keyedHash } from "../../../engine/sign-up/person";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { readAccount } from "../../../features/accounts/account";
import { ACCOUNT_ARRIVED, accountEvent } from "../../../features/accounts/events";
import { accountStore } from "../../../features/accounts/store/accounts";
import { keptAccounts } from "../../../features/accounts/worker/account-rows";
import { invitePerson } from "../../../features/approvals/invite-person";
import { arrivalsHandler } from "../../../features/arrivals/worker";
import { buildSignUpDecided } from "../../../features/decisions/events";
import { accept } from "../../../features/invitations/invitation";
import { type GraphStandIn, serveGraph } from "../../../local/stand-ins/graph/graph";
import { type Given, type GraphDouble, startGraphDouble } from "../../adapters/graph/graph-double";
import { hashOf } from "../../engine/sign-up/people";
import { decision } from "../../events/records";
import type { MemoryChange } from "../../memory/tables";
import { memoryWorld } from "../../memory/world";
import { createKeyTable } from "../../support/key-table";
import { told } from "../approvals/mail-requests";
import { rowOf } from "../approvals/requests";

const NOW = Date.parse("2026-06-15T12:01:00.000Z");
const GROUP = "33333333-3333-3333-3333-333333333333";
const PACKAGE = "44444444-4444-4444-4444-444444444444";
const POLICY = "55555555-5555-5555-5555-555555555555";
const ADD = `POST /v1.0/groups/${GROUP}/members/$ref`;
const KIM = "kim@contoso.com";
const personId = buildPersonId(KIM, hashOf);
const admitted: DecisionRecord = { ...decision, verdict: "continue", reasons: [], personId };

/** A guest account that Entra made half a minute after the decision. */
const guest = JSON.parse(readFileSync("test/fixtures/graph/arrived-guest.json", "utf8")) as Record<string, unknown> & { id: string };
/** The same person where the tenant's flows make members. */
const member = { ...guest, userType: "Member", externalUserState: null, userPrincipalName: "kim@fabrikam.com" };
const alreadyMember = {
  status: 400,
  body: { error: { code: "Request_BadRequest", message: "One or more added object references already exist" } },
};

let graph: GraphDouble;
beforeAll(async () => {
  graph = await startGraphDouble();
});
afterAll(() => graph.close());

type Settings = Readonly<Record<string, string>>;

async function worldOf(endpoint = graph.endpoint, settings: Settings = {}) {
  const changes: MemoryChange[] = [];
  Object.assign(process.env, { GATEHOUSE_ENDPOINT_GRAPH: endpoint, GATEHOUSE_ENDPOINT_LOGIN: endpoint });
  const { world, observed } = memoryWorld({
    settings: {
      GRAPH_TENANT: "tenant",
      GRAPH_CLIENT: "client",
      GRAPH_SECRET: "secret",
      ACCOUNTS_TABLE: "accounts",
      APPROVALS_TABLE: "approvals",
      GROUP_ID: GROUP,
      ARRIVAL_SPONSORS: "false",
      ...settings,
    },
    secrets: { secret: "s3cret\n" },
    clock: { now: () => NOW } as never,
    directory,
    onChange: (change) => void changes.push(change),
  });
  await createKeyTable(world.tables, "accounts", "accounts");
  await createKeyTable(world.tables, "approvals", "approvals");
  return { world, observed, changes };
}

type Place = Awaited<ReturnType<typeof worldOf>>;
let place: Place;
beforeEach(async () => {
  graph.reset();
  graph.on(ADD, { status: 204 });
  place = await worldOf();
});

const users = (...value: readonly object[]) => graph.on("GET /v1.0/users?", { body: { value } });

const message = (detailType: string, detail: object, messageId = "message-0") => ({
  messageId,
  body: JSON.stringify({ "detail-type": detailType, source: "gatehouse", detail }),
});

/** What Lambda is told to give out again. */
async function failuresOf(...messages: readonly object[]): Promise<readonly string[]> {
  const { batchItemFailures } = await arrivalsHandler(place.world)({ Records: messages } as unknown as SQSEvent);
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}
const letIn = (...decisions: readonly DecisionRecord[]) =>
  failuresOf(...decisions.map((record, index) => message("sign-up.decided.v1", buildSignUpDecided(record), `message-${index}`)));
const said = () => place.observed.lines.map(({ message: line, facts }) => ({ line, ...facts }));
const asked = () => graph.calls.map(({ method, path }) => `${method} ${path}`);
const added = () => graph.calls.filter(({ method, path }) => `${method} ${path}` === ADD);
const rowOfAccount = (id = guest.id) => accountStore(place.world.tables, "accounts").get(id);
/** Events that the accounts table's stream would make of what was written. */
const eventsIn = ({ changes }: Place) =>
  changes.flatMap(({ tableName, before, after }) => {
    if (tableName !== "accounts" || after === undefined) return [];
    return accountEvent(before && readAccount(toRow(before)), readAccount(toRow(after))) ?? [];
  });

/** Somebody answers for the person, as their used invitation says. */
async function invitedBy(sponsor: string, { world }: Place, hash = hashOf): Promise<void> {
  const sending = { by: { kind: "cli", name: "alice" }, code: "CODE", days: 14 } as const;
  const invited = rowOf(invitePerson(undefined, { email: KIM, sponsor }, sending, hash, new Date(NOW)));
  const used = rowOf(accept(invited, "call", "holder", new Date(NOW)));
  await putItem({ client: world.tables, name: "approvals", key: ["id"] }, toItem(used as never));
}

/** A token of the guest's account has told of a person. */
async function keepAccount(email: string, hash: typeof hashOf): Promise<void> {
  await keptAccounts(place.world)?.({
    ...{ personId: buildPersonId(email, hash), email, emailProven: true, emailVouchers: ["mail"] },
    ...{ reference: decision.reference, userId: guest.id, at: decision.at },
  });
}

describe("a person who was let in", () => {
  it("gets a row once the account exists, which causes one event, and becomes a member of the group", async () => {
    users(guest);
    expect(await letIn(admitted)).toEqual([]);
    const select = "$select=id,createdDateTime,userType,creationType,externalUserState,userPrincipalName,identities";
    expect(asked()).toEqual([
      `GET /v1.0/users?${select}&$filter=mail eq '${KIM}'`,
      `GET /v1.0/users?${select}&$filter=otherMails/any(m:m eq '${KIM}')`,
      ADD,
    ]);
    expect(JSON.parse(added()[0]?.body ?? "")).toEqual({ "@odata.id": `${graph.endpoint}/v1.0/directoryObjects/${guest.id}` });
    expect(said()).toEqual([{ line: "account arrived", reference: decision.reference, group: "added" }]);
    const facts = { personId, email: KIM, emailProven: true, reference: decision.reference, userType: "Guest", by: "graph" };
    const arrivedAt = new Date(NOW).toISOString();
    expect(await rowOfAccount()).toMatchObject({ id: guest.id, ...facts, letInAt: decision.at, arrivedAt, state: "in" });
    const detail = { id: `${guest.id}.${Date.parse(arrivedAt).toString(36)}.1`, time: arrivedAt, accountId: guest.id, ...facts };
    expect(eventsIn(place)).toEqual([{ type: ACCOUNT_ARRIVED, detail }]);
  });

  it("is tried again until the account exists", async () => {
    users();
    expect(await letIn(admitted)).toEqual(["message-0"]);
    expect(said()).toEqual([{ line: "account not there yet", reference: decision.reference }]);
    users(guest);
    expect(await letIn(admitted)).toEqual([]);
  });

  it("needs nothing more if already a member", async () => {
    users(guest);
    graph.on(ADD, alreadyMember);
    graph.on(`POST /v1.0/users/${guest.id}/checkMemberGroups`, { body: { value: [GROUP] } });
    expect(await letIn(admitted)).toEqual([]);
    expect(said()).toMatchObject([{ group: "already" }]);
  });

  it("is tried again if Graph refuses the membership although the person is no member", async () => {
    users(guest);
    graph.on(ADD, alreadyMember);
    graph.on(`POST /v1.0/users/${guest.id}/checkMemberGroups`, { body: { value: [] } });
    expect(await letIn(admitted)).toEqual(["message-0"]);
    expect(said()).toMatchObject([{ line: "arrival failed", status: 400, code: "Request_BadRequest" }]);
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
  ])("is tried again if Graph is $upstreamFailure", async ({ given, code }) => {
    users(guest);
    graph.on(ADD, given);
    expect(await letIn(admitted)).toEqual(["message-0"]);
    expect(said()).toMatchObject([{ line: "arrival failed", status: given.status, code }]);
  });

  it("is searched for correctly if the address contains a quote", async () => {
    users({ ...guest });
    await letIn({ ...admitted, email: "o'brien+a&b@contoso.com" });
    expect(graph.calls[0]?.path).toContain("mail eq 'o''brien+a&b@contoso.com'");
  });

  it("gets nothing if the account now belongs to another person", async () => {
    await keepAccount("lee@example.com", hashOf);
    users(guest);
    expect(await letIn(admitted)).toEqual(["message-0"]);
    expect(added()).toEqual([]);
  });
});

describe("an account that the search finds", () => {
  const local = { ...guest, userType: "Member", creationType: "LocalAccount", externalUserState: null, userPrincipalName: "a1@f.com" };
  it.each<{ given: string; found: readonly object[]; issuers?: readonly string[]; source?: "external-tenant"; counts: boolean }>([
    { given: "made since, with the same provider", found: [guest], counts: true },
    { given: "made a little before, by another clock", found: [{ ...guest, createdDateTime: "2026-06-15T11:58:00Z" }], counts: true },
    { given: "made long before", found: [{ ...guest, createdDateTime: "2026-06-14T12:00:00Z" }], counts: false },
    { given: "without a date", found: [{ id: "user-1", userType: "Guest", identities: guest.identities }], counts: false },
    { given: "of another provider", found: [guest], issuers: ["facebook.com"], counts: false },
    { given: "in the provider's short spelling", found: [{ ...guest, identities: [{ issuer: "google" }] }], counts: true },
    { given: "without identities", found: [{ ...guest, identities: undefined }], counts: false },
    {
      given: "of Entra, which names no issuer",
      found: [{ ...guest, identities: [{ issuer: "ExternalAzureAD" }] }],
      issuers: ["entra"],
      counts: true,
    },
    { given: "beside an old one", found: [{ ...guest, id: "old", createdDateTime: "2020-01-01T00:00:00Z" }, guest], counts: true },
    { given: "beside another new one", found: [guest, { ...guest, id: "user-2" }], counts: false },
    { given: "as a member whom a user flow made", found: [member], counts: true },
    { given: "as a member who was invited", found: [{ ...member, creationType: "Invitation" }], counts: true },
    {
      given: "as a member with a name from outside",
      found: [{ ...member, creationType: null, userPrincipalName: "kim_contoso.com#EXT#@fabrikam.onmicrosoft.com" }],
      counts: true,
    },
    {
      given: "as a member whose account was made through Graph",
      found: [{ ...member, creationType: null, userPrincipalName: "kim_contoso.com#EXT@fabrikam.com" }],
      counts: true,
    },
    { given: "as a member who accepted", found: [{ ...member, creationType: null, externalUserState: "Accepted" }], counts: true },
    { given: "as a colleague with the address", found: [{ ...member, creationType: null }], issuers: ["entra"], counts: false },
    { given: "as a local account of a workforce tenant", found: [local], counts: false },
    { given: "as a local account of an external tenant", found: [local], source: "external-tenant", counts: true },
  ])("($given) matches the person: $counts", async ({ found, issuers = ["google.com"], source, counts }) => {
    users(...found);
    expect(await letIn({ ...admitted, issuers, ...(source && { source }) })).toEqual(counts ? [] : ["message-0"]);
    expect(added().map(({ body }) => body.includes(guest.id))).toEqual(counts ? [true] : []);
    expect(eventsIn(place)).toHaveLength(counts ? 1 : 0);
  });

  it("matches nobody if several accounts match, and the log reports their number", async () => {
    users(guest, { ...guest, id: "user-2" });
    await letIn(admitted);
    expect(said()).toMatchObject([{ line: "arrival failed", error: "SeveralAccountsError", found: 2 }]);
  });

  it("is also searched for by its local identity if the tenant's domain is known", async () => {
    place = await worldOf(graph.endpoint, { TENANT_DOMAIN: "fabrikam.onmicrosoft.com" });
    users();
    await letIn({ ...admitted, source: "external-tenant" });
    expect(asked()[2]).toContain(`issuerAssignedId eq '${KIM}' and c/issuer eq 'fabrikam.onmicrosoft.com'`);
  });
});

describe("a person whose account is known", () => {
  it.each([
    { event: "account.created.v1", detail: { ...told, accountId: guest.id } },
    { event: "account.arrived.v1", detail: { ...told, accountId: guest.id, by: "token" } },
  ])("becomes a member with that account after $event, without a search", async ({ event, detail }) => {
    expect(await failuresOf(message(event, detail))).toEqual([]);
    expect(asked()).toEqual([ADD]);
  });
});

it("the application that makes accounts may also find them", async () => {
  const settings = { tenantId: GROUP, clientId: GROUP, clientSecret: "s3cret", tenantDomain: "f.com", redirectUrl: "https://f.com/" };
  const { GRAPH_TENANT: _, GRAPH_CLIENT: __, GRAPH_SECRET: ___, ...others } = place.world.settings;
  const { world } = memoryWorld({ secrets: { approvals: JSON.stringify(settings) }, directory });
  place = { ...place, world: { ...place.world, secrets: world.secrets, settings: { ...others, APPROVALS_SECRET: "approvals" } } };
  graph.on(`POST /${GROUP}/oauth2`, { body: { access_token: "token", token_type: "Bearer", expires_in: 3_599 } });
  users(guest);
  expect(await letIn(admitted)).toEqual([]);
  expect(added()).toHaveLength(1);
});

it("an account whose first token is reported gets one row, however often that is repeated", async () => {
  const proof = { emailProven: true, emailVouchers: ["mail"] };
  const token = { userId: guest.id.toUpperCase(), personId, email: KIM, ...proof, reference: decision.reference, at: decision.at };
  const keep = keptAccounts(place.world);
  await keep?.(token);
  await keep?.(token);
  expect(await rowOfAccount()).toMatchObject({ id: guest.id, turn: 1, letInAt: decision.at, by: "token", state: "in" });
  expect(eventsIn(place)).toMatchObject([{ detail: { accountId: guest.id, by: "token" } }]);
  // What was found before by its address is the same account.
  users(guest);
  expect(await letIn(admitted)).toEqual([]);
  expect(eventsIn(place)).toHaveLength(1);
});

it("the row of an account that a token reported gets the account's sponsor", async () => {
  await invitedBy("mina@fabrikam.com", place);
  const arrived = { personId, email: KIM, emailProven: true, reference: decision.reference };
  await keptAccounts(place.world)?.({ ...arrived, emailVouchers: ["mail"], userId: guest.id, at: decision.at });
  const detail = { ...told, ...arrived, accountId: guest.id, by: "token" };
  expect(await failuresOf(message("account.arrived.v1", detail))).toEqual([]);
  expect(await rowOfAccount()).toMatchObject({ emailProven: true, sponsor: "mina@fabrikam.com" });
});

describe("after a key rotation", () => {
  const earlierHashOf = keyedHash("an earlier key of the tests, long enough");

  it("an account gets the sponsor whom an invitation of before names", async () => {
    await invitedBy("mina@fabrikam.com", place, earlierHashOf);
    users(guest);
    expect(await letIn(admitted)).toEqual([]);
    expect(await rowOfAccount()).toMatchObject({ sponsor: "mina@fabrikam.com" });
  });

  it("an account whose row is of before becomes a member", async () => {
    await keepAccount(KIM, earlierHashOf);
    users(guest);
    expect(await letIn(admitted)).toEqual([]);
    expect(added()).toHaveLength(1);
  });
});

it.each<{ given: string; record: Partial<DecisionRecord>; vouchers: readonly string[] }>([
  { given: "a provider that is not trusted", record: { source: "b2b", emailProven: false, issuers: ["entra"] }, vouchers: ["entra"] },
  {
    given: "a provider that is trusted",
    record: { source: "external-tenant", emailProven: true, issuers: ["google.com"] },
    vouchers: ["google.com"],
  },
  {
    given: "nobody: it was typed",
    record: { source: "external-tenant", emailProven: false, emailTyped: true, issuers: ["google.com"] },
    vouchers: [],
  },
])("a row records the providers that vouch for its address: $given", async ({ record, vouchers }) => {
  users(guest);
  expect(await letIn({ ...admitted, ...record })).toEqual([]);
  expect((await rowOfAccount())?.emailVouchers).toEqual(vouchers);
});

describe("a person with an unproven address", () => {
  const typed: DecisionRecord = { ...admitted, emailProven: false, emailTyped: true };
  const settings = { ARRIVAL_SPONSORS: "true" };

  it("gets no sponsor from a request of the address's owner, whether a search or a token finds the account", async () => {
    place = await worldOf(graph.endpoint, settings);
    await invitedBy("mina@fabrikam.com", place);
    users(guest);
    expect(await letIn(typed)).toEqual([]);
    const arrived = { personId, email: KIM, emailProven: false, reference: decision.reference };
    const detail = { ...told, ...arrived, accountId: guest.id, by: "token" };
    expect(await failuresOf(message("account.arrived.v1", detail))).toEqual([]);
    const row = await rowOfAccount();
    expect(row).toMatchObject({ id: guest.id, emailProven: false });
    expect(row).not.toHaveProperty("sponsor");
    expect(row).not.toHaveProperty("locales");
    expect(asked().filter((call) => call.includes("sponsors"))).toEqual([]);
  });
});

describe("the sponsor of a new account", () => {
  const settings = { ARRIVAL_SPONSORS: "true" };
  const REF = `POST /v1.0/users/${guest.id}/sponsors/$ref`;
  const COLLEAGUES = "GET /v1.0/users?$select=id,accountEnabled";
  const mina = { id: "66666666-6666-6666-6666-666666666666", accountEnabled: true };

  it.each<{ given: string; found: readonly object[]; answer?: Given; why: string }>([
    { given: "is not in the tenant", found: [], why: "not-in-tenant" },
    { given: "left", found: [{ ...mina, accountEnabled: false }], why: "left" },
    { given: "is two people", found: [mina, { ...mina, id: "b" }], why: "several" },
    { given: "is the account itself", found: [{ ...mina, id: guest.id }], why: "oneself" },
    {
      given: "is refused",
      found: [mina],
      answer: { status: 403, body: { error: { code: "Authorization_RequestDenied" } } },
      why: "refused",
    },
  ])("does not prevent the membership if the sponsor $given; row and log report that", async ({ found, answer = { status: 204 }, why }) => {
    place = await worldOf(graph.endpoint, settings);
    await invitedBy("mina@fabrikam.com", place);
    graph.on(COLLEAGUES, { body: { value: found } });
    users(guest);
    graph.on(REF, answer);
    expect(await letIn(admitted)).toEqual([]);
    expect(added()).toHaveLength(1);
    expect(said()).toMatchObject([{ line: "account without its sponsor", why }, { line: "account arrived" }]);
    expect((await rowOfAccount())?.history).toMatchObject([{ what: "arrived" }, { what: "not-sponsored", note: why }]);
    await letIn(admitted);
    expect((await rowOfAccount())?.history).toHaveLength(2);
    expect(eventsIn(place)).toHaveLength(1);
  });

  it.each([
    { who: "Gatehouse", outcome: "set", sponsorSet: "mina@fabrikam.com" },
    { who: "somebody else", outcome: "there-already", sponsorSet: undefined },
  ])("is set once, and the row records who did: $who", async ({ outcome, sponsorSet }) => {
    place = await worldOf(graph.endpoint, settings);
    await invitedBy("mina@fabrikam.com", place);
    graph.on(COLLEAGUES, { body: { value: [mina] } });
    users(guest);
    const again = { status: 400, body: { error: { code: "Request_BadRequest" } } };
    graph.on(REF, outcome === "set" ? { status: 204 } : again, again);
    graph.on(`GET /v1.0/users/${guest.id}/sponsors`, { body: { value: [{ id: mina.id }] } });
    expect([await letIn(admitted), await letIn(admitted)]).toEqual([[], []]);
    const row = await rowOfAccount();
    expect(row).toMatchObject({ sponsor: "mina@fabrikam.com", sponsorTried: "mina@fabrikam.com", turn: 2 });
    expect(row?.sponsorSet).toBe(sponsorSet);
    expect(said()).toMatchObject([{ sponsor: outcome }, { sponsor: "there-already" }]);
  });

  it("is never the person", async () => {
    place = await worldOf(graph.endpoint, settings);
    await invitedBy(KIM, place);
    users(guest);
    expect(await letIn(admitted)).toEqual([]);
    expect(asked().filter((call) => call.includes("sponsors") || call.startsWith(COLLEAGUES))).toEqual([]);
  });

  it("is not set unless the option is on", async () => {
    await invitedBy("mina@fabrikam.com", place);
    users(guest);
    await letIn(admitted);
    expect(asked().filter((call) => call.includes("sponsors"))).toEqual([]);
    expect(await rowOfAccount()).toMatchObject({ sponsor: "mina@fabrikam.com" });
  });
});

describe("an access package for a new account", () => {
  const REQUESTS = "/v1.0/identityGovernance/entitlementManagement/assignmentRequests";
  const requested = { body: { value: [{ id: "r", requestType: "adminAdd", state: "submitted" }] } };
  const none = { body: { value: [] } };
  const page = { body: "<html>Sign in to the network</html>", headers: { "content-type": "text/html" } };
  const posts = () => asked().filter((call) => call === `POST ${REQUESTS}`);

  beforeEach(async () => {
    place = await worldOf(graph.endpoint, { ACCESS_PACKAGE_ID: PACKAGE, ASSIGNMENT_POLICY_ID: POLICY });
    users(guest);
  });

  const losses: readonly { readonly lost: string; readonly answer: Given | "reset" }[] = [
    { lost: "a connection that breaks", answer: "reset" },
    { lost: "500", answer: { status: 500 } },
    { lost: "504", answer: { status: 504, ...page } },
    { lost: "a proxy's page", answer: { status: 200, ...page } },
  ];

  it.each(losses)("is requested once, and is searched for if the answer was lost to $lost", async ({ answer }) => {
    graph.on(`GET ${REQUESTS}`, none, requested);
    graph.on(`POST ${REQUESTS}`, answer, { status: 201, body: { id: "second" } });
    expect(await letIn(admitted)).toEqual([]);
    expect(posts()).toHaveLength(1);
    expect(said()).toMatchObject([{ line: "account arrived", accessPackage: "added" }]);
  });

  it.each(losses)("is not requested again if its request appears only at the next delivery, after $lost", async ({ answer }) => {
    graph.on(`GET ${REQUESTS}`, none, none, requested);
    graph.on(`POST ${REQUESTS}`, answer, { status: 201, body: { id: "second" } });
    expect(await letIn(admitted)).toEqual(["message-0"]);
    expect(await letIn(admitted)).toEqual([]);
    expect(posts()).toHaveLength(1);
  });

  it("is requested again if Graph only asked for a pause", async () => {
    graph.on(`GET ${REQUESTS}`, none);
    graph.on(`POST ${REQUESTS}`, { status: 429, headers: { "retry-after": "0" } }, { status: 201, body: { id: "r" } });
    expect(await letIn(admitted)).toEqual([]);
    expect(posts()).toHaveLength(2);
  });
});

describe("a message of the arrivals queue", () => {
  it("does not affect the others if it fails", async () => {
    graph.on("GET /v1.0/users?", { status: 403, body: { error: { code: "Authorization_RequestDenied" } } }, { body: { value: [guest] } });
    expect(await letIn(admitted, admitted)).toEqual(["message-0"]);
  });

  it.each([
    { given: "that is no JSON", body: "<html>" },
    { given: "without a detail", body: "{}" },
    { given: "that names nobody", body: JSON.stringify({ detail: { reference: decision.reference } }) },
  ])("$given returns to the queue", async ({ body }) => {
    expect(await failuresOf({ messageId: "m", body })).toEqual(["m"]);
    expect(graph.calls).toEqual([]);
  });

  it("never puts a person or a secret into the log", async () => {
    users(guest);
    graph.on(ADD, { status: 403, body: { error: { code: "X", message: KIM } } });
    await letIn(admitted);
    expect(JSON.stringify(said())).not.toMatch(/kim|contoso|c7d8e9fa|s3cret|token-/);
  });
});

it.each<Settings>([{ secret: "" }, {}])("a message returns to the queue if the client secret is %o", async (secrets) => {
  const { world } = memoryWorld({ settings: place.world.settings, secrets, directory });
  place = { ...place, world: { ...place.world, secrets: world.secrets } };
  expect(await letIn(admitted)).toEqual(["message-0"]);
  expect(graph.tokens).toEqual([]);
});

describe("a run that dies at any call, and is repeated", () => {
  let standIn: GraphStandIn;
  beforeAll(async () => {
    standIn = await serveGraph();
  });
  afterAll(() => standIn.close());

  class Crash extends Error {}
  const gifts: Settings = { ARRIVAL_SPONSORS: "true", ACCESS_PACKAGE_ID: PACKAGE, ASSIGNMENT_POLICY_ID: POLICY };

  /** One run in which call number `dies` is the last; whether it had its effect. True where the run came to its end. */
  async function run(email: string, dies: number, hasEffect: boolean): Promise<boolean> {
    let count = 0;
    let isDead = false;
    const mortal =
      <A extends readonly unknown[], R>(call: (...given: A) => Promise<R>) =>
      async (...given: A): Promise<R> => {
        if (isDead) throw new Crash();
        isDead = ++count === dies;
        if (isDead && !hasEffect) throw new Crash();
        const result = await call(...given);
        if (isDead) throw new Crash();
        return result;
      };
    const { world } = place;
    const tables = {
      ...world.tables,
      call: mortal((operation: string, input: object, signal?: AbortSignal) => world.tables.call(operation, input, signal)),
    };
    const mortalDirectory: typeof world.directory = (application) => {
      const client = world.directory(application);
      const { get, post, postOnce } = client;
      return {
        ...client,
        get: mortal(get) as typeof get,
        post: mortal(post) as typeof post,
        postOnce: mortal(postOnce) as typeof postOnce,
      };
    };
    const handle = arrivalsHandler({ ...world, tables: tables as never, directory: mortalDirectory });
    const detail = buildSignUpDecided({ ...admitted, email, at: new Date().toISOString() });
    const { batchItemFailures } = await handle({ Records: [message("sign-up.decided.v1", detail)] } as unknown as SQSEvent);
    if (!isDead) expect(batchItemFailures).toEqual([]);
    return !isDead;
  }

  it.each([true, false])("leaves one row, event, membership, package and sponsor (the last call had its effect: %s)", async (hasEffect) => {
    for (let dies = 1; ; dies++) {
      place = await worldOf(standIn.url, gifts);
      await invitedBy("mina@contoso.com", place);
      const email = `kim-${hasEffect}-${dies}@example.com`;
      standIn.letIn({ email, issuers: ["google.com"] });
      const id = standIn.accounts().find(({ mail }) => mail === email)?.id ?? "";
      const wasWhole = await run(email, dies, hasEffect);
      expect(await run(email, 0, true)).toBe(true);
      expect(eventsIn(place)).toMatchObject([{ type: ACCOUNT_ARRIVED, detail: { accountId: id, sponsor: "mina@contoso.com" } }]);
      expect(await rowOfAccount(id)).toMatchObject({ turn: 2, state: "in", sponsorTried: "mina@contoso.com" });
      expect(standIn.members(GROUP).filter((each) => each === id)).toHaveLength(1);
      expect(standIn.packagesOf(id)).toEqual([PACKAGE]);
      expect(standIn.accounts().find((each) => each.id === id)?.sponsors).toHaveLength(1);
      if (!wasWhole) continue;
      expect(dies).toBeGreaterThan(8);
      return;
    }
  });
});
