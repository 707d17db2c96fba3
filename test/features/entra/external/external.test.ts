import { LOCAL_EXTERNAL_TENANT } from "../../../../lib/stage";
import { jsonLines } from "../../../cli/support";
import { type Call, extensionFor, type Meddle, registered, startTenant, type TestTenant } from "../tenant";

const { audience: APP_ID, tenantId: TENANT_ID } = LOCAL_EXTERNAL_TENANT;
const URI = `api://127.0.0.1:1/${APP_ID}`;
const FLOW_ID = "0313cc37-d421-421d-857b-87804d61e33e";
const SHOP = "6d1f3b52-8c07-4e9a-a4d3-5b20c7e1f986";
const ENTRA = "99045fe1-7639-4a75-9d4a-577b6ca3810f";
const GRAPH = "00000003-0000-0000-c000-000000000000";
const RECEIVE_PAYLOAD = "214e810f-fda8-4fd7-a475-29461495eb00";
const flowPath = `/v1.0/identity/authenticationEventsFlows/${FLOW_ID}`;
const flowType = "#microsoft.graph.externalUsersSelfServiceSignUpEventsFlow";
const BLANK_API = { acceptMappedClaims: null, knownClientApplications: [], oauth2PermissionScopes: [], preAuthorizedApplications: [] };
const threeSteps = ["after-sign-in", "before-create-user", "before-sending-token"] as const;
const claiming = { flow: ["--external-flow", "Sign up"], policy: "test/cli/policies/claiming" };
const assigning = { ...claiming, policy: "test/cli/policies/assigning" };

/** @param audience what the deployment takes tokens for @default the id that the tenant gives to the first application */
const start = (audience?: string) =>
  startTenant({}, { steps: [...threeSteps], ...(audience !== undefined && { extension: extensionFor(audience) }) }, claiming);

const formType = "microsoft.graph.onAttributeCollectionExternalUsersSelfServiceSignUp";
const fieldsPath = `/identity/authenticationEventsFlows/${FLOW_ID}/${flowType.slice(1)}/onAttributeCollection/${formType}/attributes`;

const collected = (graph: TestTenant["graph"]) => {
  const page = graph.external().eventsFlows[0]?.onAttributeCollection as {
    attributeCollectionPage: { views: { inputs: { attribute: string }[] }[] };
  };
  return page.attributeCollectionPage.views.flatMap(({ inputs }) => inputs.map(({ attribute }) => attribute));
};

