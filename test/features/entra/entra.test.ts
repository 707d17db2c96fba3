import { seenPasswords } from "../../../adapters/tables/seen-passwords";
import { record } from "../../cli/records";
import { jsonLines } from "../../cli/support";
import { type Meddle, PARTNER_TIER, startTenant, type TestTenant } from "./tenant";

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await startTenant();
});
afterAll(() => tenant.close());

const basic = { "@odata.type": "#microsoft.graph.basicAuthentication", username: "entra", password: "s3cret" };
const assignment = (displayName: string, id = displayName) => ({
  isOptional: true,
  requiresVerification: false,
  userInputType: "TextBox",
  displayName,
  userAttributeValues: [],
  userAttribute: { id },
});

it("apply links a flow in an empty tenant, and remove takes everything away again", async () => {
  const { graph, run } = tenant;
  expect(await run(["plan"])).toMatchObject({ exitCode: 2, stdout: expect.stringContaining("entra apply would make 6 changes.") });
  expect(graph.connectors()).toEqual([]);

  expect(await run(["apply"])).toMatchObject({ exitCode: 0, stderr: "" });
  const ids = graph.connectors().map(({ id }) => id);
  const address = (id: string | undefined) => ({ "@odata.id": `${graph.url}/v1.0/identity/apiConnectors/${id}` });
  const flow = "/v1.0/identity/b2xUserFlows/B2X_1_Partner";
  const reads = [
    { method: "GET", path: "/v1.0/policies/authenticationFlowsPolicy" },
    { method: "GET", path: `${flow}/apiConnectorConfiguration?$expand=postFederationSignup,postAttributeCollection` },
    { method: "GET", path: "/v1.0/identity/apiConnectors" },
    { method: "GET", path: "/v1.0/identity/userFlowAttributes" },
    { method: "GET", path: `${flow}/userAttributeAssignments` },
  ];
  const connector = (displayName: string, targetUrl: string) => ({ displayName, targetUrl, authenticationConfiguration: basic });
  expect(tenant.calls()).toEqual([
    ...reads,
    {
      method: "POST",
      path: "/v1.0/identity/apiConnectors",
      body: connector("Gatehouse after sign-in", "http://127.0.0.1:1/after-sign-in"),
    },
    {
      method: "POST",
      path: "/v1.0/identity/apiConnectors",
      body: connector("Gatehouse before creating the user", "http://127.0.0.1:1/before-create-user"),
    },
    { method: "POST", path: `${flow}/userAttributeAssignments`, body: assignment("City") },
    { method: "POST", path: `${flow}/userAttributeAssignments`, body: assignment("PartnerTier", PARTNER_TIER) },
    { method: "PUT", path: `${flow}/apiConnectorConfiguration/postFederationSignup/$ref`, body: address(ids[0]) },
    { method: "PUT", path: `${flow}/apiConnectorConfiguration/postAttributeCollection/$ref`, body: address(ids[1]) },
    ...reads,
  ]);
  expect(graph.connectors().map(({ authenticationConfiguration }) => authenticationConfiguration)).toEqual([basic, basic]);

  expect(await run(["apply"])).toMatchObject({ exitCode: 0, stdout: "Nothing to apply.\n" });
  expect(tenant.calls()).toEqual(reads);
  expect(await run(["plan"])).toMatchObject({ exitCode: 0, stdout: "Nothing to apply.\n" });
  expect(await run(["check"])).toMatchObject({ exitCode: 0 });

  expect(await run(["remove", "--attributes"])).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("add --yes") });
  expect(tenant.writes()).toEqual([]);
  expect(await run(["remove", "--attributes", "--yes"])).toMatchObject({ exitCode: 0, stderr: "" });
  expect(tenant.writes()).toEqual([
    { method: "PUT", path: `${flow}/apiConnectorConfiguration/postFederationSignup/$ref`, body: {} },
    { method: "PUT", path: `${flow}/apiConnectorConfiguration/postAttributeCollection/$ref`, body: {} },
    { method: "DELETE", path: `/v1.0/identity/apiConnectors/${ids[0]}` },
    { method: "DELETE", path: `/v1.0/identity/apiConnectors/${ids[1]}` },
    { method: "DELETE", path: `${flow}/userAttributeAssignments/City` },
    { method: "DELETE", path: `${flow}/userAttributeAssignments/${PARTNER_TIER}` },
  ]);
  expect([graph.connectors(), graph.flows()]).toEqual([[], { B2X_1_Partner: { links: {}, assignments: [] } }]);
});

