import { SIMULATED_APPLICATION } from "../../../../simulator/client/person";
import { jsonLines } from "../../../cli/support";
import { startTenant, type TestTenant } from "../tenant";

const FLOW_ID = "0313cc37-d421-421d-857b-87804d61e33e";
const FLOW = "#microsoft.graph.externalUsersSelfServiceSignUpEventsFlow";
const START = "#microsoft.graph.onInteractiveAuthFlowStartExternalUsersSelfServiceSignUp";

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await startTenant({}, {}, { flow: ["--external-flow", "Sign up"], policy: "test/cli/policies/strict" });
  await tenant.run(["apply", "--grant-consent"]);
});
afterAll(() => tenant.close());
const check = async (...args: string[]) => {
  const { exitCode, ...ran } = await tenant.run(["check", "--json", ...args]);
  return { exitCode, lines: jsonLines({ exitCode, ...ran }) as { finding: string; fix: string; needs?: readonly string[] }[] };
};

it("finds no way around the gate if there is none", async () => {
  expect(await check()).toEqual({ exitCode: 0, lines: [] });
});

it("reports a flow that lets nobody sign up", async () => {
  const turn = (isSignUpAllowed: boolean) =>
    tenant.change(`/identity/authenticationEventsFlows/${FLOW_ID}`, "PATCH", {
      "@odata.type": FLOW,
      onInteractiveAuthFlowStart: { "@odata.type": START, isSignUpAllowed },
    });
  await turn(false);
  expect(await check()).toEqual({
    exitCode: 2,
    lines: [
      {
        flow: "Sign up",
        finding: "The flow Sign up lets nobody sign up, so Entra never calls the gate",
        fix: expect.stringContaining("isSignUpAllowed to true"),
      },
    ],
  });
  await turn(true);
  expect(await check()).toMatchObject({ exitCode: 0 });
});

it("reports an application of the flow that accepts native authentication", async () => {
  await tenant.change("/applications", "POST", { displayName: "Shop" }, 201);
  const { id, appId } = tenant.graph.external().applications.at(-1) ?? {};
  const turn = (nativeAuthenticationApisEnabled: string) =>
    tenant.change(`/applications/${id}`, "PATCH", { nativeAuthenticationApisEnabled });
  await turn("all");
  expect(await check("--application", `${appId}`)).toMatchObject({
    exitCode: 2,
    lines: [
      {
        finding: `People sign up to Shop (${appId}) past the gate by native authentication, which may call no extension at sign-up`,
        fix: "set nativeAuthenticationApisEnabled to none, or take the application out of the flow",
      },
    ],
  });
  await turn("none");
  expect(await check("--application", `${appId}`)).toMatchObject({ exitCode: 0 });
});

it("checks each application of the flow, even if --application names another one", async () => {
  const shop = tenant.graph.external().applications.find(({ appId }) => appId === SIMULATED_APPLICATION);
  const turn = (nativeAuthenticationApisEnabled: string) =>
    tenant.change(`/applications/${shop?.id}`, "PATCH", { nativeAuthenticationApisEnabled });
  await turn("all");
  const named = "99999999-2222-4333-8444-555555555555";
  expect((await check("--application", named)).lines.map(({ finding }) => finding)).toEqual([
    expect.stringContaining(`(${SIMULATED_APPLICATION}) past the gate by native authentication`),
  ]);
  await turn("none");
  expect((await check()).exitCode).toBe(0);
});

