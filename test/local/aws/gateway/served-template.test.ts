import { rmSync } from "node:fs";
import { system } from "../../../../adapters/system";
import type { World } from "../../../../adapters/world";
import { authorizerHandler } from "../../../../handlers/authorizer";
import type { InvocationOutcome, LocalFunction } from "../../../../local/aws/functions/function-thread";
import type { Api } from "../../../../local/aws/gateway/api";
import { type Gateway, serveGateway } from "../../../../local/aws/gateway/gateway";
import { readHttpApis } from "../../../../local/aws/gateway/http-apis";
import { readRestApis } from "../../../../local/aws/gateway/rest-apis";
import { Template, type TemplateSource } from "../../../../local/aws/template";
import { testKey } from "../../../support/local-database";
import { signedRequest } from "../../../support/signed-request";
import { synthesize } from "../../../support/synth";

const { template: synthesized, outdir } = synthesize({ folder: "samples/policies/approval" });
// A limit that a test can use up.
const text = JSON.stringify(synthesized.toJSON()).replaceAll('"ThrottlingBurstLimit":1000', '"ThrottlingBurstLimit":40');
const template = new Template("Gatehouse", JSON.parse(text) as TemplateSource);
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

/** The template's functions, each answering so. */
function functionsThat(answer: (description: string, event: never) => InvocationOutcome): ReadonlyMap<string, LocalFunction> {
  const none = async () => undefined;
  return new Map(
    template.ofType("AWS::Lambda::Function").map((resource) => {
      const description = resource.property<string>("Description") ?? "";
      const invoke = async (event: unknown) => ({ outcome: answer(description, event as never), output: [] });
      return [template.attribute(resource.id, "Arn"), { name: template.ref(resource.id), load: none, close: none, invoke }];
    }),
  );
}

const answered = (statusCode: number, body: object): InvocationOutcome => ({ ok: true, value: { statusCode, body: JSON.stringify(body) } });

const isSignUp = ({ routes }: Api) => routes.some(({ path }) => path === "/before-create-user");
let gateway: Gateway | undefined;
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
});

async function start(which: (api: Api) => boolean, functions: ReadonlyMap<string, LocalFunction>): Promise<string> {
  gateway = await serveGateway({ port: 0 });
  gateway.answerWith({ api: readRestApis(template, functions).find(which) as Api, throttle: true, now: () => 0, key: testKey });
  return gateway.url;
}

describe("the API for decisions of other systems", () => {
  const isApprovals = ({ routes }: Api) => routes.some(({ path }) => path.startsWith("/approvals"));

  async function deny(url: string, secretAccessKey = testKey.secretAccessKey): Promise<readonly [number, string]> {
    const key = { ...testKey, accessKeyId: "ServiceNow", secretAccessKey };
    const target = `${url}/approvals/${"a".repeat(32)}/deny`;
    const response = await fetch(target, await signedRequest(target, { service: "execute-api", method: "POST", body: "{}", key }));
    return [response.status, await response.text()];
  }

  it("answers a throttled decision by 429, never by 200", async () => {
    const url = await start(
      isApprovals,
      functionsThat(() => answered(200, { state: "denied" })),
    );
    const answers = await Promise.all(Array.from({ length: 60 }, () => deny(url)));
    const throttled = answers.filter(([status]) => status === 429);
    expect(throttled).toHaveLength(20);
    for (const [status, body] of answers)
      expect([status, body]).toEqual(status === 200 ? [200, '{"state":"denied"}'] : [429, '{"message":"Too Many Requests"}']);
  });

  it("answers a wrongly signed call by 403", async () => {
    const url = await start(
      isApprovals,
      functionsThat(() => answered(200, { state: "denied" })),
    );
    expect((await deny(url, "guess"))[0]).toBe(403);
    expect((await fetch(`${url}/approvals/1/deny`, { method: "POST" })).status).toBe(403);
  });

  it("answers by 5xx if its function did not answer", async () => {
    const url = await start(
      isApprovals,
      functionsThat(() => ({ ok: false, why: "crash", error: { name: "Error", message: "" } })),
    );
    expect((await deny(url))[0]).toBe(502);
  });
});

