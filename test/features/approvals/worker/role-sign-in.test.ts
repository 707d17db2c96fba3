import { graphEnvironment } from "../../../../adapters/graph/clouds";
import { graph } from "../../../../adapters/graph/graph";
import type { ApprovalRequest } from "../../../../features/approvals/request";
import { provisioningHandler } from "../../../../features/approvals/worker/provisioning";
import { sweeperHandler } from "../../../../features/approvals/worker/sweeper";
import { type StsStandIn, serveSts } from "../../../../local/aws/sts";
import { emptyExternalTenant } from "../../../../local/stand-ins/graph/external/stored-objects";
import { person } from "../../../engine/sign-up/people";
import { awsWorld, captureOutput } from "../../../lambda/invoke";
import { memoryWorld } from "../../../memory/world";
import { testKey } from "../../../support/local-database";
import { MINUTE } from "../requests";
import { type ApprovalWorld, changeOf, contextWith, settings, startApprovalWorld } from "./approval-world";

const ROLE = "arn:aws:iam::000000000000:role/Gatehouse-ApprovalsGraphRole1A2B";
const AUDIENCE = "api://AzureADTokenExchange";
const [{ appId: clientId = "" } = {}] = emptyExternalTenant().applications;
const withoutCredential = { ...settings, clientId, clientSecret: "" };
const { log } = memoryWorld().world;

let world: ApprovalWorld;
let sts: StsStandIn;
let output: ReturnType<typeof captureOutput>;
let secretsShown: (string | null)[];
let count = 0;

beforeEach(async () => {
  secretsShown = [];
  sts = await serveSts({ mayAssume: (role) => role === ROLE }, { key: testKey });
  world = await startApprovalWorld({
    issuerAddress: (issuer) => (issuer === sts.issuer ? sts.url : undefined),
    watch: {
      onRequest: ({ url, body }) => {
        if (url.pathname.endsWith("/token")) secretsShown.push(new URLSearchParams(body.toString("utf8")).get("client_secret"));
      },
    },
  });
  world.secret = JSON.stringify(withoutCredential);
  Object.assign(process.env, {
    [graphEnvironment.role]: ROLE,
    AWS_ENDPOINT_URL_STS: sts.url,
    AWS_REGION: testKey.region,
    AWS_ACCESS_KEY_ID: testKey.accessKeyId,
    AWS_SECRET_ACCESS_KEY: testKey.secretAccessKey,
  });
  output = captureOutput();
});
afterEach(async () => {
  output.release();
  for (const name of [graphEnvironment.role, "AWS_ENDPOINT_URL_STS"]) delete process.env[name];
  await Promise.all([sts.close(), world.close()]);
});

/** The request of somebody whom nobody has seen, approved. */
async function approved(): Promise<ApprovalRequest> {
  count++;
  const identities = [{ signInType: "federated", issuer: "google.com", issuerAssignedId: `id-${count}` }];
  return await world.approved(person({ email: `person-${count}@example.com`, identities, attributes: { displayName: "Mina Kang" } }));
}

/** As `entra apply` makes it. */
async function makeCredential(): Promise<void> {
  const owner = graph({ ...settings, clientSecret: async () => "an administrator's", log });
  const credential = { name: "gatehouse-approvals", issuer: sts.issuer, subject: ROLE, audiences: [AUDIENCE] };
  await owner.post(`/applications(appId='${clientId}')/federatedIdentityCredentials`, credential);
  secretsShown.length = 0;
}

const deliver = async (request: ApprovalRequest) => await provisioningHandler(awsWorld())({ Records: [changeOf(request)] });
const counted = (metric: string) => output.lines().filter((line) => metric in line).length;

it("the role sign-in makes the account of an approved person without any secret", async () => {
  await makeCredential();
  const request = await approved();
  expect(await deliver(request)).toEqual({ batchItemFailures: [] });
  expect((await world.get(request.id)).state).toBe("provisioned");
  expect(secretsShown).toEqual([null]);
});

it("a refused role sign-in in the first minutes is not a fault of the setup: the sweeper makes the account later", async () => {
  const request = await approved();
  await deliver(request);
  expect(await world.get(request.id)).toMatchObject({ state: "approved", retryAt: expect.any(String) });
  expect(output.lines()).toContainEqual(expect.objectContaining({ message: "account put off", reason: "role-refused" }));
  expect([counted("RoleIssuerRefused"), counted("ProvisioningFailed")]).toEqual([1, 0]);
  await makeCredential();
  world.pass(3 * MINUTE);
  await sweeperHandler(awsWorld())(undefined, contextWith(4 * MINUTE) as never);
  expect((await world.get(request.id)).state).toBe("provisioned");
  expect(secretsShown).toEqual([null]);
});

it("an account is retried later if AWS's outbound web identity federation is switched off", async () => {
  await makeCredential();
  sts.switchFederation(false);
  const request = await approved();
  await deliver(request);
  expect(await world.get(request.id)).toMatchObject({ state: "approved", retryAt: expect.any(String) });
  expect(output.lines()).toContainEqual(
    expect.objectContaining({ message: "role sign-in refused", cause: expect.stringContaining("enable-outbound-web-identity-federation") }),
  );
});

it("the sign-in changes from a secret to the role and back without a pause", async () => {
  const states: string[] = [];
  const make = async () => {
    const request = await approved();
    await deliver(request);
    states.push((await world.get(request.id)).state);
  };
  world.secret = JSON.stringify({ ...withoutCredential, clientSecret: "s3cret" });
  await make();
  expect(secretsShown).toEqual([null, "s3cret"]);
  await makeCredential();
  await make();
  world.secret = JSON.stringify(withoutCredential);
  await make();
  expect(secretsShown).toEqual([null, null]);
  delete process.env[graphEnvironment.role];
  world.secret = JSON.stringify({ ...withoutCredential, clientSecret: "s3cret" });
  await make();
  expect(secretsShown).toEqual([null, null, "s3cret"]);
  expect(states).toEqual(Array(4).fill("provisioned"));
});