it("sets up a flow that calls the gate and removes it again, with documented Graph calls only", async () => {
  const tenant = await start();
  const { graph, run } = tenant;
  try {
    expect(await run(["plan"])).toMatchObject({ exitCode: 2, stdout: expect.stringContaining("entra apply would make 4 changes.") });
    expect([tenant.writes(), registered(tenant)]).toEqual([[], []]);

    expect(await run(["apply", "--grant-consent"])).toMatchObject({ exitCode: 0, stderr: "" });
    const { principals, extensions, policies } = graph.external();
    const [application] = registered(tenant);
    const shop = graph.external().applications.find(({ appId }) => appId === SHOP);
    const shops = principals.find(({ appId }) => appId === SHOP);
    const principal = principals.find(({ appId }) => appId === APP_ID);
    const graphs = principals.find(({ appId }) => appId === GRAPH);
    const ids = extensions.map(({ id }) => id);
    const extension = (event: string, path: string, more: object = {}) => ({
      "@odata.type": `#microsoft.graph.${event}CustomExtension`,
      displayName: `Gatehouse ${path.replaceAll("-", " ")}`,
      description: `Asks Gatehouse at ${event}`,
      ...settings(path),
      clientConfiguration: { timeoutInMilliseconds: 2_000, maximumRetries: 1 },
      ...more,
    });
    const handler = (event: string, id: string | undefined) => ({
      "@odata.type": `#microsoft.graph.${event}CustomExtensionHandler`,
      customExtension: { id },
    });
    const all = "/v1.0/identity/customAuthenticationExtensions";
    const paths = ["attribute-collection-start", "attribute-collection-submit", "token-issuance-start"] as const;
    expect(tenant.calls().filter(({ method, path }) => method !== "GET" && !ids.some((id) => path.includes(`${id}/validate`)))).toEqual([
      { method: "POST", path: "/v1.0/applications", body: { displayName: "Gatehouse sign-up API", signInAudience: "AzureADMyOrg" } },
      { method: "POST", path: "/v1.0/servicePrincipals", body: { appId: ENTRA } },
      { method: "POST", path: "/v1.0/servicePrincipals", body: { appId: APP_ID } },
      {
        method: "PATCH",
        path: `/v1.0/applications/${application?.id}`,
        body: {
          api: { ...BLANK_API, requestedAccessTokenVersion: 2 },
          requiredResourceAccess: [{ resourceAppId: GRAPH, resourceAccess: [{ id: RECEIVE_PAYLOAD, type: "Role" }] }],
        },
      },
      {
        method: "POST",
        path: `/v1.0/servicePrincipals/${principal?.id}/appRoleAssignments`,
        body: { principalId: principal?.id, resourceId: graphs?.id, appRoleId: RECEIVE_PAYLOAD },
      },
      { method: "PATCH", path: `/v1.0/applications/${application?.id}`, body: { identifierUris: [URI] } },
      { method: "POST", path: `${all}/validateAuthenticationConfiguration`, body: settings(paths[0]) },
      { method: "POST", path: all, body: extension("onAttributeCollectionStart", paths[0]) },
      { method: "POST", path: `${all}/validateAuthenticationConfiguration`, body: settings(paths[1]) },
      { method: "POST", path: all, body: extension("onAttributeCollectionSubmit", paths[1]) },
      { method: "POST", path: `${all}/validateAuthenticationConfiguration`, body: settings(paths[2]) },
      {
        method: "POST",
        path: all,
        body: extension("onTokenIssuanceStart", paths[2], { claimsForTokenConfiguration: [{ claimIdInApiResponse: "PartnerTier" }] }),
      },
      {
        method: "POST",
        path: `/v1.0${fieldsPath}/$ref`,
        body: { "@odata.id": `${graph.url}/v1.0/identity/userFlowAttributes/city` },
      },
      { method: "PATCH", path: flowPath, body: { "@odata.type": flowType, onAttributeCollection: expect.any(Object) } },
      {
        method: "PATCH",
        path: `/v1.0/applications/${shop?.id}`,
        body: { api: { ...BLANK_API, acceptMappedClaims: true, requestedAccessTokenVersion: 2 } },
      },
      {
        method: "POST",
        path: "/v1.0/policies/claimsMappingPolicies",
        body: {
          displayName: "Gatehouse claims at 127.0.0.1:1",
          definition: [
            '{"ClaimsMappingPolicy":{"Version":1,"IncludeBasicClaimSet":"true","ClaimsSchema":[{"Source":"CustomClaimsProvider","ID":"PartnerTier","JwtClaimType":"PartnerTier"}]}}',
          ],
          isOrganizationDefault: false,
        },
      },
      {
        method: "POST",
        path: `/v1.0/servicePrincipals/${shops?.id}/claimsMappingPolicies/$ref`,
        body: { "@odata.id": `${graph.url}/v1.0/policies/claimsMappingPolicies/${policies[0]?.id}` },
      },
      {
        method: "POST",
        path: "/v1.0/identity/authenticationEventListeners",
        body: {
          "@odata.type": "#microsoft.graph.onTokenIssuanceStartListener",
          displayName: "Gatehouse token issuance start",
          conditions: { applications: { includeApplications: [{ appId: SHOP }] } },
          handler: handler("onTokenIssuanceStart", ids[2]),
        },
      },
      {
        method: "PATCH",
        path: flowPath,
        body: { "@odata.type": flowType, onAttributeCollectionStart: handler("onAttributeCollectionStart", ids[0]) },
      },
      {
        method: "PATCH",
        path: flowPath,
        body: { "@odata.type": flowType, onAttributeCollectionSubmit: handler("onAttributeCollectionSubmit", ids[1]) },
      },
    ]);
    expect(collected(graph)).toEqual(["email", "displayName", "city"]);

    expect(await run(["apply"])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Nothing to apply.") });
    expect(tenant.writes()).toEqual([]);

    expect(await run(["remove", "--attributes", "--yes"])).toMatchObject({ exitCode: 0, stderr: "" });
    expect(tenant.writes().map(({ method, path }) => `${method} ${path}`)).toEqual([
      `PATCH ${flowPath}`,
      `PATCH ${flowPath}`,
      `DELETE /v1.0/servicePrincipals/${shops?.id}/claimsMappingPolicies/${policies[0]?.id}/$ref`,
      `DELETE /v1.0/policies/claimsMappingPolicies/${policies[0]?.id}`,
      expect.stringMatching("^DELETE /v1.0/identity/authenticationEventListeners/"),
      ...ids.map((id) => `DELETE ${all}/${id}`),
      `DELETE /v1.0${fieldsPath}/city/$ref`,
      `DELETE /v1.0/applications/${application?.id}`,
    ]);
    expect(registered(tenant)).toEqual([]);
    expect(graph.external()).toMatchObject({
      policies: [],
      extensions: [],
      listeners: [],
      grants: [],
      eventsFlows: [{ onAttributeCollectionStart: null, onAttributeCollectionSubmit: null }],
    });
    expect(collected(graph)).toEqual(["email", "displayName"]);
  } finally {
    await tenant.close();
  }
});

function settings(path: string): object {
  return {
    authenticationConfiguration: { "@odata.type": "#microsoft.graph.azureAdTokenAuthentication", resourceId: URI },
    endpointConfiguration: { "@odata.type": "#microsoft.graph.httpRequestEndpoint", targetUrl: `http://127.0.0.1:1/${path}` },
  };
}

describe("the order of a first setup", () => {
  it("prints the lines that settings.ts needs, and stops until they are deployed", async () => {
    const tenant = await start("00000000-0000-4000-8000-000000000000");
    try {
      const { exitCode, stdout } = await tenant.run(["apply"]);
      expect({ exitCode, stdout }).toEqual({
        exitCode: 0,
        stdout: expect.stringContaining("4 changes made. The lines above say what is left."),
      });
      expect(stdout).toContain(
        `Put externalTenant: { tenantId: "${TENANT_ID}", audience: "${APP_ID}" } into settings.ts, deploy, and repeat`,
      );
      expect(stdout).toContain(
        `choose Grant admin consent at https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/CallAnAPI/appId/${APP_ID}`,
      );
      expect(tenant.graph.external()).toMatchObject({ extensions: [] });
      expect(registered(tenant)).toMatchObject([{ identifierUris: [] }]);
      expect(await tenant.run(["plan"])).toMatchObject({ exitCode: 2, stdout: expect.stringContaining("Put externalTenant") });
      expect(await tenant.run(["check"])).toMatchObject({ exitCode: 2, stdout: expect.stringContaining("Put externalTenant") });
    } finally {
      await tenant.close();
    }
  });

  it("links the flow only once Entra may call the gate", async () => {
    const tenant = await start();
    try {
      expect((await tenant.run(["apply"])).stdout).toContain("The flow is linked once consent is given: apply again then.");
      const { extensions, listeners, eventsFlows } = tenant.graph.external();
      expect([extensions.length, listeners, eventsFlows[0]?.onAttributeCollectionSubmit]).toEqual([3, [], null]);
      await consent(tenant);
      expect(await tenant.run(["apply"])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("3 changes made") });
      expect(tenant.graph.external().eventsFlows[0]?.onAttributeCollectionSubmit?.customExtension.id).toBe(extensions[1]?.id);
    } finally {
      await tenant.close();
    }
  });
});