describe("the API that Entra calls, under many calls at once,", () => {
  const basic = (password: string) => `Basic ${Buffer.from(`entra:${password}`).toString("base64")}`;
  const gate = (description: string, { headers = {} }: { headers?: Record<string, string> }): InvocationOutcome => {
    if (!/basic auth/.test(description)) return answered(200, { version: "1.0.0", action: "Continue" });
    if (headers.authorization !== basic("right")) return { ok: false, why: "error", error: { name: "Error", message: "Unauthorized" } };
    const [authorizer] = template.ofType("AWS::Lambda::Function").filter((each) => each.property("Description") === description);
    const { Variables } = authorizer?.property<{ Variables: Record<string, string> }>("Environment") ?? {};
    const Statement = [{ Action: "execute-api:Invoke", Effect: "Allow", Resource: "*" }];
    return { ok: true, value: { principalId: "api-connector", usageIdentifierKey: Variables?.CALLER_KEY, policyDocument: { Statement } } };
  };
  const call = async (url: string, headers: Record<string, string>) => {
    const response = await fetch(`${url}/before-create-user`, { method: "POST", body: "{}", headers });
    return [response.status, ((await response.json()) as { action?: string }).action] as const;
  };
  const strangers = (url: string, wave: number) =>
    Array.from({ length: 45 }, (_, index) => call(url, index % 3 === 0 ? { authorization: basic(`guess ${wave} ${index}`) } : {}));

  it("lets each of thirty people sign up, and answers each of 1,350 calls of strangers with 401", async () => {
    const url = await start(isSignUp, functionsThat(gate));
    for (let person = 0; person < 30; person++) {
      const refused = await Promise.all(strangers(url, person));
      expect(await call(url, { authorization: basic("right") })).toEqual([200, "Continue"]);
      for (const [status] of refused) expect(status).toBe(401);
    }
  });

  it("limits even callers who know the password", async () => {
    const url = await start(isSignUp, functionsThat(gate));
    const answers = await Promise.all(Array.from({ length: 150 }, () => call(url, { authorization: basic("right") })));
    const actions = answers.map(([, action]) => action);
    expect(actions.filter((action) => action === "Continue")).toHaveLength(100);
    expect(actions.filter((action) => action === "ShowBlockPage")).toHaveLength(50);
  });
});

describe('the API that Entra calls, with api: "http"', () => {
  const { template: asked, outdir: out } = synthesize({ api: "http" });
  const http = new Template("Gatehouse", asked.toJSON() as TemplateSource);
  afterAll(() => rmSync(out, { recursive: true, force: true }));

  const basic = (password: string) => `Basic ${Buffer.from(`entra:${password}`).toString("base64")}`;
  /** @param step what the step's function answers; undefined where it crashes */
  async function calling(headers: Record<string, string>, step: InvocationOutcome | undefined, path = "before-create-user") {
    const crash: InvocationOutcome = { ok: false, why: "crash", error: { name: "Error", message: "" } };
    const functions = new Map(
      http.ofType("AWS::Lambda::Function").map((resource): [string, LocalFunction] => {
        const isAuthorizer = /basic auth/.test(resource.property<string>("Description") ?? "");
        const invoke = async (event: unknown) => {
          const {
            version,
            methodArn,
            headers: shown = {},
          } = event as { version?: string; methodArn: string; headers?: Record<string, string> };
          expect(version).toBe("1.0");
          const Effect = shown.authorization === basic("right") ? "Allow" : "Deny";
          const policyDocument = { Statement: [{ Action: "execute-api:Invoke", Effect, Resource: methodArn }] };
          const outcome = isAuthorizer ? { ok: true as const, value: { principalId: "api-connector", policyDocument } } : (step ?? crash);
          return { outcome, output: [] };
        };
        const none = async () => undefined;
        return [http.attribute(resource.id, "Arn"), { name: http.ref(resource.id), load: none, close: none, invoke }];
      }),
    );
    const api = readHttpApis(http, functions).find(isSignUp) as Api;
    gateway = await serveGateway({ port: 0 });
    gateway.answerWith({ api, throttle: true, now: () => 0, key: testKey });
    const response = await fetch(`${gateway.url}/${path}`, { method: "POST", body: "{}", headers });
    return [response.status, await response.json()];
  }

  const goesOn = answered(200, { version: "1.0.0", action: "Continue" });
  it.each([
    {
      shown: "the right credentials",
      headers: { authorization: basic("right") },
      step: goesOn,
      status: 200,
      body: { version: "1.0.0", action: "Continue" },
    },
    { shown: "a wrong password", headers: { authorization: basic("wrong") }, step: goesOn, status: 403, body: { message: "Forbidden" } },
    { shown: "nothing", headers: {}, step: goesOn, status: 401, body: { message: "Unauthorized" } },
    {
      shown: "the right credentials, and the function crashes",
      headers: { authorization: basic("right") },
      step: undefined,
      status: 500,
      body: { message: "Internal Server Error" },
    },
  ])("answers $status to $shown", async ({ headers, step, status, body }) => {
    expect(await calling(headers as Record<string, string>, step)).toEqual([status, body]);
  });

  it("serves no other path", async () => {
    expect(await calling({ authorization: basic("right") }, goesOn, "other")).toEqual([404, { message: "Not Found" }]);
  });
});