it("prints its plan as JSON, without the password", async () => {
  const ran = await tenant.run(["plan", "--json"]);
  expect(jsonLines(ran)).toContainEqual({
    flow: "B2X_1_Partner",
    action: "create connector",
    name: "Gatehouse after sign-in",
    url: "http://127.0.0.1:1/after-sign-in",
    why: "there is none of that name",
  });
  expect(ran.stdout).not.toContain("s3cret");
});

it("links the three steps of a B2C flow, by the beta version", async () => {
  const b2c = await startTenant({}, { steps: ["after-sign-in", "before-create-user", "before-sending-token"] });
  const flow = ["--user-flow", "B2C_1_Partner"];
  try {
    expect(await b2c.run(["apply", ...flow])).toMatchObject({ exitCode: 0, stderr: "" });
    expect(b2c.calls().filter(({ path }) => !path.startsWith("/beta/identity/"))).toEqual([]);
    const ids = b2c.graph.connectors().map(({ id }) => id);
    expect(b2c.writes().filter(({ method }) => method === "PUT")).toEqual(
      ["postFederationSignup", "postAttributeCollection", "preTokenIssuance"].map((step, index) => ({
        method: "PUT",
        path: `/beta/identity/b2cUserFlows/B2C_1_Partner/apiConnectorConfiguration/${step}/$ref`,
        body: { "@odata.id": `${b2c.graph.url}/beta/identity/apiConnectors/${ids[index]}` },
      })),
    );
    expect(await b2c.run(["plan", ...flow])).toMatchObject({ exitCode: 0 });
    expect(await b2c.run(["remove", "--yes", ...flow])).toMatchObject({ exitCode: 0 });
    expect([b2c.graph.connectors(), b2c.graph.flows().B2C_1_Partner?.links]).toEqual([[], {}]);
  } finally {
    await b2c.close();
  }
});

describe("a B2C tenant whose Graph refuses the third step in $expand", () => {
  const refused = () => new Response(JSON.stringify({ error: { code: "BadRequest" } }), { status: 400 });
  const flow = ["--user-flow", "B2C_1_Partner"];

  it.each([
    { tells: "it by a call of its own", links: ["postFederationSignup", "postAttributeCollection", "preTokenIssuance"], isTold: true },
    { tells: "nothing of it", links: ["postFederationSignup", "postAttributeCollection"], isTold: false },
  ])("is set up as far as Graph allows: Graph shows $tells", async ({ links, isTold }) => {
    const b2c = await startTenant({}, { steps: ["after-sign-in", "before-create-user", "before-sending-token"] });
    const meddle: Meddle = async (_, { method, path }, send) =>
      method === "GET" && (isTold ? /expand=.*preTokenIssuance/ : /preTokenIssuance/).test(path) ? refused() : await send();
    try {
      const applied = await b2c.run(["apply", ...flow], meddle);
      expect(applied).toMatchObject({ exitCode: 0, stderr: "" });
      expect(Object.keys(b2c.graph.flows().B2C_1_Partner?.links ?? {})).toEqual(links);
      expect(applied.stdout.includes("choose Gatehouse before sending the token there, under API connectors.")).toBe(!isTold);
      expect(await b2c.run(["check", ...flow], meddle)).toMatchObject({ exitCode: 0 });
      const removed = await b2c.run(["remove", "--yes", ...flow], meddle);
      expect(removed).toMatchObject({ exitCode: 0, stderr: "" });
      expect(b2c.graph.connectors()).toHaveLength(isTold ? 0 : 1);
    } finally {
      await b2c.close();
    }
  });
});

it("sets up a gate's connectors with the name, address and password of that gate", async () => {
  const gated = await startTenant({}, { gates: ["suppliers"] });
  try {
    await gated.run(["apply", "--gate", "suppliers", "--policy", "test/cli/policies/assigning"]);
    expect(gated.graph.connectors()).toMatchObject([
      {
        displayName: "Gatehouse suppliers before creating the user",
        targetUrl: "http://127.0.0.1:1/suppliers/before-create-user",
        authenticationConfiguration: { username: "entra-suppliers", password: "password-of-suppliers" },
      },
    ]);
  } finally {
    await gated.close();
  }
});

