import type { APIGatewayProxyEventV2WithJWTAuthorizer } from "aws-lambda";
import { type Item, toItem, toRow } from "../../adapters/tables/item";
import { keyedHash } from "../../engine/sign-up/person";
import { beforeCreateUser, beforeSendingToken } from "../../engine/sign-up/policy";
import type { Identity } from "../../engine/sign-up/sign-up";
import { accessList } from "../../features/access-list/rule";
import { approvalClaims } from "../../features/approvals/approval-claims";
import { approve, submit } from "../../features/approvals/transitions";
import { assign } from "../../features/assign/rule";
import { decidingParts } from "../../features/deciding-parts";
import { prefill } from "../../features/profiles/prefill";
import { profiles } from "../../features/profiles/profiles";
import { extensionHandler } from "../../handlers/extension";
import { person } from "../engine/sign-up/people";
import { alice, asking, rowOf } from "../features/approvals/requests";
import { createApprovalsTable } from "../features/approvals/store/approvals-table";
import { memoryWorld } from "../memory/world";
import { createDecisionsTable } from "../support/decisions-table";
import { extensionAction } from "../support/extension-answers";
import { createKeyTable } from "../support/key-table";
import { lambdaContext } from "./invoke";
import { audience, tenantId, tokenClaims } from "./invoke-extension";

// Whose claims a token gets, with the policy of docs/tokens.md: from the form to the token, through the handlers, on tables in memory.

const START = Date.parse("2026-06-15T12:00:00Z");
const MINUTE = 60_000;
const PERSON_KEY = "k".repeat(64);
const VERA = "vera@contoso.com";
const MALLORYS = "0d4f6d52-93b7-4c0f-8a5e-2b9a31c6e0f4";
const VERAS = "7f12c2a6-93d1-4b0e-8a57-64c0de19b3f2";
const ONE_NETWORK = "203.0.113.24";
const ANOTHER_NETWORK = "198.51.100.61";

const local: Identity = { signInType: "emailAddress", issuer: "contoso.onmicrosoft.com", issuerAssignedId: VERA };
const settings = {
  ACCESS_LIST_TABLE: "list",
  APPROVALS_TABLE: "approvals",
  DECISIONS_TABLE: "decisions",
  LEDGER_TABLE: "ledger",
  PROFILES_TABLE: "profiles",
  DECISION_DAYS: "90",
  POLICY_VERSION: "0123456789ab",
  PERSON_KEY_SECRET: "person-key",
  ACCOUNT_TRACING: "true",
  EXTERNAL_TENANT: tenantId,
  EXTENSION_AUDIENCE: audience,
};
const trust = ["entra", "mail", "google.com"];
const NOBODYS = { extension_Portal: "partners" };
const VERAS_CLAIMS = { ...NOBODYS, extension_Role: "Finance-Admin", extension_ApprovedAt: new Date(START).toISOString() };

interface Called {
  readonly correlationId?: string;
  readonly ip?: string;
  /** After the first call, in milliseconds. */
  readonly after?: number;
}

