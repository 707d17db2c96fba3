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

/** An AWS account that answers. */
export interface Account {
  /** Twelve digits. */
  readonly id: string;
  readonly region: string;
  readonly cloudFormation: CloudFormationClient;
  /** For the SDK's client of any other service. */
  readonly sdk: SdkConfig;
  /** DynamoDB or Secrets Manager, as the stores take them. */
  client(service: Service, limits?: Pick<ClientOptions, "attemptTimeoutMs">): AwsClient;
}

/** Limit for an answer of AWS. */
export const ASKING_LIMIT_MS = 10_000;

/** A region where nothing can be asked; the message says what to do. */
export class UnknownRegionError extends CommandError {}

/** Finds credentials and region, and asks who that is. Throws what the SDK, STS or the network says. */
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