const applications = { includeApplications: [{ appId: SIMULATED_APPLICATION.toUpperCase() }] };
it.each([
  {
    event: "onEmailOtpSend",
    conditions: { applications },
    says: "sends the codes by mail: if it fails, people never reach the gate",
  },
  {
    event: "onPasswordSubmit",
    conditions: { applications },
    says: "checks passwords of moved accounts: the gate did not judge these people",
  },
  {
    event: "onPhoneMethodLoadStart",
    conditions: { applications },
    says: "decides which countries get codes by SMS",
  },
  {
    event: "onFraudProtectionLoadStart",
    conditions: { applications: { includeAllApplications: true } },
    says: "judges sign-ups first: people that it stops never reach the gate",
  },
  { event: "onVerifiedIdClaimValidation", conditions: undefined, says: "decides who may recover an account, without the gate" },
])("reports what a listener at $event may break", async ({ event, conditions, says }) => {
  const external = tenant.graph.external();
  const listener = {
    id: "their-listener",
    "@odata.type": `#microsoft.graph.${event}Listener`,
    ...(conditions && { conditions }),
    priority: 500,
    seenFrom: 0,
  };
  const before = external.listeners;
  external.listeners = [...before, listener as (typeof before)[number]];
  try {
    expect(await check()).toMatchObject({
      exitCode: 2,
      lines: [
        {
          finding: expect.stringContaining(
            `The listener their-listener listens at ${event} of the application ${SIMULATED_APPLICATION}, and ${says}`,
          ),
        },
      ],
    });
    const called = { ...listener, handler: { customExtension: { id: external.extensions[0]?.id ?? "" } } };
    external.listeners = [...before, called as (typeof before)[number]];
    expect((await check()).lines[0]?.finding).toMatch(/^Gatehouse attribute collection start listens at /);
    expect(await tenant.run(["plan"])).toMatchObject({ exitCode: 0 });
  } finally {
    external.listeners = before;
  }
});

describe("restrictions of Application ID URIs", () => {
  const restrict = (tenant: TestTenant, nonDefaultUriAddition: object) =>
    tenant.change("/policies/defaultAppManagementPolicy", "PATCH", {
      isEnabled: true,
      applicationRestrictions: { identifierUris: { nonDefaultUriAddition } },
    });

  it.each([
    { given: "all applications", restriction: { state: "enabled" }, refused: true },
    { given: "no application of version 2", restriction: { state: "enabled", excludeAppsReceivingV2Tokens: true }, refused: false },
    {
      given: "applications made later",
      restriction: { state: "enabled", restrictForAppsCreatedAfterDateTime: "2999-01-01T00:00:00Z" },
      refused: false,
    },
    { given: "none", restriction: { state: "disabled" }, refused: false },
  ])("are reported before entra apply meets them: $given", async ({ restriction, refused }) => {
    const fresh = await startTenant({}, {}, { flow: ["--external-flow", "Sign up"], policy: "test/cli/policies/strict" });
    try {
      await restrict(fresh, restriction);
      const words =
        "The tenant's app management policy refuses Application ID URIs of the form api://HOST/CLIENT-ID, so entra apply would fail";
      expect((await fresh.run(["check"])).stdout.includes(words)).toBe(refused);
    } finally {
      await fresh.close();
    }
  });

  it("do not affect an existing Application ID URI", async () => {
    await restrict(tenant, { state: "enabled" });
    expect(await check()).toMatchObject({ exitCode: 0 });
  });
});

it("reports the checks that failed, and makes the other checks", async () => {
  const refused = Response.json({ error: { code: "Authorization_RequestDenied" } }, { status: 403 });
  const isApplication = (path: string) => path.includes("/applications?") && decodeURIComponent(path).includes(SIMULATED_APPLICATION);
  const ran = await tenant.run(["check"], async (_, { path }, send) => (isApplication(path) ? refused.clone() : await send()));
  expect(ran).toMatchObject({
    exitCode: 2,
    stdout: `Whether the application ${SIMULATED_APPLICATION} takes native authentication could not be checked: needs Application.Read.All, with admin consent; a person needs the role Application Administrator too (Authorization_RequestDenied)\n1 finding\n`,
  });
});

it("names applications whose sign-ins call no step before a token, if tokens alone keep access", async () => {
  const fresh = await startTenant(
    {},
    { steps: ["before-create-user", "before-sending-token"] },
    { flow: ["--external-flow", "Sign up"], policy: "test/cli/policies/idle" },
  );
  try {
    const findings = async (...args: readonly string[]) => (await fresh.run(["check", ...args])).stdout;
    const words = `Sign-ins to ${SIMULATED_APPLICATION} call no step before a token, so idle ends nobody's access`;
    expect(await findings()).toContain(words);
    await fresh.run(["apply", "--grant-consent"]);
    expect(await findings()).not.toContain("call no step");
    const refused = Response.json({ error: { code: "Authorization_RequestDenied" } }, { status: 403 });
    const ran = await fresh.run(["check"], async (_, { path }, send) =>
      path.includes("/v1.0/identity/authenticationEventListeners") ? refused.clone() : await send(),
    );
    expect(ran.stdout).toContain("Graph does not say whether every application calls the step before a token");
  } finally {
    await fresh.close();
  }
});
