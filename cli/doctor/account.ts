import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import {
  type AwsClient,
  type AwsCredentials,
  type AwsReply,
  awsClient,
  awsConnection,
  awsErrorOf,
  type Service,
} from "../../adapters/aws/client";
import { systemClock } from "../../adapters/system";
import { within } from "../../engine/sign-up/deadline";
import { proxyAgent } from "../proxy";
import { cloudFormation, type StackOptions } from "../stack-outputs";

/** An AWS account that answers. */
export interface Account {
  /** Twelve digits. */
  readonly id: string;
  readonly region: string;
  readonly cloudFormation: CloudFormationClient;
  /** A service that speaks JSON. */
  client(service: Service): AwsClient;
  /** The answer of one that speaks REST, as JSON. Throws AwsError. */
  get<T>(service: Endpoint, path: string, signal: AbortSignal): Promise<T>;
  /** The answer of one that takes forms, in XML. Throws AwsError. */
  query(service: Endpoint, form: Readonly<Record<string, string>>, signal: AbortSignal): Promise<string>;
}

type Endpoint = Parameters<typeof awsConnection>[0];

const sts = { name: "sts", endpointVariable: "AWS_ENDPOINT_URL_STS" };
/** What doctor waits for an answer, whoever is asked. */
export const ASKING_LIMIT_MS = 10_000;

/** Finds credentials and region, and asks who that is. Throws what the SDK, STS or the network says. */
export async function accountFor(options: Omit<StackOptions, "stack">): Promise<Account> {
  const client = await cloudFormation(options);
  const region = await client.config.region();
  const found: AwsCredentials = await within(ASKING_LIMIT_MS, systemClock, () => client.config.credentials());
  const access = { region, credentials: async () => found, agent: proxyAgent() };
  const query: Account["query"] = async (service, form, signal) => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const connection = awsConnection(service, access);
    return await answerOf(() => connection.post("/", headers, new URLSearchParams(form).toString(), signal), signal);
  };
  const identity = await within(ASKING_LIMIT_MS, systemClock, (signal) =>
    query(sts, { Action: "GetCallerIdentity", Version: "2011-06-15" }, signal),
  );
  return {
    id: inXml(identity, "Account") ?? "",
    region,
    cloudFormation: client,
    client: (service) => awsClient(service, access),
    get: async <T>(service: Endpoint, path: string, signal: AbortSignal) => {
      const connection = awsConnection(service, access);
      return JSON.parse(await answerOf(() => connection.get(path, signal), signal)) as T;
    },
    query,
  };
}

/** The answer's text; a connection that fails, or is slow to come about, has a second try. Throws AwsError. */
async function answerOf(ask: () => Promise<AwsReply>, signal: AbortSignal): Promise<string> {
  const reply = await ask().catch((error: unknown) => {
    if (signal.aborted) throw error;
    return ask();
  });
  if (reply.status === 200) return reply.text;
  const code = inXml(reply.text, "Code");
  if (code === undefined) throw awsErrorOf(reply);
  throw awsErrorOf({ ...reply, text: JSON.stringify({ __type: code, message: inXml(reply.text, "Message") }) });
}

/** The first element of that name, if it holds text alone: what forms are answered with is no deeper. */
function inXml(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
}

/** The value under a key in a list of `<entry><key>…</key><value>…</value></entry>`. */
export function entryInXml(xml: string, key: string): string | undefined {
  return new RegExp(`<key>${key}</key>\\s*<value>([^<]*)</value>`).exec(xml)?.[1];
}
