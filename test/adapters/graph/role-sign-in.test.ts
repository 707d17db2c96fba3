import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { FEDERATION_OFF, type RoleTokens, roleTokens } from "../../../adapters/aws/role-token";
import { graphEnvironment } from "../../../adapters/graph/clouds";
import { graph } from "../../../adapters/graph/graph";
import { RoleError } from "../../../adapters/graph/role-sign-in";
import { createCredentials } from "../../../local/aws/access-key";
import { type StsStandIn, serveSts } from "../../../local/aws/sts";
import { emptyExternalTenant } from "../../../local/stand-ins/graph/external/stored-objects";
import { type GraphStandIn, serveGraph } from "../../../local/stand-ins/graph/graph";
import { memoryWorld } from "../../memory/world";
import { testKey } from "../../support/local-database";

const ROLE = "arn:aws:iam::000000000000:role/Gatehouse-ApprovalsGraphRole1A2B";
const AUDIENCE = "api://AzureADTokenExchange";
const MINUTE = 60_000;
const ANYONE = "/users?$filter=mail%20eq%20'a@example.com'";
const [{ appId: clientId = "" } = {}] = emptyExternalTenant().applications;
const machineNow = Date.now;

let sts: StsStandIn;
let standIn: GraphStandIn;
/** The difference of AWS's clock to Entra's. */
let awsClockMs: number;
let assumed: number;
/** Forms that reached the token endpoint. */
let forms: URLSearchParams[];
let others: Server[];

beforeEach(async () => {
  [awsClockMs, assumed, forms, others] = [0, 0, [], []];
  const mayAssume = (role: string) => {
    assumed++;
    return role === ROLE;
  };
  sts = await serveSts({ mayAssume, now: () => machineNow() + awsClockMs }, { key: testKey });
  standIn = await serveGraph({
    issuerAddress: (issuer) => (issuer === sts.issuer ? sts.url : undefined),
    now: machineNow,
    watch: {
      onRequest: ({ url, body }) => {
        if (url.pathname.endsWith("/token")) forms.push(new URLSearchParams(body.toString("utf8")));
      },
    },
  });
  Object.assign(process.env, { [graphEnvironment.graphEndpoint]: standIn.url, [graphEnvironment.loginEndpoint]: standIn.url });
});
afterEach(async () => {
  vi.restoreAllMocks();
  delete process.env[graphEnvironment.cloud];
  for (const server of others) server.close();
  await Promise.all([sts.close(), standIn.close()]);
});

const log = () => {
  const { world, observed } = memoryWorld();
  return { log: world.log, observed };
};

const tokensOf = (role = ROLE, endpoint = sts.url): RoleTokens =>
  roleTokens(role, { region: testKey.region, endpoint, credentials: createCredentials(testKey) });

/** The client of a function that was just started. */
function begin(secret?: string, tokens = tokensOf()) {
  const { log: lines, observed } = log();
  const client = graph({ tenantId: "tenant", clientId, clientSecret: async () => secret, log: lines }, tokens);
  return { observed, look: () => client.get(ANYONE) };
}

interface Credential {
  readonly issuer?: string;
  readonly subject?: string;
  readonly audiences?: readonly string[];
}

/** Lets the application trust what it is given. */
async function trust({ issuer = sts.issuer, subject = ROLE, audiences = [AUDIENCE] }: Credential = {}): Promise<void> {
  const { log: lines } = log();
  const owner = graph({ tenantId: "tenant", clientId: "theirs", clientSecret: async () => "s", log: lines });
  const made = { name: "gatehouse-approvals", issuer, subject, audiences };
  await owner.post(`/applications(appId='${clientId}')/federatedIdentityCredentials`, made);
  forms.length = 0;
}

/** STS as the test plays it: XML for each operation. */
async function serveXml(
  answer: (action: string) => { readonly status?: number; readonly xml: string; readonly date?: Date },
): Promise<string> {
  const listener: RequestListener = (request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      const { status = 200, xml, date = new Date() } = answer(new URLSearchParams(body).get("Action") ?? "");
      response.writeHead(status, { "content-type": "text/xml", date: date.toUTCString() }).end(xml);
    });
  };
  const server = createServer(listener);
  others.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const session =
  "<AssumeRoleResponse><Credentials><AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>s/+=</SecretAccessKey><SessionToken>t</SessionToken></Credentials></AssumeRoleResponse>";