describe("check", () => {
  it("rejects a --since that is no past time, and makes no call to Graph", async () => {
    const ran = await tenant.run(["check", "--since", "yesterday"]);
    expect({ ...ran, calls: tenant.calls() }).toMatchObject({
      exitCode: 1,
      stdout: "",
      stderr: expect.stringContaining("is not a past time"),
      calls: [],
    });
  });

  afterEach(() => tenant.run(["remove", "--attributes", "--yes"]));

  it("names each difference with its fix", async () => {
    await tenant.run(["apply"]);
    const [first, second] = tenant.graph.connectors().map(({ id }) => id);
    const change = (path: string, method: string, body?: object) => tenant.change(path, method, body);
    const flow = "/identity/b2xUserFlows/B2X_1_Partner";
    await change(`/identity/apiConnectors/${first}`, "PATCH", { targetUrl: "https://other.example/after-sign-in" });
    await change(`/identity/apiConnectors/${second}`, "PATCH", { targetUrl: "http://127.0.0.1:1/old" });
    await change(`${flow}/apiConnectorConfiguration/postAttributeCollection/$ref`, "PUT", {});
    await change(`${flow}/userAttributeAssignments/City`, "DELETE");
    const { exitCode, stdout } = await tenant.run(["check"]);
    expect({ exitCode, lines: stdout.trim().split("\n") }).toEqual({
      exitCode: 2,
      lines: [
        expect.stringMatching(/^Gatehouse after sign-in calls https:.* --take-over makes it call http:.*\/after-sign-in\.$/),
        "Gatehouse before creating the user, http://127.0.0.1:1/before-create-user: it calls http://127.0.0.1:1/old: entra apply",
        "The flow does not collect City: the policy sets it, and Entra drops it silently: entra apply",
        "postAttributeCollection should call Gatehouse before creating the user; the step calls nothing: entra apply",
        "4 findings",
      ],
    });
    expect(tenant.writes()).toEqual([]);
    expect(await tenant.run(["apply"])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("Nothing was changed. Gatehouse after"),
    });
    expect(tenant.writes()).toEqual([]);
    expect(await tenant.run(["apply", "--take-over"])).toMatchObject({ exitCode: 0 });
    expect(await tenant.run(["check"])).toMatchObject({ exitCode: 0 });
  });

  it("cannot read the password back, and names the step that no call has reached", async () => {
    const rotated = await startTenant({}, { gates: ["suppliers"] });
    const gate = ["--gate", "suppliers", "--policy", "test/cli/policies/assigning"];
    try {
      await rotated.run(["apply", ...gate]);
      const ran = await rotated.run(["check", "--json", ...gate]);
      expect({ exitCode: ran.exitCode, lines: jsonLines(ran) }).toEqual({
        exitCode: 2,
        lines: [
          {
            flow: "B2X_1_Partner",
            gate: "suppliers",
            finding: expect.stringMatching(
              /^No call has reached before-create-user since the gate's password was made \(20.*Z\), and Graph hides the password$/,
            ),
            fix: "entra apply --credentials, then sign up once",
          },
        ],
      });
      await rotated.run(["apply", "--credentials", ...gate]);
      expect(rotated.writes()).toMatchObject([
        { method: "PATCH", body: { authenticationConfiguration: { username: "entra-suppliers", password: "password-of-suppliers" } } },
      ]);
    } finally {
      await rotated.close();
    }
  });
});

describe("a password that no call has shown yet", () => {
  it("makes check report a connector that never called, and one that still sends the previous password", async () => {
    const rotated = await startTenant({}, { gates: ["suppliers"] }, { called: false });
    const gate = ["--gate", "suppliers", "--policy", "test/cli/policies/assigning"];
    const says = async (...args: string[]) => (await rotated.run(["check", ...args])).stdout;
    try {
      await rotated.run(["apply"]);
      expect(await says()).toMatch(/^No call has reached after-sign-in since .*: entra apply --credentials, then sign up once$/m);
      const { decisions } = rotated.instance;
      await decisions.keep(record("other gate", 0, { gate: "suppliers" }), 90);
      await decisions.keep(record("external", 0, { source: "external-tenant" }), 90);
      expect(await says()).toMatch(/^2 findings$/m);
      for (const step of ["after-sign-in", "before-create-user"] as const) await decisions.keep(record(step, 0, { step }), 90);
      expect(await says()).toBe("The tenant is set up as the gate needs it.\n");

      await rotated.run(["apply", ...gate, "--take-over"]);
      const ledger = seenPasswords({ client: rotated.instance.dynamodb.client, name: "ledger", key: ["id"] });
      await ledger.addPrevious("new", "suppliers/before-create-user", new Date("2026-11-20T12:00:00Z"));
      expect(await says(...gate)).toMatch(
        /^Calls at before-create-user still show the previous password, last at 2026-11-20T12:00:00.000Z; none has shown the current one/m,
      );
    } finally {
      await rotated.close();
    }
  });
});

