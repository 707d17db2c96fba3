import { jsonLines } from "../../cli/support";
import { type Meddle, startTenant, type TestTenant } from "./tenant";

interface Line {
  readonly door?: string;
  readonly state: string;
  readonly seen: string;
  readonly needs?: readonly string[];
}

let workforce: TestTenant;
let external: TestTenant;
beforeAll(async () => {
  workforce = await startTenant();
  await workforce.run(["apply"]);
  external = await startTenant({}, {}, { flow: ["--external-flow", "Sign up"], policy: "test/cli/policies/strict" });
  await external.run(["apply", "--grant-consent"]);
});
afterAll(() => Promise.all([workforce.close(), external.close()]));

const answering =
  (part: string, body: object, status = 200): Meddle =>
  async (_, { path }, send) =>
    path.includes(part) ? new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } }) : send();

async function doors(tenant: TestTenant, meddle?: Meddle) {
  const ran = await tenant.run(["check", "--doors", "--json"], meddle);
  const lines = (jsonLines(ran) as Line[]).filter(({ door }) => door !== undefined);
  return { exitCode: ran.exitCode, states: Object.fromEntries(lines.map(({ door, state }) => [door, state])), lines };
}
async function door(name: string, tenant: TestTenant, meddle: Meddle) {
  return (await doors(tenant, meddle)).lines.find((each) => each.door === name);
}

it("lists every way to get an account, and exits with 0 although some ways are open", async () => {
  expect(await doors(workforce)).toMatchObject({
    exitCode: 0,
    states: {
      "user flows": "asks the gate",
      administrators: "open",
      "applications by Graph": "open",
      invitations: "open",
      "proven addresses": "closed",
      "direct federation": "closed",
      "cross-tenant synchronization": "closed",
      "entitlement management": "closed",
    },
  });
  expect(await doors(external)).toMatchObject({
    exitCode: 0,
    states: {
      "user flows": "asks the gate",
      "invitation-only flows": "closed",
      "native authentication": "closed",
      "sign-up pages of your own": "not known",
      administrators: "open",
      "applications by Graph": "open",
      invitations: "open",
      "direct federation": "closed",
    },
  });
});

it("prints the ways to get an account as a table that says how to close open ones", async () => {
  const { stdout } = await workforce.run(["check", "--doors"]);
  expect(stdout).toContain("Ways to get an account:\n");
  expect(stdout).toMatch(/^invitations +open +everybody, guests too, invites guests\. To close it: External collaboration settings/m);
});

it("does not list the ways to get an account by default", async () => {
  expect((await workforce.run(["check"])).stdout).toBe("The tenant is set up as the gate needs it.\n");
});

it.each([
  {
    what: "somebody else before it creates a user",
    links: { postAttributeCollection: { id: "1", displayName: "CRM", targetUrl: "https://crm.example/hook" } },
  },
  {
    what: "the gate after sign-in alone",
    links: { postFederationSignup: { id: "1", displayName: "Gate", targetUrl: "http://127.0.0.1:1/after-sign-in" } },
  },
])("reports a flow that calls $what", async ({ links }) => {
  const found = await door("user flows", workforce, answering("/apiConnectorConfiguration", { "@odata.context": "x", ...links }));
  expect(found).toMatchObject({
    state: "open",
    seen: expect.stringContaining("do not call this deployment before they create a user: B2X_1_Partner"),
  });
});

const of = (value: unknown[]) => ({ value });
it.each([
  ["invitations", "allowInvitesFrom", { allowInvitesFrom: "none" }, "closed", "nobody invites guests"],
  ["invitations", "allowInvitesFrom", { allowInvitesFrom: "adminsAndGuestInviters" }, "open", "administrators and people with the role"],
  ["proven addresses", "allowEmailVerified", { allowEmailVerifiedUsersToJoinOrganization: true }, "open", "by proving an address"],
  ["direct federation", "/federationConfigurations", of([{ issuerUri: "urn:x", displayName: "Fabrikam" }]), "open", "by: Fabrikam"],
  [
    "cross-tenant synchronization",
    "/partners",
    of([
      { tenantId: "a", identitySynchronization: { displayName: "Fabrikam", userSyncInbound: { isSyncAllowed: true } } },
      { tenantId: "b", identitySynchronization: { userSyncInbound: { isSyncAllowed: false } } },
      { tenantId: "c", identitySynchronization: null },
    ]),
    "open",
    "brings people of: Fabrikam",
  ],
  [
    "entitlement management",
    "/assignmentPolicies",
    of([
      { displayName: "Ours", allowedTargetScope: "allMemberUsers" },
      { displayName: "Partners", allowedTargetScope: "allExternalUsers" },
    ]),
    "open",
    "may ask by the policies: Partners",
  ],
  ["applications by Graph", "/appRoleAssignedTo", of([{ appRoleId: "another", principalDisplayName: "Mail" }]), "closed", "no application"],
])("reports the state of %s from Graph's answer to %s", async (name, part, body, state, seen) => {
  expect(await door(name, workforce, answering(part, body))).toMatchObject({ state, seen: expect.stringContaining(seen) });
});

