import { readFileSync } from "node:fs";
import { join } from "node:path";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { JWK } from "jose";
import { type Step, steps, type TenantKind, tenantKinds } from "../../engine/sign-up/sign-up";
import { ENTRA_APP_ID, extensionRoutes } from "../../features/external-tenant/extension-caller";
import { SIMULATED_API } from "../../local/stand-ins/graph/external/stored-objects";
import { bearerTokens } from "../../simulator/client/authorization";
import { type HttpCall, sendCall } from "../../simulator/client/call";
import { SIMULATED_APPLICATION } from "../../simulator/client/person";
import { evaluateExchange } from "../../simulator/client/visit";
import { conform } from "../../simulator/conformance/conform";
import { connectorProbes } from "../../simulator/conformance/connector-probes";
import { extensionProbes } from "../../simulator/conformance/extension-probes";
import type { ProbeTarget } from "../../simulator/conformance/probe";
import { gatehouse } from "../cli/support";
import { fixture } from "../fixtures";
import { entraToken, type TokenSubject, wrongCallers, wrongTokens } from "../support/entra-tokens";
import { extensionAction } from "../support/extension-answers";
import { START_MS } from "../support/gate";
import type { StartedGate } from "./started-gate";

/** The gate's name, and the folder of its policy in policies/. */
const GATE = "external-tenant";

