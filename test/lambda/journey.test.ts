import type { APIGatewayProxyEventV2WithJWTAuthorizer } from "aws-lambda";
import { toItem } from "../../adapters/tables/item";
import { afterSignIn, beforeCreateUser } from "../../engine/sign-up/policy";
import { accessList } from "../../features/access-list/rule";
import { decidingParts } from "../../features/deciding-parts";
import { extensionHandler } from "../../handlers/extension";
import { memoryWorld } from "../memory/world";
import { createDecisionsTable } from "../support/decisions-table";
import { extensionAction } from "../support/extension-answers";
import { createKeyTable } from "../support/key-table";
import { lambdaContext } from "./invoke";
import { audience, tenantId, tokenClaims } from "./invoke-extension";

// Both events of one person's sign-up through the handlers, on tables in memory.

const START = Date.parse("2026-06-15T12:00:00Z");
const MINUTE = 60_000;
const settings = {
  ACCESS_LIST_TABLE: "list",
  DECISIONS_TABLE: "decisions",
  DECISION_DAYS: "90",
  LEDGER_TABLE: "ledger",
  POLICY_VERSION: "0123456789ab",
  PERSON_KEY_SECRET: "person-key",
  EXTERNAL_TENANT: tenantId,
  EXTENSION_AUDIENCE: audience,
};

interface Called {
  readonly email?: string | undefined;
  readonly account?: string;
  readonly correlationId?: unknown;
  /** After the first call, in milliseconds. */
  readonly after?: number;
  readonly attribute?: string;
}

async function gateOf(more: Record<string, string> = {}) {
  let time = START;
  const { world, observed } = memoryWorld({
    settings: { ...settings, ...more },
    clock: { now: () => time, startTimer: () => () => undefined },
    secrets: { "person-key": "k".repeat(64) },
  });
  const tables = world.tables as ReturnType<typeof memoryWorld>["world"]["tables"] & { before(work: (operation: string) => void): void };
  await createKeyTable(world.tables, "list", "accessList");
  await createKeyTable(world.tables, "ledger", "ledger");
  await createDecisionsTable(world.tables, "decisions");
  await world.tables.call("PutItem", { TableName: "list", Item: toItem({ entry: "contoso.com", effect: "allow" }) });
  const handlers = {
    Start: extensionHandler(afterSignIn([accessList()], { trust: "any" }), { decidingParts })(world),
    Submit: extensionHandler(beforeCreateUser([accessList()], { trust: "any" }), { decidingParts })(world),
  };

  async function call(
    event: "Start" | "Submit",
    { email = "kim@contoso.com", account = "1184", after = 0, attribute = "email", ...given }: Called,
  ) {
    time = START + after;
    const correlationId = "correlationId" in given ? given.correlationId : "d3d2c1b0-a998-4776-8554-3f2e1d0c9b88";
    const body = {
      type: `microsoft.graph.authenticationEvent.attributeCollection${event}`,
      data: {
        tenantId,
        authenticationContext: { correlationId, client: {} },
        userSignUpInfo: {
          attributes: { [attribute]: { "@odata.type": "microsoft.graph.stringDirectoryAttributeValue", value: email } },
          identities: [{ signInType: "federated", issuer: "google.com", issuerAssignedId: account }],
        },
      },
    };
    const request = {
      version: "2.0",
      headers: { "content-type": "application/json" },
      requestContext: { requestId: "r", timeEpoch: time, authorizer: { jwt: { claims: tokenClaims, scopes: null } } },
      body: JSON.stringify(body),
      isBase64Encoded: false,
    } as unknown as APIGatewayProxyEventV2WithJWTAuthorizer;
    const { statusCode, body: answer } = await handlers[event](request, lambdaContext);
    expect(statusCode).toBe(200);
    return extensionAction(event === "Start" ? "after-sign-in" : "before-create-user", JSON.parse(answer)).kind;
  }

  return { call, observed, tables };
}

const CONTINUE = "continueWithDefaultBehavior";

it("a person whom a provider signed in is let in at both events if their domain is listed", async () => {
  const { call } = await gateOf();
  expect([await call("Start", {}), await call("Submit", { email: "Kim@Contoso.com", after: 20 * MINUTE })]).toEqual([CONTINUE, CONTINUE]);
});

it("the address is read at both events from the attribute that the gate names", async () => {
  const { call } = await gateOf({ ADDRESS_ATTRIBUTE: "extension_WorkMail" });
  const told = { attribute: "extension_0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2_WorkMail" };
  expect([await call("Start", told), await call("Submit", told)]).toEqual([CONTINUE, CONTINUE]);
});

describe("the second event stops", () => {
  it.each<{ who: string; start?: Called; submit: Called; first?: string }>([
    { who: "another address", submit: { email: "lee@contoso.com" } },
    { who: "another person who replays the correlation id", submit: { account: "5577" } },
    { who: "another journey of the same person", submit: { correlationId: "b1f0c2d3-0000-4776-8554-3f2e1d0c9b88" } },
    { who: "a form that was open for too long", submit: { after: 61 * MINUTE } },
    { who: "no correlation id", start: { correlationId: undefined }, submit: { correlationId: undefined } },
    { who: "a correlation id without end", start: { correlationId: "x".repeat(9_000) }, submit: { correlationId: "x".repeat(9_000) } },
    { who: "a correlation id that is a list", start: { correlationId: [] }, submit: { correlationId: [] }, first: "showBlockPage" },
    { who: "an address that the first event blocked", start: { email: "kim@fabrikam.com" }, submit: {}, first: "showBlockPage" },
  ])("$who", async ({ start = {}, submit, first = CONTINUE }) => {
    const { call } = await gateOf();
    expect([await call("Start", start), await call("Submit", submit)]).toEqual([first, "showBlockPage"]);
  });
});

it("the ledger gets no row for a person whom the first event blocks", async () => {
  const { call, tables } = await gateOf();
  await call("Start", { email: "kim@fabrikam.com" });
  await call("Submit", {});
  expect(await tables.call("Scan", { TableName: "ledger" })).toMatchObject({ Items: [] });
});

it("a failed ledger stops nobody at the first event, but leaves the address unproven at the second", async () => {
  const { call, tables, observed } = await gateOf();
  tables.before((operation) => {
    if (operation === "PutItem") throw new Error("kim@contoso.com cannot be kept");
  });
  expect(await call("Start", {})).toBe(CONTINUE);
  expect(observed.lines.map(({ message }) => message)).toContain("provider's word lost");
  expect(JSON.stringify(observed.lines)).not.toContain("kim@contoso.com");
  tables.before(() => undefined);
  expect(await call("Submit", {})).toBe("showBlockPage");
});

it("an unreadable ledger does not affect people whom the list admits by account", async () => {
  const { call, tables } = await gateOf();
  await call("Start", {});
  tables.before(((operation: string, input: { RequestItems?: object }) => {
    if (operation === "BatchGetItem" && Object.hasOwn(input.RequestItems ?? {}, "ledger")) throw new Error("no such right");
  }) as never);
  expect(await call("Submit", {})).toBe("showBlockPage");
  await tables.call("PutItem", { TableName: "list", Item: toItem({ entry: "issuer:google.com/1184", effect: "allow" }) });
  expect(await call("Submit", {})).toBe(CONTINUE);
});