/** As a person gives it in the admin center. */
async function consent({ graph, change }: TestTenant): Promise<void> {
  const { principals } = graph.external();
  const idOf = (wanted: string) => principals.find(({ appId }) => appId === wanted)?.id;
  const principalId = idOf(APP_ID);
  const body = { principalId, resourceId: idOf(GRAPH), appRoleId: RECEIVE_PAYLOAD };
  await change(`/servicePrincipals/${principalId}/appRoleAssignments`, "POST", body, 201);
}

describe("an object that somebody else set up or changed", () => {
  let tenant: TestTenant;
  beforeEach(async () => {
    tenant = await startTenant({}, {}, assigning);
    await tenant.run(["apply", "--grant-consent"]);
  });
  afterEach(() => tenant.close());

  const extensionOf = (event: string, displayName: string, targetUrl: string) => ({
    "@odata.type": `#microsoft.graph.${event}CustomExtension`,
    displayName,
    description: "theirs",
    authenticationConfiguration: { "@odata.type": "#microsoft.graph.azureAdTokenAuthentication", resourceId: URI },
    endpointConfiguration: { "@odata.type": "#microsoft.graph.httpRequestEndpoint", targetUrl },
    clientConfiguration: { timeoutInMilliseconds: 1_000, maximumRetries: 0 },
  });
  const create = (event: string, name: string, url: string) =>
    tenant.change("/identity/customAuthenticationExtensions", "POST", extensionOf(event, name, url), 201);
  const submit = "onAttributeCollectionSubmit";
  const ours = () =>
    tenant.graph.external().extensions.find(({ displayName }) => displayName === "Gatehouse attribute collection submit")?.id;

  it("is reported if the flow calls it, and changed only with --take-over", async () => {
    await create(submit, "Theirs", "https://other.example/submit");
    const theirs = tenant.graph.external().extensions.at(-1)?.id;
    const handler = { "@odata.type": `#microsoft.graph.${submit}CustomExtensionHandler`, customExtension: { id: theirs } };
    await tenant.change(`/identity/authenticationEventsFlows/${FLOW_ID}`, "PATCH", { "@odata.type": flowType, [submit]: handler });
    const words = "The flow calls Theirs at onAttributeCollectionSubmit, which this gate did not set up. --take-over";
    expect(await tenant.run(["check"])).toMatchObject({ exitCode: 2, stdout: expect.stringContaining(words) });
    expect(await tenant.run(["apply"])).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(`Nothing was changed. ${words}`) });
    expect(tenant.writes()).toEqual([]);
    expect(await tenant.run(["apply", "--take-over"])).toMatchObject({ exitCode: 0 });
    expect(tenant.graph.external().eventsFlows[0]?.onAttributeCollectionSubmit?.customExtension.id).toBe(ours());
  });

  it("is reported if two objects have the same name", async () => {
    await create(submit, "Gatehouse attribute collection submit", "http://127.0.0.1:1/other");
    expect(await tenant.run(["apply"])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("2 custom authentication extensions have the name Gatehouse attribute collection submit: "),
    });
    expect(tenant.writes()).toEqual([]);
  });

  it("is corrected as drift if it is the gate's own object", async () => {
    const { displayName: _, description: __, ...changed } = extensionOf(submit, "", "http://127.0.0.1:1/old");
    await tenant.change(`/identity/customAuthenticationExtensions/${ours()}`, "PATCH", changed);
    expect(await tenant.run(["check"])).toMatchObject({
      exitCode: 2,
      stdout: expect.stringContaining("it calls http://127.0.0.1:1/old; it does not wait 2,000 ms and ask once more: entra apply"),
    });
    expect(await tenant.run(["apply"])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("1 change made") });
    expect(await tenant.run(["apply"])).toMatchObject({ stdout: expect.stringContaining("Nothing to apply.") });
  });

  it("counts as an object of another deployment if it calls another host", async () => {
    const { displayName: _, description: __, ...changed } = extensionOf(submit, "", "https://other.example/submit");
    await tenant.change(`/identity/customAuthenticationExtensions/${ours()}`, "PATCH", changed);
    expect(await tenant.run(["apply"])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("--take-over makes it call http://127"),
    });
    expect(await tenant.run(["apply", "--take-over"])).toMatchObject({ exitCode: 0 });
  });

  it("stays in the form after apply if it is a form field", async () => {
    const { graph } = tenant;
    await tenant.change(`${fieldsPath}/$ref`, "POST", { "@odata.id": `${graph.url}/v1.0/identity/userFlowAttributes/surname` });
    expect(await tenant.run(["apply"])).toMatchObject({ exitCode: 0 });
    expect(collected(graph)).toEqual(["email", "displayName", "city", "surname"]);
  });
});