async function tenant() {
  let time = START;
  const clock = { now: () => time, startTimer: () => () => undefined };
  const { world } = memoryWorld({ settings, clock, secrets: { "person-key": PERSON_KEY } });
  const { tables } = world;
  await createKeyTable(tables, "list", "accessList");
  await createKeyTable(tables, "ledger", "ledger");
  await createKeyTable(tables, "profiles", "profiles");
  await createApprovalsTable(tables, "approvals");
  await createDecisionsTable(tables, "decisions");
  const asked = asking({ signUp: person({ email: VERA, identities: [local] }), hashOf: keyedHash(PERSON_KEY), onApproval: "continue" });
  const approval = rowOf(approve(rowOf(submit(undefined, asked, new Date(START))), { by: alice }, new Date(START)));
  await tables.call("PutItem", { TableName: "approvals", Item: toItem({ ...approval }) });
  await tables.call("PutItem", { TableName: "profiles", Item: toItem({ person: VERA, extension_Role: "Finance-Admin" }) });
  const claims = { extension_ApprovedAt: "decidedAt" } as const;
  const handlers = {
    attributeCollectionSubmit: extensionHandler(
      beforeCreateUser([accessList({ otherwise: "continue" })], { trust: "any", admitsEverybody: "What counts here is the token." }),
      { decidingParts },
    )(world),
    tokenIssuanceStart: extensionHandler(
      beforeSendingToken([assign({ extension_Portal: "partners" }), prefill(profiles({ trust })), approvalClaims(claims, { trust })], {
        trust,
      }),
    )(world),
  };

  async function call(event: keyof typeof handlers, data: object, { correlationId = "a1", ip = ONE_NETWORK, after = 0 }: Called) {
    time = START + after;
    const context = { correlationId, client: { ip }, ...("user" in data && { user: data.user }) };
    const { user: __, ...rest } = data as { readonly user?: object };
    const request = {
      version: "2.0",
      headers: { "content-type": "application/json" },
      requestContext: { requestId: "r", timeEpoch: time, authorizer: { jwt: { claims: tokenClaims, scopes: null } } },
      body: JSON.stringify({
        type: `microsoft.graph.authenticationEvent.${event}`,
        data: { tenantId, authenticationContext: context, ...rest },
      }),
      isBase64Encoded: false,
    } as unknown as APIGatewayProxyEventV2WithJWTAuthorizer;
    const { statusCode, body } = await handlers[event](request, lambdaContext);
    expect(statusCode).toBe(200);
    return JSON.parse(body) as object;
  }

  return {
    /** The form, sent: somebody with an account of their own types an address. */
    async form(issuer: string, typed: string, called: Called = {}) {
      const attributes = { email: { "@odata.type": "microsoft.graph.stringDirectoryAttributeValue", value: typed } };
      const identities = [{ signInType: "federated", issuer, issuerAssignedId: "6666" }];
      const body = await call("attributeCollectionSubmit", { userSignUpInfo: { attributes, identities } }, called);
      expect(extensionAction("before-create-user", body).kind).toBe("continueWithDefaultBehavior");
    },
    /** The form, sent by Vera, who has entered the code that was mailed to her. */
    async veras(called: Called = {}) {
      const identities = [{ ...local, signInType: "email" }];
      const body = await call("attributeCollectionSubmit", { userSignUpInfo: { attributes: {}, identities } }, called);
      expect(extensionAction("before-create-user", body).kind).toBe("continueWithDefaultBehavior");
    },
    /** What decisions on forms say of the address, in their order. */
    async proven() {
      const { Items } = await tables.call<{ Items: Item[] }>("Scan", { TableName: "decisions" });
      const rows = Items.map(toRow).filter(({ step }) => step === "before-create-user");
      return rows.sort((one, other) => String(one.at).localeCompare(String(other.at))).map(({ emailProven }) => emailProven);
    },
    async claims(id: string, called: Called = {}, mail: string | undefined = VERA) {
      return extensionAction("before-sending-token", await call("tokenIssuanceStart", { user: { id, mail } }, called)).claims;
    },
  };
}

it("a person gets their own claims, in the first token and in later ones", async () => {
  const { veras, claims } = await tenant();
  await veras();
  expect(await claims(VERAS, { after: 2_000 })).toEqual(VERAS_CLAIMS);
  expect(await claims(VERAS, { correlationId: "b2", ip: ANOTHER_NETWORK, after: 900 * MINUTE })).toEqual(VERAS_CLAIMS);
});

it("the records of both forms say whether the address was proven", async () => {
  const { form, veras, proven } = await tenant();
  await form("google.com", VERA);
  await veras({ after: 1_000 });
  expect(await proven()).toEqual([false, true]);
});

describe("a person who typed another person's address into the form gets none of that person's claims", () => {
  describe.each(["google.com", "apple.com"])("with an account of %s", (issuer) => {
    const ways: readonly [string, (gate: Awaited<ReturnType<typeof tenant>>) => Promise<Called>][] = [
      [
        "from the form's network",
        async ({ form }) => {
          await form(issuer, VERA);
          return {};
        },
      ],
      [
        "from another network than the form's",
        async ({ form }) => {
          await form(issuer, VERA);
          return { ip: ANOTHER_NETWORK };
        },
      ],
      [
        "after two forms under one correlation id",
        async ({ form }) => {
          await form(issuer, "mallory@example.com");
          await form(issuer, VERA);
          return {};
        },
      ],
      [
        "after a form under another correlation id",
        async ({ form }) => {
          await form(issuer, VERA, { correlationId: "c3" });
          return {};
        },
      ],
      [
        "more than an hour after the form",
        async ({ form }) => {
          await form(issuer, VERA);
          return { after: 61 * MINUTE };
        },
      ],
      [
        "with a second account of the journey",
        async ({ form, claims }) => {
          await form(issuer, VERA);
          await claims("11111111-2222-4333-8444-555555555555");
          return {};
        },
      ],
      ["without a form that the gate saw", async () => ({})],
    ];
    it.each(ways)("%s", async (_, begin) => {
      const gate = await tenant();
      const first = await begin(gate);
      expect(await gate.claims(MALLORYS, first)).toEqual(NOBODYS);
      for (const days of [1, 40]) {
        const later = { correlationId: `later-${days}`, ip: ANOTHER_NETWORK, after: days * 1_440 * MINUTE };
        expect(await gate.claims(MALLORYS, later)).toEqual(NOBODYS);
      }
    });
  });

  it("and does not keep the address's owner from getting those claims later", async () => {
    const { veras, claims } = await tenant();
    await veras();
    expect(await claims(MALLORYS, { ip: ANOTHER_NETWORK })).toEqual(NOBODYS);
    expect(await claims(VERAS)).toEqual(VERAS_CLAIMS);
  });
});
