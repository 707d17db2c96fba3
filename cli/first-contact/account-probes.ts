import { randomUUID } from "node:crypto";
import { alarmsService } from "../../adapters/aws/alarms";
import { eventBridge } from "../../adapters/aws/client";
import { credentialsSecret, RotatedMeanwhileError } from "../../adapters/aws/credentials-secret";
import { stackNameOf } from "../../adapters/aws/deployment-name";
import { lambda } from "../../adapters/aws/functions";
import { METRIC_NAMESPACE } from "../../adapters/aws/metrics";
import { type SecretVersion, secretVersion } from "../../adapters/aws/secret-version";
import type { SeenPasswords } from "../../adapters/tables/ledger-rows";
import { cloudWatch, elementsOf, elementText, pagedElements } from "../aws/form";
import { s3Client } from "../aws/s3-client";
import type { DeployedResource, Stack } from "../aws/stack";
import { proxiedFetch } from "../proxy";
import type { ProbedId } from "./assumptions";
import { type AssumptionProbe, NotTriedError, type ProbeContext, unless } from "./probe";

const ASKING_MS = 10_000;
const soonEnough = () => AbortSignal.timeout(ASKING_MS);

/** What AWS says of each resource of a type, where it differs from the template. */
async function differences(
  { stack, signal }: ProbeContext,
  type: string,
  differs: (stack: Stack, resource: DeployedResource) => Promise<readonly string[]>,
): Promise<string | undefined> {
  const deployed = await stack();
  if (deployed.status.endsWith("_IN_PROGRESS")) throw new NotTriedError("the stack is being deployed");
  const all = await deployed.resources(type);
  if (all.length === 0) throw new NotTriedError(`the stack has no ${type}`);
  const found: string[] = [];
  for (const each of all) {
    signal.throwIfAborted();
    found.push(...(await differs(deployed, each)).map((what) => `${each.logicalId}: ${what}`));
  }
  return found.join("; ") || undefined;
}

interface EventSource {
  readonly BatchSize?: number;
  readonly MaximumBatchingWindowInSeconds?: number;
  readonly FunctionResponseTypes?: readonly string[];
  readonly FilterCriteria?: { readonly Filters?: readonly { readonly Pattern?: unknown }[] };
}

/** What makes event sources differ; a pattern is a text of JSON, or the template's own JSON. */
function mappingOf({ BatchSize, MaximumBatchingWindowInSeconds = 0, FunctionResponseTypes = [], FilterCriteria }: EventSource): string {
  const patterns = (FilterCriteria?.Filters ?? []).map(({ Pattern }) => (typeof Pattern === "string" ? JSON.parse(Pattern) : Pattern));
  return JSON.stringify([BatchSize, MaximumBatchingWindowInSeconds, FunctionResponseTypes, patterns]);
}

const mappings: AssumptionProbe = (context) =>
  differences(context, "AWS::Lambda::EventSourceMapping", async ({ account }, { physicalId, properties }) => {
    const path = `/2015-03-31/event-source-mappings/${encodeURIComponent(physicalId)}`;
    const deployed = await account.get<EventSource & { readonly State?: string }>(lambda, path, soonEnough());
    const wanted = properties.Enabled === false ? "Disabled" : "Enabled";
    const [is, was] = [mappingOf(deployed), mappingOf(properties as EventSource)];
    return [...(is === was ? [] : [`${is} and not ${was}`]), ...(deployed.State === wanted ? [] : [`${deployed.State}`])];
  });

interface FunctionSettings {
  readonly Runtime?: string;
  readonly Architectures?: readonly string[];
  readonly State?: string;
}

const runtime: AssumptionProbe = (context) =>
  differences(context, "AWS::Lambda::Function", async ({ account }, { physicalId, properties }) => {
    const path = `/2015-03-31/functions/${encodeURIComponent(physicalId)}/configuration`;
    const { Runtime, Architectures = [], State = "Active" } = await account.get<FunctionSettings>(lambda, path, soonEnough());
    const wanted = properties as FunctionSettings;
    const is = `${Runtime} ${Architectures.join()}`;
    const isSo = is === `${wanted.Runtime} ${(wanted.Architectures ?? ["x86_64"]).join()}` && /^(Active|Inactive)$/.test(State);
    return isSo ? [] : [`${is} ${State}`];
  });

const alias: AssumptionProbe = (context) =>
  differences(context, "AWS::Lambda::Alias", async ({ account }, { physicalId }) => {
    const [name = "", called = ""] = physicalId.split(":").slice(-2);
    const path = `/2015-03-31/functions/${encodeURIComponent(name)}/aliases/${encodeURIComponent(called)}`;
    type Answer = { readonly RoutingConfig?: { readonly AdditionalVersionWeights?: object } | null };
    const { RoutingConfig } = await account.get<Answer>(lambda, path, soonEnough());
    const shares = Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {});
    return shares.length === 0 ? [] : [`a share of the calls goes to version ${shares.join(", ")}`];
  });

