import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { type AwsClient, awsClient, type ClientOptions, type Service } from "../../adapters/aws/client";
import { regionFlaw } from "../../adapters/aws/region";
import { systemClock } from "../../adapters/system";
import { within } from "../../engine/sign-up/time";
import { CommandError } from "../failure";
import { proxyAgent } from "../proxy";
import { type CallerIdentity, callerIdentity } from "./caller-identity";
import { type SdkConfig, sdkConfig } from "./sdk-config";
import { cloudFormation, type StackOptions } from "./stack-outputs";

/** An AWS account that responds. */
export interface Account {
  /** Twelve digits. */
  readonly id: string;
  readonly region: string;
  readonly cloudFormation: CloudFormationClient;
  /** For the SDK's client of any other service. */
  readonly sdk: SdkConfig;
  /** A client of DynamoDB or Secrets Manager for the stores. */
  client(service: Service, limits?: Pick<ClientOptions, "attemptTimeoutMs">): AwsClient;
}

/** Limit for a response from AWS. */
export const ASKING_LIMIT_MS = 10_000;

/** The region is unknown. The message gives the remedy. */
export class UnknownRegionError extends CommandError {}

/** Finds credentials and region, and their account. Throws the error of the SDK, STS or the network. */
export async function accountFor(options: Omit<StackOptions, "stack">): Promise<Account> {
  const client = await cloudFormation(options);
  const region = await client.config.region();
  const flaw = regionFlaw(region);
  if (flaw !== undefined) throw new UnknownRegionError(flaw);
  const found = await within(ASKING_LIMIT_MS, systemClock, () => client.config.credentials());
  const access = { region, credentials: async () => found };
  const sdk = sdkConfig(access);
  const { account = "" }: CallerIdentity = await within(ASKING_LIMIT_MS, systemClock, (signal) => callerIdentity(sdk, signal));
  return {
    id: account,
    region,
    cloudFormation: client,
    sdk,
    client: (service, limits) => awsClient(service, { ...access, agent: proxyAgent(), ...limits }),
  };
}