describe("self-service sign-up in the tenant", () => {
  beforeEach(() => tenant.run(["apply"]));
  afterEach(() => tenant.run(["remove", "--attributes", "--yes"]));

  const POLICY = "/policies/authenticationFlowsPolicy";
  const turnOff = () => tenant.change(POLICY, "PATCH", { selfServiceSignUp: { isEnabled: false } });
  const change = { method: "PATCH", path: `/v1.0${POLICY}`, body: { selfServiceSignUp: { isEnabled: true } } };

  it("is reported if it is off, and apply turns it on once, as its last change", async () => {
    await tenant.run(["remove", "--yes"]);
    await turnOff();
    expect(await tenant.run(["check"])).toMatchObject({
      exitCode: 2,
      stdout: expect.stringMatching(/^Self-service sign-up is off in the tenant: nobody gets to the flow: entra apply$/m),
    });
    expect(await tenant.run(["apply"])).toMatchObject({ exitCode: 0 });
    expect(tenant.writes().at(-1)).toEqual(change);
    expect(await tenant.run(["check"])).toMatchObject({ exitCode: 0 });
    await tenant.run(["apply"]);
    expect(tenant.writes()).toEqual([]);
  });

  it("stays off if Graph refuses the change, and the message names the missing permission", async () => {
    await turnOff();
    const refused = new Response(JSON.stringify({ error: { code: "Authorization_RequestDenied" } }), { status: 403 });
    const ran = await tenant.run(["apply"], async (_, { method, path }, send) =>
      method === "PATCH" && path.includes(POLICY) ? refused.clone() : await send(),
    );
    expect(ran).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("grant the application Policy.ReadWrite.AuthenticationFlows"),
    });
    await tenant.run(["apply"]);
  });

  it.each([
    {
      status: 403,
      fix: "needs Policy.Read.All, with admin consent; a person needs the role Global Reader too (None)",
      needs: ["Policy.Read.All"],
    },
    { status: 404, fix: "Graph refuses this: 404 None.", needs: [] },
  ])("is reported as not checked, and check continues, if Graph answers $status", async ({ status, fix, needs }) => {
    const refused = new Response(JSON.stringify({ error: { code: "None" } }), { status });
    const ran = await tenant.run(["check", "--json"], async (_, { path }, send) =>
      path.includes("/policies/") ? refused.clone() : await send(),
    );
    const finding = "Whether the tenant allows self-service sign-up could not be checked";
    expect({ exitCode: ran.exitCode, lines: jsonLines(ran) }).toEqual({
      exitCode: 2,
      lines: [{ flow: "B2X_1_Partner", finding, fix, needs }],
    });
  });
});

describe("entra fails with an explanation", () => {
  it.each([
    { given: "another flow", args: ["--user-flow", "B2X_1_Other"], says: "The tenant has no user flow B2X_1_Other" },
    { given: "a name that tells no kind", args: ["--user-flow", "Partner"], says: "add --kind" },
    { given: "no name of a flow", args: ["--user-flow", "a/b"], says: "A user flow is called B2X_1_Partner" },
    { given: "a gate that is not there", args: ["--gate", "nowhere"], says: "There is no gate nowhere" },
    { given: "an endpoint in the open", args: ["--endpoint", "graph=http://graph.example"], says: "must begin with https://" },
    { given: "an endpoint of another system", args: ["--endpoint", "idology=https://a.example"], says: "Write one of graph, login" },
    { given: "no policy folder", args: ["--policy", "nowhere"], says: "There is no policy folder nowhere" },
  ])("for $given", async ({ args, says }) => {
    expect(await tenant.run(["plan", ...args])).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(says) });
  });

  it.each([
    { status: 401, says: "The sign-in to Graph has expired" },
    {
      status: 403,
      says: "grant the application APIConnectors.Read.All and IdentityUserFlow.Read.All (where Graph does not accept these, APIConnectors.ReadWrite.All and IdentityUserFlow.ReadWrite.All), with admin consent",
    },
    { status: 418, says: "Graph refuses this: 418 None." },
  ])("if Graph answers $status", async ({ status, says }) => {
    const refused = new Response(JSON.stringify({ error: { code: "None" } }), { status });
    expect(await tenant.run(["check"], async () => refused.clone())).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(says) });
  });
});