const unknownRoute: AssumptionProbe = async ({ deployment, run }) => {
  const [step] = deployment.steps;
  if (step === undefined) throw new NotTriedError("the gate has no step");
  const url = new URL(`probe-${run}`, deployment.urlOf(step));
  const basic = { authorization: `Basic ${Buffer.from("probe:probe").toString("base64")}` };
  const found = await Promise.all(
    [{}, basic].map(async (headers) => {
      const answer = await proxiedFetch(url, { method: "POST", headers, body: "{}", signal: soonEnough() });
      const { message } = (await answer.json().catch(() => ({}))) as { readonly message?: unknown };
      return `${answer.status}${typeof message === "string" ? "" : " without a message"}`;
    }),
  );
  return unless(
    found.every((each) => /^40[34]$/.test(each)),
    `without and with credentials: ${found.join(", ")}`,
  );
};

interface Metadata {
  readonly issuer?: unknown;
  readonly jwks_uri?: unknown;
}

/** The metadata of each issuer that an authorizer trusts. */
async function metadata({ stack }: ProbeContext): Promise<readonly (readonly [string, Metadata])[]> {
  const authorizers = await (await stack()).resources("AWS::ApiGatewayV2::Authorizer");
  const issuers = authorizers.map(({ properties }) => (properties.JwtConfiguration as { readonly Issuer?: unknown } | undefined)?.Issuer);
  const known = [...new Set(issuers)].filter((each): each is string => typeof each === "string");
  if (known.length === 0) throw new NotTriedError("no external tenant calls, and there is no console");
  return await Promise.all(known.map(async (issuer) => [issuer, (await json(`${issuer}/.well-known/openid-configuration`)) as Metadata]));
}

async function json(url: string): Promise<unknown> {
  const answer = await proxiedFetch(url, { redirect: "manual", signal: soonEnough() });
  if (answer.status !== 200) throw new NotTriedError(`${new URL(url).host} answers ${answer.status}`);
  return await answer.json();
}

const issuer: AssumptionProbe = async (context) => {
  const others = (await metadata(context)).filter(([configured, found]) => found.issuer !== configured);
  return unless(others.length === 0, others.map(([configured, found]) => `${String(found.issuer)} and not ${configured}`).join("; "));
};

const keys: AssumptionProbe = async (context) => {
  for (const [, { jwks_uri: uri }] of await metadata(context)) {
    const { keys: found = [] } = (await json(String(uri))) as {
      readonly keys?: readonly { readonly kty?: unknown; readonly alg?: unknown }[];
    };
    const odd = found.filter(({ kty, alg }) => kty !== "RSA" || (alg !== undefined && alg !== "RS256"));
    if (found.length === 0 || odd.length > 0) return `${odd.length} of ${found.length} keys are no RSA keys for RS256`;
  }
  return undefined;
};

const embeddedMetrics: AssumptionProbe = async ({ stack }) => {
  const { account, name } = await stack();
  const form = { Action: "ListMetrics", Namespace: METRIC_NAMESPACE };
  for await (const { Dimensions } of pagedElements(account, cloudWatch, form, "Metrics")) {
    const values = (elementsOf(Dimensions) as readonly { readonly Value?: unknown }[]).map(({ Value }) => elementText(Value));
    if (values.includes(name) || values.includes(stackNameOf(name))) return undefined;
  }
  throw new NotTriedError("no function has counted anything in two weeks: npx --no-install entra-gatehouse smoke makes some");
};

const alarmList: AssumptionProbe = async ({ stack }) => {
  const { account, name } = await stack();
  type Answer = { readonly MetricAlarms?: readonly { readonly AlarmName?: unknown; readonly StateUpdatedTimestamp?: unknown }[] };
  const { MetricAlarms } = await account
    .client(alarmsService)
    .call<Answer>("DescribeAlarms", { AlarmNamePrefix: `${stackNameOf(name)}-`, AlarmTypes: ["MetricAlarm"], MaxRecords: 1 });
  const [alarm] = MetricAlarms ?? [];
  if (alarm === undefined) return "it lists no alarm of the stack";
  const seconds = alarm.StateUpdatedTimestamp;
  return unless(typeof seconds === "number" && seconds < 1e11, `StateUpdatedTimestamp is ${JSON.stringify(seconds)}`);
};

const objectLock: AssumptionProbe = async ({ deployment: { auditArchive: Bucket }, options, isLocal }) => {
  if (Bucket === undefined || isLocal) throw new NotTriedError("the stack has no archive (auditArchive)");
  const { GetObjectLockConfigurationCommand } = await import("@aws-sdk/client-s3");
  const { ObjectLockConfiguration: lock } = await s3Client(options).send(new GetObjectLockConfigurationCommand({ Bucket }));
  const { Mode, Days = 0 } = lock?.Rule?.DefaultRetention ?? {};
  return unless(lock?.ObjectLockEnabled === "Enabled" && Days > 0, `it locks ${Mode ?? "nothing"} for ${Days} days`);
};

