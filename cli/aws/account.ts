import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { callerIdentity } from "../../adapters/aws/caller-identity";
import { type AwsClient, type AwsCredentials, awsClient, awsConnection, type ClientOptions, type Service } from "../../adapters/aws/client";
import { regionFlaw } from "../../adapters/aws/endpoint";
import { answerOf, type Endpoint, formQuery } from "../../adapters/aws/form-query";
import { systemClock } from "../../adapters/system";
import { within } from "../../engine/sign-up/time";
import { CommandError } from "../failure";
import { proxyAgent } from "../proxy";
import { cloudFormation, type StackOptions } from "./stack-outputs";

/** An AWS account that answers. */
export interface Account {
  /** Twelve digits. */
  readonly id: string;
  readonly region: string;
  readonly cloudFormation: CloudFormationClient;
  /** A service that speaks JSON. */
  client(service: Service, limits?: Pick<ClientOptions, "attemptTimeoutMs">): AwsClient;
  /** The answer of one that speaks REST, as JSON. Throws AwsError. */
  get<T>(service: Endpoint, path: string, signal: AbortSignal): Promise<T>;
  /** The answer of one that takes forms, in XML. Throws AwsError. */
  query(service: Endpoint, form: Readonly<Record<string, string>>, signal: AbortSignal): Promise<string>;
}

/** How long a command waits for AWS to answer. */
export const ASKING_LIMIT_MS = 10_000;

/** A region where nothing can be asked; the message says what to do. */
export class UnknownRegionError extends CommandError {}

/** Finds credentials and region, and asks who that is. Throws what the SDK, STS or the network says. */
export async function accountFor(options: Omit<StackOptions, "stack">): Promise<Account> {
  const client = await cloudFormation(options);
  const region = await client.config.region();
  const flaw = regionFlaw(region);
  if (flaw !== undefined) throw new UnknownRegionError(flaw);
  const found: AwsCredentials = await within(ASKING_LIMIT_MS, systemClock, () => client.config.credentials());
  const access = { region, credentials: async () => found, agent: proxyAgent() };
  const { account = "" } = await within(ASKING_LIMIT_MS, systemClock, (signal) => callerIdentity(access, signal));
  return {
    id: account,
    region,
    cloudFormation: client,
    client: (service, limits) => awsClient(service, { ...access, ...limits }),
    get: async <T>(service: Endpoint, path: string, signal: AbortSignal) => {
      const connection = awsConnection(service, access);
      return JSON.parse(await answerOf(() => connection.get(path, signal), signal)) as T;
    },
    query: (service, form, signal) => formQuery(service, access, form, signal),
  };
}