/** Tries the policy of policies/external-tenant, which has every step: any kind of tenant can call it. */
export function externalTenant(gate: () => StartedGate): void {
  let subject: TokenSubject;
  let key: JWK;
  /** As the stand-in makes it. */
  let token: string;
  const url = () => `${gate().instance.extension.url}/${GATE}`;

  beforeAll(async () => {
    const { data, extension } = gate().instance;
    const { tenantId, audience } = extension;
    subject = { tenantId, audience, issuer: `https://${tenantId}.ciamlogin.com/${tenantId}/v2.0` };
    key = JSON.parse(readFileSync(join(data, "token-key.json"), "utf8")) as JWK;
    token = String((await ask({ client_id: ENTRA_APP_ID, scope: `${audience}/.default` })).access_token);
  }, START_MS);

  async function ask(form: Record<string, string>): Promise<Record<string, unknown>> {
    const body = new URLSearchParams({ grant_type: "client_credentials", ...form });
    return (await (await fetch(gate().instance.extension.tokenUrl, { method: "POST", body })).json()) as Record<string, unknown>;
  }

  const names: Readonly<Record<Step, string>> = {
    "after-sign-in": "extension/attribute-collection-start",
    "before-create-user": "extension/attribute-collection-submit",
    "before-sending-token": "extension/token-issuance-start",
  };
  const SUBMIT = "before-create-user";

  async function call(step: Step, body: unknown = fixture(names[step]), headers: Record<string, string> = {}) {
    const response = await fetch(`${url()}/${extensionRoutes[step]}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    return { status: response.status, type: response.headers.get("content-type"), body: (await response.json()) as unknown };
  }

  /** The event of a submit, changed at any depth. */
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  function submit(change: (envelope: any) => void): unknown {
    const envelope = fixture(names[SUBMIT]);
    change(envelope);
    return envelope;
  }
  const attributesOf = (envelope: { data: { userSignUpInfo: { attributes: Record<string, { value: unknown }> } } }) =>
    envelope.data.userSignUpInfo.attributes;

  describe("the documented answer to an event", () => {
    it.each<[Step, Record<string, unknown>]>([
      ["after-sign-in", { kind: "setPrefillValues", inputs: { city: "Seoul" } }],
      ["before-create-user", { kind: "showValidationError", message: expect.any(String), attributeErrors: { city: expect.any(String) } }],
      ["before-sending-token", { kind: "provideClaimsForToken", claims: { tier: "gold", seats: "25" } }],
    ])("%s", async (step, action) => {
      const { status, type, body } = await call(step);
      expect([status, type]).toEqual([200, "application/json"]);
      expect(extensionAction(step, body)).toEqual(action);
    });

    it("continues with the values that the policy changed, once the input is correct", async () => {
      const corrected = submit((envelope) => {
        attributesOf(envelope).city = { ...attributesOf(envelope).city, value: "Busan" };
      });
      expect(extensionAction(SUBMIT, (await call(SUBMIT, corrected)).body)).toEqual({
        kind: "modifyAttributeValues",
        attributes: { companyName: "FABRIKAM TRADING" },
      });
    });

    it("admits a Google account at both events, and refuses another address or account at the second", async () => {
      const journey = (step: Step, email: string, issuerAssignedId = "9184") => {
        const envelope =
          step === SUBMIT
            ? submit(({ data }) => Object.assign(data.userSignUpInfo.attributes.city, { value: "Busan" }))
            : fixture(names[step]);
        // biome-ignore lint/suspicious/noExplicitAny: as above.
        const { authenticationContext, userSignUpInfo } = (envelope as any).data;
        authenticationContext.correlationId = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d";
        userSignUpInfo.identities = [{ signInType: "federated", issuer: "google.com", issuerAssignedId }];
        userSignUpInfo.attributes.email = { "@odata.type": "microsoft.graph.stringDirectoryAttributeValue", value: email };
        return envelope;
      };
      const kindOf = async (step: Step, ...who: [string, string?]) =>
        extensionAction(step, (await call(step, journey(step, ...who))).body).kind;
      const TableName = gate().instance.tables.accessList;
      const rows = [
        { entry: "woodgrove.com", effect: "allow", gates: GATE },
        { entry: "*", effect: "deny", gates: GATE },
      ];
      for (const row of rows) await gate().put("accessList", row);
      try {
        expect(await kindOf("after-sign-in", "kim@woodgrove.com")).toBe("setPrefillValues");
        expect(await kindOf(SUBMIT, "Kim@Woodgrove.com")).toBe("modifyAttributeValues");
        for (const other of [["lee@woodgrove.com"], ["kim@woodgrove.com", "5577"]] as [string, string?][]) {
          expect(await kindOf(SUBMIT, ...other)).toBe("showBlockPage");
        }
      } finally {
        for (const { entry } of rows) await gate().database.call("DeleteItem", { TableName, Key: marshall({ entry }) });
      }
    });

    const denied = submit((envelope) => {
      envelope.data.userSignUpInfo.identities[0].issuerAssignedId = "blocked@contoso.com";
    });

    it("refuses people on the deny list, with title and message in their language", async () => {
      const action = extensionAction(SUBMIT, (await call(SUBMIT, denied)).body);
      expect(action).toEqual({ kind: "showBlockPage", title: "가입할 수 없습니다", message: expect.stringMatching(/가입할 수 없습니다/) });
    });
  });

  it("a repeat during the first call adds no second record, and shows the same reference code", async () => {
    const kim = submit((envelope) => {
      envelope.data.userSignUpInfo.identities[0].issuerAssignedId = "blocked@contoso.com";
      envelope.data.authenticationContext.client.locale = "en-us";
    });
    const answers = await Promise.all([1, 2, 3].map(() => call(SUBMIT, kim)));
    const messages = new Set(answers.map(({ body }) => String(extensionAction(SUBMIT, body).message)));
    expect(messages.size).toBe(1);
    const [message = ""] = messages;
    const { Items } = await gate().database.call<{ Items: { reference: { S: string } }[] }>("Scan", {
      TableName: gate().instance.tables.decisions,
    });
    expect(Items.filter(({ reference }) => message.includes(reference.S))).toHaveLength(1);
  });

  describe("the answer 401", () => {
    it("is given to each token that Entra did not issue for this gate, whatever the body", async () => {
      const tokens = [...(await wrongTokens(key, subject)), ...(await wrongCallers(key, subject))];
      for (const [given, authorization] of tokens) {
        for (const body of [fixture(names[SUBMIT]), "{"]) {
          const answer = await call(SUBMIT, body, { authorization: authorization ?? "" });
          expect([given, answer.status, answer.body]).toEqual([given, 401, { message: "Unauthorized" }]);
        }
      }
    });

    it.each([
      ["another application", { client_id: "11111111-2222-4333-8444-555555555555" }],
      ["another audience", { scope: "api://elsewhere/.default" }],
    ])("is given to a stand-in's token for %s", async (_, form) => {
      const made = await ask({ client_id: ENTRA_APP_ID, scope: `${subject.audience}/.default`, ...form });
      expect((await call(SUBMIT, undefined, { authorization: `Bearer ${made.access_token}` })).status).toBe(401);
    });

    it("is not given to a correct token signed with the stand-in's key", async () =>
      expect((await call(SUBMIT, undefined, { authorization: `Bearer ${await entraToken(key, subject)}` })).status).toBe(200));
  });

  describe("a block page is the answer to", () => {
    it.each<[string, () => unknown, contentType?: string]>([
      ["an event that is none of ours", () => fixture("extension/email-otp-send")],
      ["another step's event", () => fixture(names["after-sign-in"])],
      ["another tenant than the token's", () => submit(({ data: told }) => (told.tenantId = "99999999-2222-4333-8444-555555555555"))],
      ["no identities", () => submit(({ data: told }) => delete told.userSignUpInfo.identities)],
      ["an attribute of the wrong type", () => submit((envelope) => (attributesOf(envelope).city = { value: { a: 1 } }))],
      ["a body of more than 64 KiB", () => submit(({ data: told }) => (told.more = "x".repeat(65_536)))],
      ["a tenant twice", () => JSON.stringify(fixture(names[SUBMIT])).replace('"data":{', '"data":{"tenantId":"another",')],
      ["a name twice, in another case", () => submit((envelope) => (attributesOf(envelope).City = { value: "Busan" }))],
      ["a body that is no JSON", () => "{"],
      ["another content type", () => fixture(names[SUBMIT]), "text/plain"],
    ])("%s", async (...[, body, contentType = "application/json"]) => {
      const answer = await call(SUBMIT, body(), { "content-type": contentType });
      expect([answer.status, extensionAction(SUBMIT, answer.body).kind]).toEqual([200, "showBlockPage"]);
    });
  });

  it.each([
    ["GET", "/attribute-collection-submit"],
    ["POST", "/before-create-user"],
    ["POST", "/"],
  ])("404 is the answer to %s %s", async (method, path) =>
    expect((await fetch(`${url()}${path}`, { method, headers: { authorization: `Bearer ${token}` } })).status).toBe(404),
  );

  it.each(["url", "tokenUrl"] as const)("a request from a page of another origin to %s is refused", async (name) => {
    const headers = { origin: "https://evil.example", authorization: `Bearer ${token}` };
    const response = await fetch(gate().instance.extension[name], { method: "POST", headers, body: "grant_type=client_credentials" });
    expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([403, null]);
  });

  describe("the conformance test", () => {
    /** Far more than Entra waits: how fast this machine is today is no matter of the contract. */
    const PATIENCE_MS = 30_000;
    const BLOCKED = "blocked@contoso.com";

    beforeAll(() => gate().put("accessList", { entry: BLOCKED, effect: "deny" }));

    async function targetAt(tenant: TenantKind, step: Step, email: string): Promise<ProbeTarget> {
      const { extension } = gate().instance;
      const { apiUrl, username, password } = gate().address;
      if (tenant !== "external-tenant") return { tenant, step, email, url: `${apiUrl}/${step}`, username, password };
      const authorization = await bearerTokens({ ...extension, clientId: ENTRA_APP_ID })();
      return {
        tenant,
        step,
        email,
        url: `${url()}/${extensionRoutes[step]}`,
        tenantId: extension.tenantId,
        token: authorization.replace("Bearer ", ""),
        signingKey: key,
      };
    }

    const called = tenantKinds.flatMap((tenant) =>
      steps
        .filter((step) => tenant !== "workforce" || step !== "before-sending-token")
        .flatMap((step) => ["kim@contoso.com", BLOCKED].map((email) => ({ tenant, step, email }))),
    );
    // Who is denied gets the same page at each step, whatever else the call holds: every probe goes where the account is made.
    const probedOnce = ({ step, email }: (typeof called)[number]) => email === BLOCKED && step !== SUBMIT;

    it.each(called.filter(probedOnce))("accepts the answer of $tenant $step for $email", async ({ tenant, step, email }) => {
      const target = await targetAt(tenant, step, email);
      const [good] = target.tenant === "external-tenant" ? extensionProbes(target) : connectorProbes(target);
      const call = (await good?.call()) as HttpCall;
      const attempts = [await sendCall(call, PATIENCE_MS)];
      const { breaches, page } = evaluateExchange({ tenant, step, url: call.url, request: JSON.parse(call.body ?? ""), attempts });
      expect([breaches, page.kind]).toEqual([[], step === "before-sending-token" ? "continue" : "block"]);
    });

    it.each(called.filter((each) => !probedOnce(each)))(
      "passes completely for $tenant $step and $email",
      async ({ tenant, step, email }) => {
        const results = await conform(await targetAt(tenant, step, email), PATIENCE_MS);
        expect(results.filter(({ verdict }) => verdict === "fail")).toEqual([]);
        expect(results.flatMap(({ skipped = [] }) => skipped)).toEqual([]);
        expect(results.filter(({ verdict }) => verdict === "pass").length).toBeGreaterThan(10);
      },
    );
  });

  describe("claims in tokens, for a new tenant", () => {
    const formatGateSuffix = ["--external-flow", "Sign up", "--gate", GATE, "--policy", `test/end-to-end/policies/${GATE}`];
    const entra = (verb: string, ...args: readonly string[]) =>
      gatehouse("entra", verb, ...formatGateSuffix, "--local", "--data", gate().instance.data, ...args);

    /** Reads or changes the tenant by Graph. */
    async function graph<T>(path: string, method = "GET", body?: object): Promise<T> {
      const { graph: endpoint = "", login = "" } = gate().instance.endpoints;
      const form = { grant_type: "client_credentials", client_id: "c", client_secret: "s", scope: "https://graph.microsoft.com/.default" };
      const signedIn = await fetch(`${login}/t/oauth2/v2.0/token`, { method: "POST", body: new URLSearchParams(form) });
      const { access_token } = (await signedIn.json()) as { access_token: string };
      const headers = { authorization: `Bearer ${access_token}`, "content-type": "application/json" };
      const answer = await fetch(`${endpoint}/v1.0${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
      return (await answer.json().catch(() => undefined)) as T;
    }
    const ofApp = (appId: string) => `?$filter=${encodeURIComponent(`appId eq '${appId}'`)}`;

    /** The claims of the extension that the tenant maps into an application's tokens. */
    async function mapped(appId: string): Promise<readonly string[]> {
      const { value: principals } = await graph<{ value: [{ id: string }] }>(`/servicePrincipals${ofApp(appId)}`);
      const { value: policies } = await graph<{ value: { definition: [string] }[] }>(
        `/servicePrincipals/${principals[0].id}/claimsMappingPolicies`,
      );
      return policies.flatMap(({ definition: [text] }) => {
        const { ClaimsMappingPolicy } = JSON.parse(text) as { ClaimsMappingPolicy: { ClaimsSchema: { JwtClaimType: string }[] } };
        return ClaimsMappingPolicy.ClaimsSchema.map(({ JwtClaimType }) => JwtClaimType).sort();
      });
    }
    const mappings = async () => ({ application: await mapped(SIMULATED_APPLICATION), api: await mapped(SIMULATED_API) });
    const all = ["seats", "tier"];

    it("are added for the application and its API by entra apply, and removed by entra remove", async () => {
      expect(await mappings()).toEqual({ application: [], api: [] });

      expect(await entra("apply", "--grant-consent")).toMatchObject({ exitCode: 0, stderr: "" });
      expect(await mappings()).toEqual({ application: all, api: [] });

      const withApi = ["--api", SIMULATED_API];
      const unmapped = await entra("check", ...withApi);
      expect(unmapped).toMatchObject({ exitCode: 2 });
      expect(unmapped.stdout).toContain("Orders API has no claims mapping policy: its tokens leave out the policy's claims: entra apply");
      expect(await entra("apply", ...withApi)).toMatchObject({ exitCode: 0, stderr: "" });
      expect(await mappings()).toEqual({ application: all, api: all });
      expect(await entra("check", ...withApi)).toMatchObject({ exitCode: 0 });

      expect(await entra("remove", "--yes", ...withApi)).toMatchObject({ exitCode: 0, stderr: "" });
      expect(await mappings()).toEqual({ application: [], api: [] });
    });

    it("are reported by entra check and repaired by entra apply if the application does not accept them", async () => {
      await entra("apply", "--grant-consent");
      const { value } = await graph<{ value: [{ id: string; api: object }] }>(`/applications${ofApp(SIMULATED_APPLICATION)}`);
      const [{ id, api }] = value;
      await graph(`/applications/${id}`, "PATCH", { api: { ...api, acceptMappedClaims: null } });
      expect(await entra("check")).toMatchObject({ exitCode: 2, stdout: expect.stringContaining("(AADSTS50146): entra apply") });
      expect(await entra("apply")).toMatchObject({ exitCode: 0 });
      expect(await graph(`/applications/${id}`)).toMatchObject({ api: { acceptMappedClaims: true } });
    });
  });
}