describe('named gates, with api: "http"', () => {
  const { template: asked } = synthesize({ api: "http", gates: { suppliers: { policy: "policy" } } });
  const http = new Template("Gatehouse", asked.toJSON() as TemplateSource);
  const basic = (password: string) => `Basic ${Buffer.from(`entra:${password}`).toString("base64")}`;

  /** The password of a gate is the name of its secret. */
  const client = (call: (operation: string, input: { readonly SecretId?: string }) => object) =>
    ({ call: async (operation: string, input: object) => call(operation, input), warm: () => undefined }) as unknown as World["secrets"];
  const secrets = client((_, { SecretId: password }) => ({
    SecretString: JSON.stringify({ username: "entra", password }),
    VersionId: "1",
    CreatedDate: 1,
  }));

  /** Authorizers are the product's own; a step's function lets everybody in. */
  const functions = new Map(
    http.ofType("AWS::Lambda::Function").map((resource): [string, LocalFunction] => {
      const { Variables: settings = {} } = resource.property<{ Variables?: Record<string, string> }>("Environment") ?? {};
      const isAuthorizer = /basic auth/.test(resource.property<string>("Description") ?? "");
      const authorize = isAuthorizer && authorizerHandler({ settings, secrets, tables: client(() => ({})), clock: system.clock });
      const invoke = async (event: unknown) => {
        const value = authorize ? await authorize(event as never) : { statusCode: 200, body: '{"version":"1.0.0","action":"Continue"}' };
        return { outcome: { ok: true as const, value }, output: [] };
      };
      const none = async () => undefined;
      return [http.attribute(resource.id, "Arn"), { name: http.ref(resource.id), load: none, close: none, invoke }];
    }),
  );
  const passwordOf = (output: string) => String(http.output(output));

  it.each([
    { path: "suppliers/before-create-user", of: "CredentialsSecret", status: 403 },
    { path: "before-create-user", of: "SuppliersCredentialsSecret", status: 403 },
    { path: "suppliers/before-create-user", of: "SuppliersCredentialsSecret", status: 200 },
    { path: "before-create-user", of: "CredentialsSecret", status: 200 },
  ])("/$path answers $status to the credentials in $of", async ({ path, of, status }) => {
    gateway = await serveGateway({ port: 0 });
    gateway.answerWith({ api: readHttpApis(http, functions).find(isSignUp) as Api, throttle: true, now: () => 0, key: testKey });
    const response = await fetch(`${gateway.url}/${path}`, {
      method: "POST",
      body: "{}",
      headers: { authorization: basic(passwordOf(of)) },
    });
    expect(response.status).toBe(status);
  });
});