async function busOf({ stack }: ProbeContext) {
  const { account, resources } = await stack();
  const [bus] = await resources("AWS::Events::EventBus");
  if (bus === undefined) throw new NotTriedError("the stack has no bus");
  return { client: account.client(eventBridge), EventBusName: bus.physicalId };
}

const listRules: AssumptionProbe = async (context) => {
  const { client, EventBusName } = await busOf(context);
  const { Rules } = await client.call<{ readonly Rules?: readonly { readonly State?: unknown }[] }>("ListRules", { EventBusName });
  const odd = (Rules ?? []).filter(({ State }) => !/^(ENABLED|DISABLED)/.test(String(State)));
  return unless(Rules !== undefined && odd.length === 0, Rules === undefined ? "it lists no Rules" : `a state is ${String(odd[0]?.State)}`);
};

/** The bus takes it from nobody: its detail is no JSON. */
const refusedEvent: AssumptionProbe = async (context) => {
  const { client, EventBusName } = await busOf(context);
  const Entries = [{ EventBusName, Source: "gatehouse.probe", DetailType: "probe", Detail: "{" }];
  const answer = await client.call<{ readonly Entries?: readonly { readonly ErrorCode?: string }[] }>("PutEvents", { Entries });
  const code = answer.Entries?.[0]?.ErrorCode ?? "taken";
  return unless(code === "MalformedDetail", `the entry is ${code}`);
};

const never: SeenPasswords = {
  add: async () => undefined,
  has: async () => false,
  addPrevious: async () => undefined,
  previousAt: async () => undefined,
};

/** A throw-away secret, rotated by the code that rotates the gate's. */
async function throwAwaySecret({ deployment, run, removeAtEnd }: ProbeContext, purpose: string) {
  const { secretsManager: client } = deployment;
  const Name = `gatehouse-probe-${run}-${purpose}`;
  removeAtEnd(`the secret ${Name}`, () => client.call("DeleteSecret", { SecretId: Name, ForceDeleteWithoutRecovery: true }));
  const SecretString = JSON.stringify({ username: "probe", password: randomUUID() });
  await client.call("CreateSecret", {
    Name,
    SecretString,
    ClientRequestToken: randomUUID(),
    Description: "Of entra-gatehouse probe: delete it",
  });
  const secret = credentialsSecret(client, Name, never);
  return { secret, first: await secret.read([]), version: (stage: "AWSCURRENT" | "AWSPREVIOUS") => secretVersion(client, Name, stage) };
}

const isInSeconds = ({ CreatedDate = 0 }: SecretVersion) => Math.abs(CreatedDate - Date.now() / 1_000) < 3_600;

const stages: AssumptionProbe = async (context) => {
  const { secret, first, version } = await throwAwaySecret(context, "stages");
  if ((await version("AWSPREVIOUS")) !== undefined) return "a new secret has an AWSPREVIOUS";
  const { password } = await secret.rotate(first);
  const [current, previous] = [await version("AWSCURRENT"), await version("AWSPREVIOUS")];
  const holds = (each: SecretVersion | undefined, text: string) => each?.SecretString?.includes(text) === true && isInSeconds(each);
  return unless(holds(current, password) && holds(previous, first.password), "the versions are not the new one and the one before");
};

const oneSuccessor: AssumptionProbe = async (context) => {
  const { secret, first } = await throwAwaySecret(context, "successor");
  await secret.rotate(first);
  return unless(await isLate(() => secret.rotate(first)), "a second rotation from the same version passes");
};

const revoke: AssumptionProbe = async (context) => {
  const { secret, first } = await throwAwaySecret(context, "revoke");
  await secret.rotate(first);
  const second = await secret.read([]);
  await secret.rotate(second);
  return unless(await isLate(() => secret.revoke(second)), "a version that is AWSPREVIOUS no more is revoked");
};

async function isLate(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return false;
  } catch (error) {
    if (error instanceof RotatedMeanwhileError) return true;
    throw error;
  }
}

/** Of the account and the stack beside its tables. */
export const accountProbes = {
  "streams.mappings": mappings,
  "lambda.runtime": runtime,
  "lambda.alias": alias,
  "gateway.unknown-route": unknownRoute,
  "jwt.issuer": issuer,
  "jwt.keys": keys,
  "metrics.embedded": embeddedMetrics,
  "alarms.list": alarmList,
  "s3.object-lock": objectLock,
  "events.list-rules": listRules,
  "events.refusals": refusedEvent,
  "secrets.stages": stages,
  "secrets.one-successor": oneSuccessor,
  "secrets.revoke": revoke,
} satisfies Partial<Record<ProbedId, AssumptionProbe>>;
