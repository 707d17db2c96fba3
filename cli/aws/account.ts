import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { type AwsClient, awsClient, secretsManager } from "../../adapters/aws/client";
import { regionFlaw } from "../../adapters/aws/region";
import { systemClock } from "../../adapters/system";
import { within } from "../../engine/sign-up/time";
import { CommandError } from "../failure";
import { proxyAgent } from "../proxy";
import { cloudFormation, type StackOptions } from "./cloud-formation";
import { lazyTables, type SdkConfig, sdkConfig } from "./sdk-config";

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
    sdk: sdkConfig(access),
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