it("reports another listener for the same application, and puts the gate's first with --take-over", async () => {
  const tenant = await start();
  try {
    await tenant.run(["apply", "--grant-consent"]);
    await tenant.change(
      "/identity/customAuthenticationExtensions",
      "POST",
      {
        "@odata.type": "#microsoft.graph.onTokenIssuanceStartCustomExtension",
        displayName: "Theirs",
        description: "theirs",
        ...settings("theirs"),
        clientConfiguration: { timeoutInMilliseconds: 1_000, maximumRetries: 0 },
        claimsForTokenConfiguration: [],
      },
      201,
    );
    const theirs = tenant.graph.external().extensions.at(-1)?.id;
    await tenant.change(
      "/identity/authenticationEventListeners",
      "POST",
      {
        "@odata.type": "#microsoft.graph.onTokenIssuanceStartListener",
        conditions: { applications: { includeApplications: [{ appId: SHOP }] } },
        handler: { "@odata.type": "#microsoft.graph.onTokenIssuanceStartCustomExtensionHandler", customExtension: { id: theirs } },
      },
      201,
    );
    const listener = tenant.graph.external().listeners.at(-1)?.id;
    expect(jsonLines(await tenant.run(["check", "--json"]))).toContainEqual({
      flow: "Sign up",
      finding: `Theirs listens at onTokenIssuanceStart of the application ${SHOP}, too, and Entra calls only one: delete its listener (${listener}, priority 500), or put the gate's before it with entra apply --take-over.`,
      fix: "",
    });
    expect(await tenant.run(["apply"])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Nothing to apply.") });
    expect(tenant.writes()).toEqual([]);
    expect(await tenant.run(["apply", "--take-over"])).toMatchObject({ exitCode: 0, stderr: "" });
    const priorities = () =>
      tenant.graph.external().listeners.map(({ handler, priority }) => [handler?.customExtension?.id === theirs, priority]);
    expect(priorities()).toEqual([
      [false, 501],
      [true, 500],
    ]);
    expect((await tenant.run(["check"])).stdout).toContain("Note: Theirs listens at onTokenIssuanceStart");
    const forbidden: Meddle = async (_, { path }, send) => (path.startsWith("/beta/") ? new Response("{}", { status: 403 }) : await send());
    expect(await tenant.run(["check"], forbidden)).toMatchObject({ exitCode: 2, stdout: expect.stringContaining(`(${listener}), or put`) });
  } finally {
    await tenant.close();
  }
});

describe("entra fails with an explanation", () => {
  let tenant: TestTenant;
  beforeAll(async () => {
    tenant = await startTenant({}, {}, assigning);
  });
  afterAll(() => tenant.close());

  it.each([
    {
      given: "a flow that is not there",
      args: ["--external-flow", "Nobody's"],
      says: "no user flow Nobody's of an external tenant: it has Sign up.",
    },
    { given: "two kinds of flow", args: ["--user-flow", "B2X_1_Partner"], says: "leave one out" },
    { given: "a kind", args: ["--kind", "b2c"], says: "--external-flow says the kind" },
    { given: "an application's name", args: ["--application", "Shop"], says: "by its client id, a GUID" },
  ])("for $given", async ({ args, says }) => {
    expect(await tenant.run(["plan", ...args])).toMatchObject({ exitCode: 1 });
    const { stdout, stderr } = await tenant.run(["plan", ...args]);
    expect(stdout + stderr).toContain(says);
  });

  it.each([
    { status: 401, says: "The sign-in to Graph has expired" },
    {
      status: 403,
      says:
        "CustomAuthenticationExtension.Read.All, EventListener.Read.All and Application.Read.All, with admin consent; " +
        "a person needs the roles Application Administrator and External ID User Flow Administrator too.",
    },
  ])("if Graph answers $status", async ({ status, says }) => {
    const refused = new Response(JSON.stringify({ error: { code: "None" } }), { status });
    expect(await tenant.run(["check"], async () => refused.clone())).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(says) });
  });

  it("if the tenant has no user flows of an external tenant", async () => {
    const refused = new Response(JSON.stringify({ error: { code: "None" } }), { status: 400 });
    const says = "This tenant has no user flows of an external tenant: see --tenant.";
    expect(await tenant.run(["plan"], async () => refused.clone())).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(says) });
  });
});

