import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { type AwsClient, type AwsCredentials, awsClient, awsConnection, secretsManager } from "../../adapters/aws/client";
import { awsPartitions, regionFlaw, STANDARD } from "../../adapters/aws/endpoint";
import { buildForm, findElement, formHeaders, toAwsError } from "../../adapters/aws/role-token";
import type { SdkTablesOptions } from "../../adapters/aws/sdk-tables";
import { systemClock } from "../../adapters/system";
import { within } from "../../engine/sign-up/time";
import { CommandError } from "../failure";
import { proxyAgent } from "../proxy";

const CONNECTION_TIMEOUT_MS = 5_000;

export interface SdkConfig {
  readonly region: string;
  readonly credentials: () => Promise<AwsCredentials>;
  readonly requestHandler: ReturnType<typeof requestHandler>;
}

export function requestHandler() {
  const httpsAgent = proxyAgent();
  return { connectionTimeout: CONNECTION_TIMEOUT_MS, httpsAgent };
}

/** Loads the SDK's client with the first call. */
export function lazyTables(options: Omit<SdkTablesOptions, "requestHandler">): AwsClient {
  let tables: Promise<AwsClient> | undefined;
  return {
    warm: () => undefined,
    async call(...args) {
      tables ??= import("../../adapters/aws/sdk-tables").then(({ sdkTables }) =>
        sdkTables({ ...options, requestHandler: requestHandler() }),
      );
      return await (await tables).call(...args);
    },
  };
}

export interface StackOptions {
  /** "Gatehouse", or "Portal/SignUp" if the stack contains several constructs. */
  readonly stack: string;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
}

/** All other clients of the command take their region and credentials from this client's configuration. Throws an UnknownProfileError. */
export async function cloudFormation({ region, profile }: Omit<StackOptions, "stack">): Promise<CloudFormationClient> {
  assertProfile(profile);
  const { CloudFormationClient } = await import("@aws-sdk/client-cloudformation");
  return new CloudFormationClient({
    region: region || undefined,
    profile: profile || undefined,
    requestHandler: requestHandler(),
  });
}

export class UnknownProfileError extends CommandError {}

/** Throws an UnknownProfileError if neither of AWS's files contains the profile. @default the profile in AWS_PROFILE */
export function assertProfile(profile: string | undefined = process.env.AWS_PROFILE): void {
  if (profile === undefined || profile === "" || profile === "default") return;
  const there = profiles();
  if (there.includes(profile)) return;
  const profileWords = there.length === 0 ? "there is none: run aws configure" : `there are ${there.join(", ")}`;
  throw new UnknownProfileError(`There is no AWS profile ${profile}; ${profileWords}.`);
}

function profiles(): readonly string[] {
  const folder = join(homedir(), ".aws");
  const config = sections(process.env.AWS_CONFIG_FILE ?? join(folder, "config")).flatMap((name) =>
    name === "default" ? [name] : (/^profile\s+(.+)$/.exec(name)?.slice(1) ?? []),
  );
  const credentials = sections(process.env.AWS_SHARED_CREDENTIALS_FILE ?? join(folder, "credentials"));
  return [...new Set([...config, ...credentials])].map((name) => name.replace(/^(["'])(.*)\1$/, "$2")).sort();
}

function sections(file: string): readonly string[] {
  try {
    return [...readFileSync(file, "utf8").matchAll(/^\s*\[\s*([^\]]+?)\s*\]/gm)].map(([, name = ""]) => name);
  } catch {
    return [];
  }
}

const VERSION = "2010-05-08";
const VARIABLE = "AWS_ENDPOINT_URL_IAM";

/** IAM's host and signing region by partition. A partition has one IAM for all its regions. */
const homes: Readonly<Record<string, { readonly region: string; readonly host: string }>> = {
  aws: { region: "us-east-1", host: "iam.amazonaws.com" },
  "aws-cn": { region: "cn-north-1", host: "iam.cn-north-1.amazonaws.com.cn" },
  "aws-eusc": { region: "eusc-de-east-1", host: "iam.eusc-de-east-1.amazonaws.eu" },
  "aws-us-gov": { region: "us-gov-west-1", host: "iam.us-gov.amazonaws.com" },
};

/** Undefined while outbound federation is off. Needs iam:GetOutboundWebIdentityFederationInfo. Throws AwsError and network errors. */
export async function tokenIssuer({ region, sdk }: Pick<AwsAccess, "region" | "sdk">, signal?: AbortSignal): Promise<string | undefined> {
  const { id } = awsPartitions.find(({ regions }) => regions.test(region)) ?? STANDARD;
  const home = homes[id] ?? { region, host: `iam.${region}.amazonaws.com` };
  const iam = awsConnection(
    { name: "iam", endpointVariable: VARIABLE },
    {
      region: home.region,
      credentials: sdk.credentials,
      endpoint: process.env[VARIABLE] ?? process.env.AWS_ENDPOINT_URL ?? `https://${home.host}`,
      agent: proxyAgent(),
      attemptTimeoutMs: 5_000,
    },
  );
  const form = buildForm(VERSION, { Action: "GetOutboundWebIdentityFederationInfo" });
  const { status, text } = await iam.post("/", formHeaders, form, signal);
  if (status === 200) return findElement(text, "JwtVendingEnabled") === "true" ? findElement(text, "IssuerIdentifier") : undefined;
  const error = toAwsError(status, text);
  if (error.name.startsWith("FeatureDisabled")) return undefined;
  throw error;
}

export interface AwsAccess {
  readonly region: string;
  readonly cloudFormation: CloudFormationClient;
  /** Options for an SDK client of any service. */
  readonly sdk: SdkConfig;
  readonly tables: AwsClient;
  readonly secretsManager: AwsClient;
}

export interface Account extends AwsAccess {
  /** Twelve digits. */
  readonly id: string;
}

/** Time limit for a response from AWS. */
export const ASKING_LIMIT_MS = 10_000;

/** The message gives the remedy. */
export class UnknownRegionError extends CommandError {}

/** The clients find credentials at their first call, and renew credentials that expire. */
export async function accessFor(options: Omit<StackOptions, "stack">): Promise<AwsAccess> {
  const client = await cloudFormation(options);
  const access = { region: await client.config.region(), credentials: () => client.config.credentials() };
  return {
    region: access.region,
    cloudFormation: client,
    sdk: { ...access, requestHandler: requestHandler() },
    tables: lazyTables(access),
    secretsManager: awsClient(secretsManager, { ...access, agent: proxyAgent() }),
  };
}

/** Throws the error of the SDK, STS or the network. */
export async function accountFor(options: Omit<StackOptions, "stack">): Promise<Account> {
  const access = await accessFor(options);
  const flaw = regionFlaw(access.region);
  if (flaw !== undefined) throw new UnknownRegionError(flaw);
  await within(ASKING_LIMIT_MS, systemClock, access.sdk.credentials);
  const { account = "" }: CallerIdentity = await within(ASKING_LIMIT_MS, systemClock, (signal) => callerIdentity(access.sdk, signal));
  return { ...access, id: account };
}

export interface CallerIdentity {
  /** Twelve digits. */
  readonly account?: string | undefined;
  readonly arn?: string | undefined;
}

/** The call needs no permission of AWS. Throws the error of STS or the network. */
export async function callerIdentity(sdk: SdkConfig, abortSignal: AbortSignal): Promise<CallerIdentity> {
  const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
  const { Account: account, Arn: arn } = await new STSClient(sdk).send(new GetCallerIdentityCommand(), { abortSignal });
  return { account, arn };
}
