import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { addIndexes } from "../../../features/access-list/store/list-indexes";
import { loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import { policyVersion } from "../../../lib/sign-up/step-bundle";
import { listen } from "../../support/dynamodb";

/** What AWS and Entra say; a test changes it to seed a fault. */
export interface World {
  /** An operation, or a path -> what it answers instead: an error's code, or a page, where it is a text. */
  readonly answers: Record<string, object | string>;
  readonly outputs: Record<string, string>;
  /** The stack's template. */
  readonly resources: Record<string, { readonly Type: string; readonly Properties?: object; readonly Metadata?: object }>;
  /** What S3 holds, by path. */
  readonly objects: Record<string, { readonly version: string; readonly body: string }>;
  status: string;
  hasStack: boolean;
}

export interface TestServer {
  world: World;
  readonly url: string;
  readonly operations: string[];
  close(): void;
}

export const POLICY = "samples/policies/approval";
export const TENANT = "11111111-1111-1111-1111-111111111111";
export const ISSUER = `https://${TENANT}.ciamlogin.com/${TENANT}/v2.0`;
export const APPROVALS = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:Approvals";
export const TOPIC = "arn:aws:sns:eu-west-1:111111111111:Alarms";
export const STREAM_FOLLOWED = "arn:aws:dynamodb:eu-west-1:111111111111:table/access-list/stream/2026-11-20T22:00:00.000";
export const MAPPING_PATH = "/2015-03-31/event-source-mappings/Mapping";
export const DAY_S = 86_400;
export const GROUP_TENANT = "55555555-5555-5555-5555-555555555555";
const GROUP = "44444444-4444-4444-4444-444444444444";
export const GROUP_PATH = `/v1.0/groups/${GROUP}?$select=id`;
export const INVITATIONS_PATH = "/v1.0/policies/authorizationPolicy?$select=allowInvitesFrom";
export const GUEST_POLICIES_PATH = "/v1.0/identityGovernance/lifecycleWorkflows/lifecyclePolicies";
export const DOMAIN_PATH = "/contoso.onmicrosoft.com/v2.0/.well-known/openid-configuration";

const settings = {
  tenantId: TENANT,
  clientId: TENANT,
  clientSecret: "secret",
  tenantDomain: "contoso.onmicrosoft.com",
  redirectUrl: "https://contoso.com",
  mailFrom: "sign-up@mail.contoso.com",
};

/** They are bundled once. */
let bundled: readonly string[] | undefined;
const versions = () => {
  bundled ??= loadPolicyFolder(POLICY).map(policyVersion);
  return bundled;
};

/** Everything as it should be. @param steps versions of the deployed policy's steps: to find them bundles it */
export function healthyWorld(url: string, steps: readonly string[] = versions()): World {
  const functions = steps.map((version, index) => {
    return [`Step${index}`, { Type: "AWS::Lambda::Function", Properties: { Environment: { Variables: { POLICY_VERSION: version } } } }];
  });
  return {
    status: "UPDATE_COMPLETE",
    hasStack: true,
    objects: {},
    outputs: {
      CredentialsSecret: "arn:credentials",
      AccessListTable: "access-list",
      DecisionsTable: "decisions",
      ListChangesTable: "list-changes",
      BeforeCreateUserUrl: `${url}/v1/before-create-user`,
      ApprovalsSecret: APPROVALS,
      ApprovalMailSecret: "arn:mail",
      DomainTarget: "d-1.execute-api.eu-west-1.amazonaws.com",
    },
    resources: {
      ...Object.fromEntries(functions),
      [APPROVALS]: {
        Type: "AWS::SecretsManager::Secret",
        Properties: { GenerateSecretString: {}, Description: "Gatehouse: accounts of approved people" },
        Metadata: { "gatehouse:shape": '{"clientSecret":"example"}' },
      },
      Password: {
        Type: "AWS::SecretsManager::Secret",
        Properties: { GenerateSecretString: { PasswordLength: 40 }, Description: "Gatehouse: password" },
      },
      PartnersSecret: {
        Type: "AWS::SecretsManager::Secret",
        Properties: { GenerateSecretString: {}, Description: "Gatehouse: client secret of an Entra application" },
      },
      Partners: {
        Type: "AWS::Lambda::Function",
        Properties: {
          Environment: {
            Variables: {
              GRAPH_TENANT: GROUP_TENANT,
              GRAPH_CLIENT: TENANT,
              GROUP_ID: GROUP,
              ARRIVAL_SPONSORS: "false",
              GRAPH_SECRET: { Ref: "PartnersSecret" },
            },
          },
        },
      },
      OfTheApp: { Type: "AWS::SecretsManager::Secret", Properties: { GenerateSecretString: {}, Description: "Something else" } },
      TrailReader: { Type: "AWS::Lambda::Function" },
      Mapping: {
        Type: "AWS::Lambda::EventSourceMapping",
        Properties: { FunctionName: { Ref: "TrailReader" }, StartingPosition: "LATEST" },
      },
      OfAQueue: { Type: "AWS::Lambda::EventSourceMapping", Properties: { FunctionName: { Ref: "TrailReader" } } },
      [TOPIC]: { Type: "AWS::SNS::Topic", Properties: { DisplayName: "Gatehouse alarms" } },
    },
    answers: {
      Scan: { Items: [addIndexes({ entry: { S: "contoso.com" }, effect: { S: "allow" } })] },
      GetCallerIdentity: { Account: "111111111111" },
      GetParameter: { Parameter: { Value: "21" } },
      "/2016-08-19/account-settings": { AccountLimit: { ConcurrentExecutions: 1_000 } },
      "/v2/email/account": { ProductionAccessEnabled: true, SendingEnabled: true },
      "/account": {},
      DescribeCertificate: certificate({}),
      DescribeSecret: { VersionIdsToStages: { new: ["AWSCURRENT"], first: ["AWSPREVIOUS"] } },
      GetSecretValue: { SecretString: JSON.stringify(settings) },
      DescribeTable: { Table: streamed({}) },
      [MAPPING_PATH]: mapping({}),
      GetTopicAttributes: { SubscriptionsConfirmed: "1" },
      [`/${TENANT}/v2.0/.well-known/openid-configuration`]: { issuer: ISSUER },
      [`/${TENANT}/oauth2/v2.0/token`]: token("User.ReadWrite.All"),
      [`/${GROUP_TENANT}/oauth2/v2.0/token`]: token("User.Read.All", "GroupMember.ReadWrite.All"),
      [DOMAIN_PATH]: { issuer: `https://login.microsoftonline.com/${TENANT}/v2.0` },
      [INVITATIONS_PATH]: { allowInvitesFrom: "everyone" },
      [GROUP_PATH]: { id: GROUP },
      "/v2/email/identities/sign-up%40mail.contoso.com": "NotFoundException",
      "/v2/email/identities/mail.contoso.com": "NotFoundException",
      "/v2/email/identities/contoso.com": { VerifiedForSendingStatus: true },
    },
  };
}

/** What Lambda says of the reader of the list's stream, but for what differs. */
export function mapping(differences: object): object {
  const FunctionArn = "arn:aws:lambda:eu-west-1:111111111111:function:TrailReader";
  return { UUID: "Mapping", EventSourceArn: STREAM_FOLLOWED, FunctionArn, State: "Enabled", ...differences };
}

/** What DynamoDB says of that stream, but for what differs. */
export function streamed(differences: object): object {
  const StreamSpecification = { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" };
  return { LatestStreamArn: STREAM_FOLLOWED, StreamSpecification, ...differences };
}

/** What ACM says of the domain's, but for what differs. */
export function certificate(differences: object): object {
  const NotAfter = Date.now() / 1_000 + 200 * DAY_S;
  return { Certificate: { Status: "ISSUED", SubjectAlternativeNames: ["*.contoso.com"], NotAfter, ...differences } };
}

/** What Entra gives an application with these permissions. */
export function token(...roles: readonly string[]): object {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return { access_token: `${part({ alg: "none" })}.${part({ roles })}.`, token_type: "Bearer", expires_in: 3_600 };
}

/** The secret of approvals with other values. */
export function settingsWith(differences: object): object {
  return { SecretString: JSON.stringify({ ...settings, ...differences }) };
}

/** AWS and Entra in one: what AWS_ENDPOINT_URL and GATEHOUSE_ENDPOINT_LOGIN name. @param steps as for `healthyWorld` */
export async function startWorld(steps?: readonly string[]): Promise<TestServer> {
  const operations: string[] = [];
  const server = createServer(async (request, response) => {
    const asked = await askedOf(request);
    operations.push(asked);
    const object = started.world.objects[asked.split("?")[0] ?? ""];
    if (object !== undefined) {
      response.writeHead(200, { "x-amz-version-id": object.version }).end(object.body);
      return;
    }
    const { status, body } = answerTo(asked, started.world);
    response.writeHead(status, { "content-type": body.startsWith("<") ? "text/xml" : "application/json" }).end(body);
  });
  // While a policy compiles, nothing is read here: a connection closed meanwhile would fail the next call.
  server.keepAliveTimeout = 0;
  const url = await listen(server);
  const started: TestServer = {
    world: healthyWorld(url, steps),
    url,
    operations,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return started;
}

/** The operation, however the service has it; of others the path. */
async function askedOf(request: IncomingMessage): Promise<string> {
  const target = request.headers["x-amz-target"];
  const body = await text(request);
  if (typeof target === "string") return target.slice(target.indexOf(".") + 1);
  return new URLSearchParams(body).get("Action") ?? request.url ?? "";
}

function answerTo(asked: string, world: World): { readonly status: number; readonly body: string } {
  const answer = world.answers[asked] ?? {};
  const isXml = /^(Describe|List)Stack|^GetTemplate$|^AssumeRole$|^GetCaller|^GetTopic/.test(asked);
  if (asked === "DescribeStacks" && !world.hasStack) return refusal("ValidationError", "Stack with id Gatehouse does not exist");
  if (typeof answer === "string" && answer.startsWith("<")) return { status: 200, body: answer };
  if (typeof answer === "string") {
    return isXml
      ? refusal(answer, "no")
      : { status: Number(answer) || 400, body: JSON.stringify({ __type: answer, error: answer, error_description: `${answer}: no` }) };
  }
  return { status: 200, body: isXml ? xmlOf(asked, world) : JSON.stringify(answer) };
}

function refusal(code: string, message: string) {
  return { status: 400, body: `<ErrorResponse><Error><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>` };
}

function xmlOf(asked: string, { answers, outputs, resources, status }: World): string {
  const members = (elements: readonly string[]) => elements.map((each) => `<member>${each}</member>`).join("");
  const results: Readonly<Record<string, () => string>> = {
    DescribeStacks: () => {
      const all = Object.entries(outputs).map(([key, value]) => `<OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue>`);
      const stack = `<StackName>Gatehouse</StackName><StackStatus>${status}</StackStatus><Outputs>${members(all)}</Outputs>`;
      return `<Stacks>${members([stack])}</Stacks>`;
    },
    GetTemplate: () =>
      `<TemplateBody>${JSON.stringify({ Resources: resources }).replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</TemplateBody>`,
    ListStackResources: () => {
      const all = Object.entries(resources).map(
        ([id, { Type }]) =>
          `<LogicalResourceId>${id}</LogicalResourceId><PhysicalResourceId>${id}</PhysicalResourceId><ResourceType>${Type}</ResourceType>`,
      );
      return `<StackResourceSummaries>${members(all)}</StackResourceSummaries>`;
    },
    GetCallerIdentity: () =>
      Object.entries(answers.GetCallerIdentity ?? {})
        .map(([key, value]) => `<${key}>${value}</${key}>`)
        .join(""),
    GetTopicAttributes: () => {
      const all = Object.entries(answers.GetTopicAttributes ?? {}).map(
        ([key, value]) => `<entry><key>${key}</key><value>${value}</value></entry>`,
      );
      return `<Attributes>${all.join("")}</Attributes>`;
    },
  };
  return `<${asked}Response><${asked}Result>${results[asked]?.() ?? ""}</${asked}Result></${asked}Response>`;
}
