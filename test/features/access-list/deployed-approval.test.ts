import type { APIGatewayProxyEvent, APIGatewayProxyEventV2WithJWTAuthorizer } from "aws-lambda";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import { beforeCreateUser, beforeSendingToken } from "../../../engine/sign-up/policy";
import { accessList } from "../../../features/access-list/rule";
import { requestApproval } from "../../../features/approvals/request-approval";
import { assign } from "../../../features/assign/rule";
import { decidingParts } from "../../../features/deciding-parts";
import { extensionHandler } from "../../../handlers/extension";
import { connectorHandler } from "../../../handlers/sign-up";
import { lambdaContext } from "../../lambda/invoke";
import { audience, tenantId, tokenClaims } from "../../lambda/invoke-extension";
import { memoryWorld } from "../../memory/world";
import { createDecisionsTable } from "../../support/decisions-table";
import { proxyEvent } from "../../support/events";
import { createKeyTable } from "../../support/key-table";
import { createApprovalsTable } from "../approvals/store/approvals-table";

// What each kind of tenant hears from the deployed function about somebody whom an entry has wait, before the account and before a token.

const now = Date.parse("2026-06-15T12:00:00Z");
const settings = {
  ACCESS_LIST_TABLE: "list",
  APPROVALS_TABLE: "approvals",
  DECISIONS_TABLE: "decisions",
  DECISION_DAYS: "90",
  LEDGER_TABLE: "ledger",
  POLICY_VERSION: "0123456789ab",
  PERSON_KEY_SECRET: "person-key",
  EXTERNAL_TENANT: tenantId,
  EXTENSION_AUDIENCE: audience,
};
const trust = ["mail", "google.com"];
const asks = beforeCreateUser([accessList({ trust }), requestApproval({ when: "approval" })], { trust: "any" });
const silent = beforeCreateUser([accessList({ trust })], { trust: "any" });
const google = { signInType: "federated", issuer: "google.com", issuerAssignedId: "1184" };
const passcode = { signInType: "email", issuer: "contoso.onmicrosoft.com", issuerAssignedId: "kim@contoso.com" };

async function worldWith(effect: string) {
  const { world } = memoryWorld({
    settings,
    clock: { now: () => now, startTimer: () => () => undefined },
    secrets: { "person-key": "k".repeat(64) },
  });
  await createKeyTable(world.tables, "list", "accessList");
  await createKeyTable(world.tables, "ledger", "ledger");
  await createDecisionsTable(world.tables, "decisions");
  await createApprovalsTable(world.tables, "approvals");
  await world.tables.call("PutItem", { TableName: "list", Item: toItem({ entry: "contoso.com", effect }) });
  return world;
}

type Deployed = Awaited<ReturnType<typeof worldWith>>;
type Answer = Readonly<Record<string, unknown>>;

async function connector(world: Deployed, policy: typeof asks, body: object): Promise<Answer> {
  const event = proxyEvent("/before-create-user", JSON.stringify(body)) as APIGatewayProxyEvent;
  const answer = await connectorHandler(policy, decidingParts)(world)(event, lambdaContext);
  return { status: answer.statusCode, ...JSON.parse(answer.body) };
}

async function extension(ask: ReturnType<ReturnType<typeof extensionHandler>>, event: string, data: object): Promise<Answer> {
  const request = {
    version: "2.0",
    headers: { "content-type": "application/json" },
    requestContext: { requestId: "r", timeEpoch: now, authorizer: { jwt: { claims: tokenClaims, scopes: null } } },
    body: JSON.stringify({
      type: `microsoft.graph.authenticationEvent.${event}`,
      data: { tenantId, authenticationContext: { correlationId: "d3d2c1b0-a998-4776-8554-3f2e1d0c9b88", client: {} }, ...data },
    }),
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEventV2WithJWTAuthorizer;
  const { statusCode, body } = await ask(request, lambdaContext);
  const { data: answer } = JSON.parse(body) as { readonly data: { readonly actions: readonly Answer[] } };
  return { status: statusCode, ...answer.actions[0] };
}

const dialects: Readonly<Record<string, (world: Deployed, policy: typeof asks) => Promise<Answer>>> = {
  "a workforce tenant": (world, policy) => connector(world, policy, { email: "kim@contoso.com", identities: [google] }),
  "Azure AD B2C": (world, policy) =>
    connector(world, policy, { email: "kim@contoso.com", identities: [google], client_id: "shop", step: "PostAttributeCollection" }),
  "an external tenant": (world, policy) =>
    extension(extensionHandler(policy, { decidingParts })(world), "attributeCollectionSubmit", {
      userSignUpInfo: { attributes: {}, identities: [passcode] },
    }),
};
const goesOn = /^Continue$|continueWithDefaultBehavior$/;
const blockPage = /^ShowBlockPage$|showBlockPage$/;

const rowsIn = async (world: Deployed, table: string) => {
  const { Items = [] } = await world.tables.call<{ Items?: Item[] }>("Scan", { TableName: table });
  return Items.map(toRow);
};

describe.each(Object.entries(dialects))("a deployed gate before the account is created, %s", (_, ask) => {
  it.each([
    { effect: "approval", policy: asks, is: blockPage, says: /is waiting for approval/, requests: ["pending"] },
    { effect: "approval", policy: silent, is: blockPage, says: /./, requests: [] },
    { effect: "deny", policy: asks, is: blockPage, says: /./, requests: [] },
    { effect: "allow", policy: asks, is: goesOn, says: /^$/, requests: [] },
  ])("answers the effect $effect with $is, and stores the requests $requests", async ({ effect, policy, is, says, requests }) => {
    const world = await worldWith(effect);
    const answer = await ask(world, policy);
    expect(answer.status).toBe(200);
    expect(String(answer.action ?? answer["@odata.type"])).toMatch(is);
    expect(String(answer.userMessage ?? answer.message ?? "")).toMatch(says);
    expect((await rowsIn(world, "approvals")).map(({ state }) => state)).toEqual(requests);
    const [decision] = await rowsIn(world, "decisions");
    const referred = effect === "approval" && policy === asks;
    expect(JSON.stringify(decision).includes('"listed":"approval"')).toBe(referred);
  });
});

// No type lets a policy ask the list there, but a policy is not always checked by its types.
it.each([
  { effect: "approval", claims: {} },
  { effect: "deny", claims: {} },
  { effect: "allow", claims: { extension_Portal: "partners" } },
])("a list rule before a token withholds the claims of waiting and denied people alike: $effect", async (row) => {
  const world = await worldWith(row.effect);
  const policy = beforeSendingToken([accessList({ otherwise: "continue" }), assign({ extension_Portal: "partners" })] as never, {
    trust: "any",
  });
  const body = { email: "kim@contoso.com", identities: [google], client_id: "shop", step: "PreTokenIssuance" };
  const event = proxyEvent("/before-sending-token", JSON.stringify(body)) as APIGatewayProxyEvent;
  const { version: _, action, ...claims } = JSON.parse((await connectorHandler(policy)(world)(event, lambdaContext)).body) as Answer;
  expect([action, claims]).toEqual(["Continue", row.claims]);
});