it.each([
  ["invitations", "allowInvitesFrom", ["Policy.Read.All"]],
  ["proven addresses", "allowEmailVerified", ["Policy.Read.All"]],
  ["direct federation", "/federationConfigurations", ["Domain.Read.All"]],
  ["cross-tenant synchronization", "/partners", ["Policy.Read.All"]],
  ["entitlement management", "/assignmentPolicies", ["EntitlementManagement.Read.All"]],
  ["applications by Graph", "/appRoleAssignedTo", ["Application.Read.All"]],
])("reports the state of %s as not known if a permission is missing, and names the permission", async (name, part, needs) => {
  const refusal = { error: { code: "Authorization_RequestDenied" } };
  const seen = await door(name, workforce, answering(part, refusal, 403));
  expect(seen).toMatchObject({ state: "not known", needs, seen: expect.stringContaining(`needs ${needs[0]}`) });
});

it.each([
  ["invitations", "allowInvitesFrom", {}],
  ["proven addresses", "allowEmailVerified", { allowEmailVerifiedUsersToJoinOrganization: null }],
  ["applications by Graph", "$select=appRoles", { appRoles: [] }],
  ["entitlement management", "/assignmentPolicies", of([{ displayName: "without a scope" }])],
  ["direct federation", "/federationConfigurations", {}],
])("reports the state of %s as not known if Graph's answer does not contain it", async (name, part, body) => {
  expect(await door(name, workforce, answering(part, body))).toMatchObject({ state: "not known" });
});

it("reports a way as not known, not closed, if the tenant's Graph does not have it", async () => {
  const missing = answering("/assignmentPolicies", { error: { code: "UnknownError" } }, 404);
  expect(await door("entitlement management", workforce, missing)).toMatchObject({ state: "not known" });
});

it("reports an unlinked flow, and sign-up that is turned off", async () => {
  const two = of(["B2X_1_Partner", "B2X_1_Suppliers"].map((id) => ({ id, userFlowType: "signUpOrSignIn" })));
  const unlinked: Meddle = (index, call, send) =>
    call.path.includes("B2X_1_Suppliers") ? answering("", { postFederationSignup: null })(index, call, send) : listed(index, call, send);
  const listed = answering("/identity/b2xUserFlows?", two);
  const all: Meddle = (index, call, send) =>
    call.path.endsWith("/identity/b2xUserFlows") ? answering("", two)(index, call, send) : unlinked(index, call, send);
  expect(await door("user flows", workforce, all)).toMatchObject({
    state: "open",
    seen: "do not call this deployment before they create a user: B2X_1_Suppliers",
  });
  const off = answering("authenticationFlowsPolicy", { id: "x", selfServiceSignUp: { isEnabled: false } });
  expect(await door("user flows", workforce, off)).toMatchObject({ state: "closed", seen: "self-service sign-up is off" });
});

it("reports applications with native authentication, even those outside the flow", async () => {
  const shop = { id: "1", appId: "2", displayName: "Shop", nativeAuthenticationApisEnabled: "all" };
  expect(await door("native authentication", external, answering("$select=displayName,appId,native", of([shop])))).toMatchObject({
    state: "open",
    seen: expect.stringContaining(": Shop"),
  });
});

const role = (value: string) => ({ id: value, value });
const older = ["Directory.ReadWrite.All", "User.Invite.All", "User.ReadWrite.All"].map(role);
const graphWith =
  (appRoles: readonly object[], ...held: readonly string[]): Meddle =>
  (index, call, send) => {
    const assignments = held.map((appRoleId) => ({ appRoleId, principalDisplayName: `Holder of ${appRoleId}` }));
    if (call.path.includes("/appRoleAssignedTo")) return answering("", of(assignments))(index, call, send);
    return answering("$select=appRoles", { appRoles })(index, call, send);
  };

it.each([
  ["an application that holds User.Create", graphWith([...older, role("User.Create")], "User.Create"), "open", "Holder of User.Create"],
  ["no holder where Graph has no User.Create yet", graphWith(older, "User.Create"), "closed", "no application"],
  ["a holder of an older permission where Graph has no User.Create yet", graphWith(older, "User.Invite.All"), "open", "User.Invite.All"],
])("lists under “applications by Graph” %s", async (_, meddle, state, seen) => {
  expect(await door("applications by Graph", workforce, meddle)).toMatchObject({ state, seen: expect.stringContaining(seen) });
});

describe("a flow that allows only invited people, as in Microsoft's recipe", () => {
  const flow = { "@odata.type": "#microsoft.graph.externalUsersSelfServiceSignUpEventsFlow", id: "1", displayName: "Members" };
  const flows = of([{ ...flow, onInteractiveAuthFlowStart: { isSignUpAllowed: false } }]);
  const recipe =
    (inviters: string, ...held: readonly string[]): Meddle =>
    (index, call, send) => {
      if (call.path.endsWith("/authenticationEventsFlows")) return answering("", flows)(index, call, send);
      if (call.path.includes("allowInvitesFrom")) return answering("", { allowInvitesFrom: inviters })(index, call, send);
      return graphWith([...older, role("User.Create")], ...held)(index, call, send);
    };
  it.each([
    ["is a door while people may invite", recipe("everyone"), "open", "only invited people get in, and the gate is not asked: Members"],
    ["is a door while an application may invite", recipe("none", "User.Invite.All"), "open", "may invite: Holder of User.Invite.All"],
    ["is none if nobody may invite", recipe("none", "User.Create"), "closed", "nobody may invite"],
  ])("%s", async (_, meddle, state, seen) => {
    expect(await door("invitation-only flows", external, meddle)).toMatchObject({ state, seen: expect.stringContaining(seen) });
  });
});
