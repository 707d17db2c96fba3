import type { APIGatewayProxyEvent, APIGatewayProxyEventV2WithJWTAuthorizer } from "aws-lambda";
import { toItem } from "../../../adapters/tables/item";
import { afterSignIn, beforeCreateUser, type Policy } from "../../../engine/sign-up/policy";
import { joinSteps } from "../../../engine/sign-up/waiting";
import { accessList } from "../../../features/access-list/rule";
import { policyChecks as accessListPolicy } from "../../../features/access-list/stack/policy";
import { admit } from "../../../features/admit/preset";
import { requestApproval } from "../../../features/approvals/request-approval";
import { decidingParts } from "../../../features/deciding-parts";
import { onlyDomains } from "../../../features/only-domains/rule";
import { shadow } from "../../../features/shadow/rule";
import { extensionHandler } from "../../../handlers/extension";
import { connectorHandler } from "../../../handlers/sign-up";
import type { PolicyStep } from "../../../lib/policy-folder/policy-step";
import { lambdaContext } from "../../lambda/invoke";
import { audience, tenantId, tokenClaims } from "../../lambda/invoke-extension";
import { memoryWorld } from "../../memory/world";
import { createDecisionsTable } from "../../support/decisions-table";
import { proxyEvent } from "../../support/events";
import { createKeyTable } from "../../support/key-table";

// Whom an entry has wait for approval passes the first step only if the next one has them wait, too.

const now = Date.parse("2026-06-15T12:00:00Z");
const settings = {
  ACCESS_LIST_TABLE: "list",
  DECISIONS_TABLE: "decisions",
  DECISION_DAYS: "90",
  LEDGER_TABLE: "ledger",
  APPROVALS_TABLE: "approvals",
  POLICY_VERSION: "0123456789ab",
  PERSON_KEY_SECRET: "person-key",
  EXTERNAL_TENANT: tenantId,
  EXTENSION_AUDIENCE: audience,
};

const trust = ["mail", "google.com"];
const first = afterSignIn([accessList({ otherwise: "continue" })], { trust: "any" });
const asks = beforeCreateUser([accessList({ otherwise: "continue" }), requestApproval({ unless: "allowed" })], { trust: "any" });

async function worldOf(effect: string, more: Record<string, string>) {
  const { world } = memoryWorld({
    settings: { ...settings, ...more },
    clock: { now: () => now, startTimer: () => () => undefined },
    secrets: { "person-key": "k".repeat(64) },
  });
  await createKeyTable(world.tables, "list", "accessList");
  await createKeyTable(world.tables, "ledger", "ledger");
  await createDecisionsTable(world.tables, "decisions");
  await world.tables.call("PutItem", { TableName: "list", Item: toItem({ entry: "contoso.com", effect }) });
  return world;
}

const passedOn = { NEXT_HAS_PEOPLE_WAIT: "true" };

describe("the function for after-sign-in", () => {
  it.each([
    { effect: "approval", more: {}, says: "ShowBlockPage" },
    { effect: "approval", more: passedOn, says: "Continue" },
    { effect: "allow", more: {}, says: "Continue" },
    { effect: "deny", more: passedOn, says: "ShowBlockPage" },
  ])("gives a workforce tenant and B2C the same answer: $effect, $more: $says", async ({ effect, more, says }) => {
    const handler = connectorHandler(first, decidingParts)(await worldOf(effect, more));
    const b2c = { email: "kim@contoso.com", client_id: "shop", step: "PostFederationSignup" };
    for (const body of [{ email: "kim@contoso.com" }, b2c]) {
      const { body: answer } = await handler(proxyEvent("/after-sign-in", JSON.stringify(body)) as APIGatewayProxyEvent, lambdaContext);
      expect(JSON.parse(answer)).toMatchObject({ action: says });
    }
  });

  it.each([
    { more: {}, says: "showBlockPage" },
    { more: passedOn, says: "continueWithDefaultBehavior" },
  ])("answers an external tenant about a person whose entry asks for approval: $more: $says", async ({ more, says }) => {
    const handler = extensionHandler(first, { decidingParts })(await worldOf("approval", more));
    const body = {
      type: "microsoft.graph.authenticationEvent.attributeCollectionStart",
      data: {
        tenantId,
        authenticationContext: { correlationId: "d3d2c1b0-a998-4776-8554-3f2e1d0c9b88", client: {} },
        userSignUpInfo: {
          attributes: { email: { "@odata.type": "microsoft.graph.stringDirectoryAttributeValue", value: "kim@contoso.com" } },
          identities: [{ signInType: "federated", issuer: "google.com", issuerAssignedId: "1" }],
        },
      },
    };
    const { body: answer } = await handler(
      {
        version: "2.0",
        headers: { "content-type": "application/json" },
        requestContext: { requestId: "r", timeEpoch: now, authorizer: { jwt: { claims: tokenClaims, scopes: null } } },
        body: JSON.stringify(body),
        isBase64Encoded: false,
      } as unknown as APIGatewayProxyEventV2WithJWTAuthorizer,
      lambdaContext,
    );
    expect(answer).toContain(says);
  });
});

