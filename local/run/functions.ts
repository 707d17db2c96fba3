import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endpointVariable, environment } from "../../adapters/aws/environment";
import { workerEnvironment } from "../../adapters/aws/worker-environment";
import { mailEnvironment } from "../../adapters/mail/mail-place";
import { makeStreams } from "../aws/dynamodb/streams";
import { type LocalItem, readTables, startExpiry } from "../aws/dynamodb/tables";
import { openJournal } from "../aws/events/delivery";
import { makeRules } from "../aws/events/rules";
import type { RenewableFunction } from "../aws/functions/function-thread";
import { type Functions, makeFunctions } from "../aws/functions/functions";
import { serveInvocations } from "../aws/functions/invocations";
import { HOST } from "../aws/server";
import type { AwsServices, Followers } from "./aws-services";
import { accessTo, type Setup } from "./setup";

/** Maximum time, in milliseconds, for which the shutdown waits for the delivery of stream records and events. */
const DRAIN_MS = 5_000;

/** Creates the template's functions without loading them. @param endpoints addresses of outside systems, by name */
export async function startFunctions(
  setup: Setup,
  services: AwsServices,
  endpoints: ReadonlyMap<string, string>,
  pages: { readonly console: string; readonly simulator: string; readonly decisions: string | undefined },
): Promise<Functions<RenewableFunction>> {
  const { assembly, shutdown, report, key } = setup;
  let functions: Functions<RenewableFunction> = new Map();
  // The functions need the server's address, so the server is created first. It looks up the function at each invocation.
  const invocations = shutdown.own(await serveInvocations(accessTo("lambda", setup), () => functions));
  functions = makeFunctions(
    assembly,
    {
      ...endpointVariables(endpoints),
      [environment.ruleTimes]: "present",
      AWS_ACCESS_KEY_ID: key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
      AWS_ENDPOINT_URL_DYNAMODB: services.dynamodbUrl,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: services.secretsUrl,
      AWS_ENDPOINT_URL_EVENTBRIDGE: services.eventsUrl,
      AWS_ENDPOINT_URL_LAMBDA: invocations.url,
      AWS_ENDPOINT_URL_SESV2: services.mailUrl,
      ...(services.sts && { AWS_ENDPOINT_URL_STS: services.sts.url }),
      // If the port is 0, the system chooses one later, so the address is unknown here.
      ...(setup.options.port !== 0 && { [workerEnvironment.localApiUrl]: `http://${HOST}:${setup.options.port}` }),
      [workerEnvironment.localSimulatorUrl]: pages.simulator,
      [mailEnvironment.place]: "--local",
      [mailEnvironment.localConsoleUrl]: `${pages.console}/approvals/requests/{id}`,
      ...(pages.decisions !== undefined && { [mailEnvironment.localDecideUrl]: `${pages.decisions}/decide` }),
    },
    report,
  );
  const all = [...functions.values()];
  shutdown.add(() => Promise.all(all.map((each) => each.close())));
  return functions;
}

function endpointVariables(endpoints: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  return Object.fromEntries([...endpoints].map(([name, url]) => [endpointVariable(name), url]));
}

/** Starts to send changes and events to the functions, and to remove expired rows. First sends what a killed process left. */
export async function startFollowers(
  { data, template, shutdown, report }: Setup,
  { dynamodb }: AwsServices,
  functions: Functions,
  followers: Followers,
): Promise<void> {
  const rules = makeRules(template, functions, report.trouble, openJournal(join(data, "messages.jsonl")));
  const streams = makeStreams(template, functions, report.trouble, openJournal(join(data, "changes.jsonl")));
  await streams.resume(async (TableName, Key) => {
    const { Item } = await dynamodb.call<{ readonly Item?: LocalItem }>("GetItem", { TableName, Key, ConsistentRead: true });
    return Item;
  });
  Object.assign(followers, { rules, streams } satisfies Followers);
  const drain = async () => {
    await streams.drain();
    await rules.drain();
  };
  shutdown.add(() => Promise.race([drain(), sleep(DRAIN_MS, undefined, { ref: false })]));
  shutdown.own(startExpiry(readTables(template), dynamodb, () => report.trouble("Expired rows could not be removed.")));
}
