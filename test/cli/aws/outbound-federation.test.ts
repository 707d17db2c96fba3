import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { type SdkConfig, tokenIssuer } from "../../../cli/aws/account";
import { listen } from "../../support/dynamodb";
import { testKey } from "../../support/local-database";

const ISSUER = "https://1b2c.tokens.sts.global.api.aws";
const iam = { status: 200, body: "", asked: [] as { readonly authorization: string; readonly form: string }[] };
const server = createServer(async (request, response) => {
  iam.asked.push({ authorization: request.headers.authorization ?? "", form: await text(request) });
  response.writeHead(iam.status).end(iam.body);
});

beforeAll(async () => {
  process.env.AWS_ENDPOINT_URL_IAM = await listen(server);
});
afterAll(() => {
  delete process.env.AWS_ENDPOINT_URL_IAM;
  server.closeAllConnections();
  server.close();
});

function ask(region: string): Promise<string | undefined> {
  const credentials = async () => testKey;
  return tokenIssuer({ region, sdk: { region, credentials } as Partial<SdkConfig> as SdkConfig });
}

const info = (isOn: boolean) =>
  `<GetOutboundWebIdentityFederationInfoResponse><GetOutboundWebIdentityFederationInfoResult><JwtVendingEnabled>${isOn}</JwtVendingEnabled><IssuerIdentifier>${ISSUER}</IssuerIdentifier></GetOutboundWebIdentityFederationInfoResult></GetOutboundWebIdentityFederationInfoResponse>`;
const refusal = (code: string) => `<ErrorResponse><Error><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`;

it.each([
  { given: "an account that signs", status: 200, body: info(true), issuer: ISSUER },
  { given: "an account that signs no more", status: 200, body: info(false), issuer: undefined },
  { given: "an account that never was switched on", status: 404, body: refusal("FeatureDisabled"), issuer: undefined },
])("the issuer of $given is read", async ({ status, body, issuer }) => {
  Object.assign(iam, { status, body });
  expect(await ask("eu-central-1")).toBe(issuer);
});

it.each([
  { region: "eu-central-1", home: "us-east-1" },
  { region: "cn-northwest-1", home: "cn-north-1" },
  { region: "us-gov-east-1", home: "us-gov-west-1" },
])("a request to IAM is signed for IAM's only region: $region", async ({ region, home }) => {
  Object.assign(iam, { status: 200, body: info(true), asked: [] });
  await ask(region);
  expect(iam.asked).toMatchObject([
    {
      authorization: expect.stringMatching(new RegExp(`/${home}/iam/aws4_request`)),
      form: "Action=GetOutboundWebIdentityFederationInfo&Version=2010-05-08",
    },
  ]);
});

it("a refusal by AWS is thrown", async () => {
  Object.assign(iam, { status: 403, body: refusal("AccessDenied") });
  await expect(ask("eu-central-1")).rejects.toMatchObject({ name: "AccessDenied", status: 403 });
});