describe("a gate's policies", () => {
  const refuses = (policies: readonly Policy[]) => {
    const [list] = joinSteps(policies)[0]?.rules ?? [];
    return list === undefined || "shadow" in list || list.decideWithoutApproval === undefined;
  };

  it.each<{ next: string; policies: readonly Policy[]; refused: boolean }>([
    { next: "the list and an approval", policies: [asks], refused: false },
    { next: "the list alone", policies: [beforeCreateUser([accessList()], { trust: "any" })], refused: true },
    {
      next: "an approval without the list",
      policies: [beforeCreateUser([requestApproval()], { trust: ["mail", "google.com"] })],
      refused: true,
    },
    { next: "domains", policies: [beforeCreateUser([onlyDomains(["contoso.com"])], { trust: "any" })], refused: true },
    {
      next: "the list in shadow",
      policies: [beforeCreateUser([shadow(accessList()), requestApproval()], { trust: "any" })],
      refused: true,
    },
    {
      next: "an approval in shadow",
      policies: [beforeCreateUser([accessList(), shadow(requestApproval() as never)], { trust: "any" })],
      refused: true,
    },
    { next: "nothing", policies: [], refused: true },
  ])("refuse after sign-in the people who need approval if the next step cannot ask for it: $next: $refused", ({ policies, refused }) =>
    expect(refuses([first, ...policies] as readonly Policy[])).toBe(refused),
  );

  it.each<{ first: Parameters<typeof accessList>[0]; next: Parameters<typeof accessList>[0][]; refused: boolean }>([
    { first: { classes: ["disposable"] }, next: [{}], refused: true },
    { first: { classes: ["disposable", "relay"] }, next: [{ classes: ["disposable"] }], refused: true },
    { first: { classes: ["disposable"] }, next: [{}, { classes: ["relay", "disposable"] }], refused: false },
    { first: {}, next: [{ classes: ["disposable"] }], refused: false },
    { first: { trust: ["mail"] }, next: [{}], refused: true },
    { first: { trust: ["mail"] }, next: [{ trust }], refused: true },
    { first: { trust }, next: [{ trust: ["mail"] }], refused: false },
    { first: {}, next: [{ trust }], refused: false },
  ])(
    "refuse people after sign-in if the next step reads the list differently: $first, $next: $refused",
    ({ first: options, next, refused }) => {
      const lists = next.map((each) => accessList({ otherwise: "continue", ...each }));
      const policies = [
        afterSignIn([accessList({ otherwise: "continue", ...options })], { trust: "any" }),
        beforeCreateUser([...lists, requestApproval({ unless: "allowed" })] as never, { trust: ["mail", "google.com"] }),
      ];
      expect(refuses(policies as readonly Policy[])).toBe(refused);
      const steps = policies.map((policy) => ({ step: policy.step, policy, file: `samples/policies/who-open/${policy.step}.ts` }));
      const warnings = accessListPolicy.warns?.(steps as readonly PolicyStep[], {}) ?? [];
      expect(warnings.join("\n")).toContain(refused ? "so an entry for approval denies people after sign-in" : "");
      expect(warnings).toHaveLength(refused ? 1 : 0);
    },
  );

  it("let people who need approval pass after sign-in if one admit() preset makes all the policies", () => {
    const who = admit({ domains: ["contoso.com"], everyoneElse: "approval", trust });
    expect(refuses([afterSignIn([...who]), beforeCreateUser([...who])] as readonly Policy[])).toBe(false);
  });
});