describe("an update that does not store the flow's extension", () => {
  const beta = "Graph 1.0 did not link the extension to the flow. The beta version did";
  const handlerOf = ({ graph }: TestTenant) => graph.external().eventsFlows[0]?.onAttributeCollectionSubmit;

  it("is followed by the beta call of Microsoft's samples, which is reported once and not repeated", async () => {
    const tenant = await startTenant({ flowHandlers: "beta" }, {}, assigning);
    try {
      const { exitCode, stdout, stderr } = await tenant.run(["apply", "--grant-consent"]);
      expect({ exitCode, stderr, said: stdout.split(beta).length - 1 }).toEqual({ exitCode: 0, stderr: "", said: 1 });
      const extensions = tenant.graph.external().extensions;
      const puts = tenant.writes().filter(({ method }) => method === "PUT");
      expect(puts).toEqual(
        ["onAttributeCollectionStart", "onAttributeCollectionSubmit"].map((event, index) => ({
          method: "PUT",
          path: `/beta/identity/authenticationEventsFlows/${FLOW_ID}/microsoft.graph.externalUsersSelfServiceSignUpEventsFlow/${event}/microsoft.graph.${event}CustomExtensionHandler/customExtension/$ref`,
          body: { "@odata.id": `${tenant.graph.url}/beta/identity/customAuthenticationExtensions/${extensions[index]?.id}` },
        })),
      );
      expect(await tenant.run(["apply"])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Nothing to apply.") });
      expect(tenant.writes()).toEqual([]);
      expect(await tenant.run(["remove", "--yes"])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(beta) });
      expect([handlerOf(tenant), tenant.graph.external().extensions]).toEqual([null, []]);
    } finally {
      await tenant.close();
    }
  });

  it("is followed once by the beta call if version 1.0 does not show the property at all", async () => {
    const tenant = await startTenant({ flowHandlers: "beta" }, {}, assigning);
    const hiding: Meddle = async (_, { method, path }, send) => {
      const answer = await send();
      if (method !== "GET" || !path.startsWith("/v1.0/identity/authenticationEventsFlows")) return answer;
      return Response.json(
        JSON.parse(await answer.text(), (name, value) => (/^onAttributeCollection(Start|Submit)$/.test(name) ? undefined : value)),
      );
    };
    try {
      expect(await tenant.run(["apply", "--grant-consent"], hiding)).toMatchObject({ exitCode: 0, stderr: "" });
      expect(handlerOf(tenant)).not.toBeNull();
      expect(await tenant.run(["apply"], hiding)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Nothing to apply.") });
      expect(await tenant.run(["remove", "--yes"], hiding)).toMatchObject({ exitCode: 0 });
      expect([handlerOf(tenant), tenant.graph.external().extensions]).toEqual([null, []]);
    } finally {
      await tenant.close();
    }
  });

  it("is followed by the beta call if the update is refused", async () => {
    const tenant = await startTenant({}, {}, assigning);
    try {
      const refused = new Response(JSON.stringify({ error: { code: "BadRequest" } }), { status: 400 });
      const isLink = ({ method, body }: Call) => method === "PATCH" && JSON.stringify(body).includes("CustomExtensionHandler");
      const ran = await tenant.run(["apply", "--grant-consent"], async (_, call, send) => (isLink(call) ? refused.clone() : await send()));
      expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(beta) });
      expect(handlerOf(tenant)).not.toBeNull();
    } finally {
      await tenant.close();
    }
  });

  it("leads to manual instructions if beta is forbidden, and no extension that the flow calls is deleted", async () => {
    const tenant = await startTenant({ flowHandlers: "neither" }, {}, assigning);
    const says = "nor its beta version changes what the flow calls (403 Forbidden). Choose the extension, or none, in the user flow";
    try {
      expect(await tenant.run(["apply", "--grant-consent"])).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(says) });
      const state = tenant.graph.external();
      const events = ["onAttributeCollectionStart", "onAttributeCollectionSubmit"];
      const byHand = Object.fromEntries(
        events.map((event, index) => [
          event,
          { "@odata.type": `#microsoft.graph.${event}CustomExtensionHandler`, customExtension: { id: state.extensions[index]?.id } },
        ]),
      );
      state.eventsFlows = state.eventsFlows.map((flow) => ({ ...flow, ...byHand }));
      expect(await tenant.run(["apply"])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Nothing to apply.") });
      expect(await tenant.run(["remove", "--yes"])).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(says) });
      expect(tenant.graph.external().extensions).toHaveLength(2);
    } finally {
      await tenant.close();
    }
  });
});
