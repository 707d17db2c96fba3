import { graphEnvironment } from "../../../adapters/graph/clouds";
import { graph } from "../../../adapters/graph/graph";
import { graphToken } from "../../../adapters/vendors/graph-token";
import type { OutgoingCall } from "../../../adapters/vendors/http/authentication";
import { type StsStandIn, serveSts } from "../../../local/aws/sts";
import { emptyExternalTenant } from "../../../local/stand-ins/graph/external/stored-objects";
import { type GraphStandIn, serveGraph } from "../../../local/stand-ins/graph/graph";
import { memoryWorld } from "../../memory/world";
import { testKey } from "../../support/local-database";

const ROLE = "arn:aws:iam::000000000000:role/Gatehouse-DirectoryGraphRole1A2B";
const [{ appId: clientId = "" } = {}] = emptyExternalTenant().applications;
const before = { ...process.env };

let sts: StsStandIn;
let standIn: GraphStandIn;
/** The addresses that were asked, and the secrets shown there. */
let asked: { readonly url: string; readonly secret: string | null }[];

beforeEach(async () => {
  asked = [];
  sts = await serveSts({}, { key: testKey });
  standIn = await serveGraph({ issuerAddress: (issuer) => (issuer === sts.issuer ? sts.url : undefined) });
  Object.assign(process.env, {
    [graphEnvironment.ruleRoles]: JSON.stringify({ directory: ROLE }),
    [graphEnvironment.graphEndpoint]: standIn.url,
    [graphEnvironment.loginEndpoint]: standIn.url,
    AWS_ENDPOINT_URL_STS: sts.url,
    AWS_REGION: testKey.region,
    AWS_ACCESS_KEY_ID: testKey.accessKeyId,
    AWS_SECRET_ACCESS_KEY: testKey.secretAccessKey,
  });
});
afterEach(async () => {
  process.env = { ...before };
  await Promise.all([sts.close(), standIn.close()]);
});

/** A rule's call, with such members in its secret. */
const callWith = (members: object): OutgoingCall => ({
  service: "directory",
  secret: async () => JSON.stringify({ clientId, ...members }),
  async send({ url, method, headers, body }) {
    asked.push({ url: url.href, secret: new URLSearchParams(String(body)).get("client_secret") });
    const answer = await fetch(`${standIn.url}${url.pathname}`, { method, headers: { ...headers }, body: String(body) });
    const type = answer.headers.get("content-type") ?? "";
    return { status: answer.status, headers: { "content-type": type }, body: Buffer.from(await answer.arrayBuffer()) };
  },
});

async function trust(audience = "api://AzureADTokenExchange"): Promise<void> {
  const { log } = memoryWorld().world;
  const owner = graph({ tenantId: "tenant", clientId: "theirs", clientSecret: async () => "s", log });
  const credential = { name: "gatehouse-directory", issuer: sts.issuer, subject: ROLE, audiences: [audience] };
  await owner.post(`/applications(appId='${clientId}')/federatedIdentityCredentials`, credential);
}

const bearer = { authorization: expect.stringMatching(/^Bearer \S+$/) };

describe("a Graph token for a rule", () => {
  it("comes from the role, without a secret, and is kept", async () => {
    await trust();
    const authentication = graphToken("directory", "contoso.com");
    const first = await authentication.headers(callWith({}));
    expect([first, await authentication.headers(callWith({}))]).toEqual([bearer, first]);
    expect(asked).toEqual([{ url: "https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token", secret: null }]);
  });

  it("is issued by the tenant's cloud", async () => {
    process.env[graphEnvironment.cloud] = "china";
    await trust("api://AzureADTokenExchangeChina");
    expect(await graphToken("directory", "contoso.cn").headers(callWith({}))).toEqual(bearer);
    expect(asked[0]?.url).toBe("https://login.chinacloudapi.cn/contoso.cn/oauth2/v2.0/token");
  });

  it.each([
    { given: "without a role", prepare: () => delete process.env[graphEnvironment.ruleRoles], secrets: ["s3cret"] },
    { given: "where Entra refuses the role", prepare: () => undefined, secrets: [null, "s3cret"] },
    { given: "where AWS refuses it", prepare: () => sts.switchFederation(false), secrets: ["s3cret"] },
  ])("comes from the secret's $given", async ({ prepare, secrets }) => {
    prepare();
    const authentication = graphToken("directory", "contoso.com");
    const call = callWith({ clientSecret: "s3cret" });
    expect([await authentication.headers(call), await authentication.headers(call)]).toEqual([bearer, bearer]);
    expect(asked.map(({ secret }) => secret)).toEqual(secrets);
  });

  it.each([
    { given: "Entra refuses the role", prepare: () => undefined, kind: "unauthorised" },
    { given: "AWS refuses it", prepare: () => sts.switchFederation(false), kind: "unauthorised" },
    { given: "STS does not answer", prepare: () => sts.close(), kind: "connection" },
  ])("is missing if $given and the secret holds no credential", async ({ prepare, kind }) => {
    await prepare();
    await expect(graphToken("directory", "contoso.com").headers(callWith({}))).rejects.toMatchObject({
      failure: { service: "directory", kind },
    });
  });

  it("marks its secret as one that opens Graph", () =>
    expect(graphToken("directory", "contoso.com").uses).toMatchObject([{ secret: "directory", opensGraph: true }]));
});