const refusal = (code: string, message = "") =>
  `<ErrorResponse><Error><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;

describe("a sign-in with an AWS role", () => {
  it("uses no secret or other credential, and asks AWS for a token of five minutes", async () => {
    await trust();
    const { look, observed } = begin();
    expect(await look()).toMatchObject({ value: [] });
    expect(observed.lines).toEqual([]);
    const [form] = forms;
    expect(form?.get("client_secret")).toBeNull();
    const [header, claims] = (form?.get("client_assertion") ?? "")
      .split(".")
      .map((part) => Buffer.from(part, "base64url").toString("utf8"));
    expect(JSON.parse(header ?? "")).toMatchObject({ alg: "RS256" });
    const { iss, sub, aud, iat, exp } = JSON.parse(claims?.startsWith("{") ? claims : "{}") as Record<string, number>;
    expect({ iss, sub, aud, seconds: Number(exp) - Number(iat) }).toEqual({ iss: sts.issuer, sub: ROLE, aud: AUDIENCE, seconds: 300 });
  });

  it("happens once for all clients of a function, and its token is kept", async () => {
    await trust();
    const tokens = tokensOf();
    const { look } = begin(undefined, tokens);
    await look();
    await look();
    await begin(undefined, tokens).look();
    expect({ assumed, signIns: forms.length }).toEqual({ assumed: 1, signIns: 2 });
  });

  it("still works if AWS signs with a new key", async () => {
    await trust();
    const tokens = tokensOf();
    await begin(undefined, tokens).look();
    sts.rollKey();
    expect(await begin(undefined, tokens).look()).toMatchObject({ value: [] });
  });

  it("assumes the role again before its session ends, and if AWS rejects the session", async () => {
    await trust();
    const tokens = tokensOf();
    await begin(undefined, tokens).look();
    vi.spyOn(Date, "now").mockImplementation(() => machineNow() + 55 * MINUTE);
    await begin(undefined, tokens).look();
    expect(assumed).toBe(2);
    vi.restoreAllMocks();
    const asked: string[] = [];
    const endpoint = await serveXml((action) => {
      asked.push(action);
      if (action === "AssumeRole") return { xml: session };
      return asked.length === 4
        ? { status: 403, xml: refusal("ExpiredTokenException") }
        : { xml: "<WebIdentityToken>a.b.c</WebIdentityToken>" };
    });
    const own = tokensOf(ROLE, endpoint);
    expect([await own.token(AUDIENCE), await own.token(AUDIENCE), await own.token(AUDIENCE)]).toEqual(["a.b.c", "a.b.c", "a.b.c"]);
    expect(asked).toEqual(["AssumeRole", ...Array(3).fill("GetWebIdentityToken"), "AssumeRole", "GetWebIdentityToken"]);
  });

  it("goes to the tenant's cloud, with that cloud's audience", async () => {
    process.env[graphEnvironment.cloud] = "us-government";
    await trust({ audiences: ["api://AzureADTokenExchangeUSGov"] });
    expect(await begin().look()).toMatchObject({ value: [] });
    expect(forms[0]?.get("scope")).toBe("https://graph.microsoft.us/.default");
  });
});

describe("a refusal by Entra has its own metric and names its cause", () => {
  it.each<{ given: string; credential?: Credential; metric: string; code: string; cause: string }>([
    { given: "no credential", metric: "RoleIssuerRefused", code: "AADSTS700211", cause: "the issuer" },
    {
      given: "another account",
      credential: { issuer: "https://another.tokens.sts.global.api.aws" },
      metric: "RoleIssuerRefused",
      code: "AADSTS700211",
      cause: "the issuer",
    },
    {
      given: "another role",
      credential: { subject: `${ROLE}9` },
      metric: "RoleSubjectRefused",
      code: "AADSTS700213",
      cause: `the subject ${ROLE}`,
    },
    {
      given: "other capital letters",
      credential: { subject: ROLE.toLowerCase() },
      metric: "RoleSubjectRefused",
      code: "AADSTS7002138",
      cause: "with other capital letters",
    },
    {
      given: "another audience",
      credential: { audiences: ["api://AzureADTokenExchangeUSGov"] },
      metric: "RoleAudienceRefused",
      code: "AADSTS700212",
      cause: `the audience ${AUDIENCE}`,
    },
  ])("$given: $metric", async ({ credential, metric, code, cause }) => {
    if (credential !== undefined) await trust(credential);
    const { look, observed } = begin();
    await expect(look()).rejects.toMatchObject({ name: "SignInError", status: 401, details: [{ code }] });
    expect(Object.fromEntries(observed.counts)).toEqual({ [metric]: 1 });
    const [line] = observed.lines;
    expect(line).toMatchObject({ level: "error", message: "role sign-in refused", facts: { role: ROLE, by: "entra", code } });
    expect(JSON.stringify(line)).toContain(cause);
    expect(JSON.stringify(observed.lines)).not.toContain(forms[0]?.get("client_assertion") ?? "no assertion");
  });

  it("if the tenant does not have the application", async () => {
    const { log: lines, observed } = log();
    const client = graph(
      { tenantId: "tenant", clientId: "00000000-aaaa-bbbb-cccc-000000000000", clientSecret: async () => "", log: lines },
      tokensOf(),
    );
    await expect(client.get(ANYONE)).rejects.toMatchObject({ details: [{ code: "AADSTS700016" }] });
    expect(Object.fromEntries(observed.counts)).toEqual({ RoleOtherRefused: 1 });
  });
});

describe("a refusal by AWS is explained in one sentence", () => {
  const failure = async (tokens = tokensOf()) => {
    const { look, observed } = begin(undefined, tokens);
    const error = await look().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RoleError);
    expect(Object.fromEntries(observed.counts)).toEqual({ RoleOtherRefused: 1 });
    expect(observed.lines[0]).toMatchObject({ message: "role sign-in refused", facts: { by: "aws" } });
    return (error as Error).message;
  };

  it("if outbound identity federation is off in the AWS account", async () => {
    sts.switchFederation(false);
    expect(await failure()).toBe(FEDERATION_OFF);
    expect(FEDERATION_OFF).toContain("aws iam enable-outbound-web-identity-federation");
  });

  it("if the function may not assume the role", async () => {
    expect(await failure(tokensOf(`${ROLE}9`))).toContain(`sign as the role ${ROLE}9`);
  });

  it("if the clock is wrong even after its correction", async () => {
    const xml = refusal("SignatureDoesNotMatch", "Signature expired: 20261129T100000Z is now earlier than 20261129T100500Z");
    expect(await failure(tokensOf(ROLE, await serveXml(() => ({ status: 403, xml }))))).toContain("clock");
  });

  it("for any other cause, by AWS's error code and without AWS's own message", async () => {
    const endpoint = await serveXml(() => ({ status: 400, xml: refusal("ValidationError", "kim@contoso.com") }));
    const words = await failure(tokensOf(ROLE, endpoint));
    expect(words).toContain("ValidationError");
    expect(words).not.toContain("kim");
  });
});

describe("a sign-in with a wrong clock", () => {
  it.each([2, -2, 10, -10])("succeeds by AWS's time if the function's clock is %s minutes off", async (minutes) => {
    vi.spyOn(Date, "now").mockImplementation(() => machineNow() + minutes * MINUTE);
    await trust();
    expect(await begin().look()).toMatchObject({ value: [] });
  });

  it.each([2, -2])("succeeds if AWS's clock is %s minutes off Entra's clock", async (minutes) => {
    await trust();
    awsClockMs = minutes * MINUTE;
    expect(await begin().look()).toMatchObject({ value: [] });
  });

  it.each([10.5, -10.5])("fails and names AWS's clock as the cause if it is %s minutes off Entra's clock", async (minutes) => {
    await trust();
    awsClockMs = minutes * MINUTE;
    const { look, observed } = begin();
    await expect(look()).rejects.toMatchObject({ details: [{ code: "AADSTS700024" }] });
    expect(Object.fromEntries(observed.counts)).toEqual({ RoleOtherRefused: 1 });
    expect(JSON.stringify(observed.lines[0]?.facts)).toContain("set the clock");
  });
});

describe("a client secret that remains beside the role", () => {
  it("is not used if the role signs in", async () => {
    await trust();
    await begin("s3cret").look();
    expect(forms.map((form) => form.get("client_secret"))).toEqual([null]);
  });

  it.each([
    { given: "Entra refuses the role", prepare: () => undefined, metric: "RoleIssuerRefused" },
    { given: "AWS refuses it", prepare: () => sts.switchFederation(false), metric: "RoleOtherRefused" },
  ])("is used if $given, and the alarm still rings", async ({ prepare, metric }) => {
    prepare();
    const { look, observed } = begin("s3cret");
    expect(await look()).toMatchObject({ value: [] });
    expect(forms.at(-1)?.get("client_secret")).toBe("s3cret");
    expect(Object.fromEntries(observed.counts)).toEqual({ [metric]: 1 });
    expect(observed.lines.map(({ message }) => message)).toEqual(["role sign-in refused", "signed in by the secret instead of the role"]);
  });

  it("is read again if Entra refuses it as well", async () => {
    const sent: (string | null)[] = [];
    const real = globalThis.fetch;
    vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
      const secret = new URLSearchParams(String(init?.body)).get("client_secret");
      sent.push(...(secret === null ? [] : [secret]));
      return secret === "0ld" ? Response.json({ error: "invalid_client" }, { status: 401 }) : await real(input, init);
    });
    const clientSecret = async (refused?: string) => (refused === "0ld" ? "n3w" : "0ld");
    const client = graph({ tenantId: "tenant", clientId, clientSecret, log: log().log }, tokensOf());
    expect(await client.get(ANYONE)).toMatchObject({ value: [] });
    expect(sent).toEqual(["0ld", "n3w"]);
  });

  it("does not hide the role's refusal if the secret itself is unusable", async () => {
    await expect(begin('{"certificate":"PEM"}').look()).rejects.toMatchObject({ details: [{ code: "AADSTS700211" }] });
  });

  it("is not used if STS does not answer: the sign-in fails and is tried again", async () => {
    const closed = await serveXml(() => ({ status: 503, xml: "" }));
    const { look, observed } = begin("s3cret", tokensOf(ROLE, closed));
    await expect(look()).rejects.toMatchObject({ status: 0, code: "connection" });
    expect([forms, observed.lines]).toEqual([[], []]);
  });
});
