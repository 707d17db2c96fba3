import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { tableNames, tables } from "../lambda/stores/tables";
import { projectRoot } from "../lib/project-root";
import { provideCredentials } from "./credentials";
import { assertWritable, hasHadSamples, markSamplesLoaded, temporaryFolder } from "./data-folder";
import { serveDynamodb } from "./dynamodb-proxy";
import { serveEventBus } from "./event-bus";
import { startExpiry } from "./expiry";
import { makeFunctions } from "./functions";
import { serveGateway } from "./gateway";
import type { Instance } from "./instance";
import { announce, assertFree } from "./occupancy";
import type { Options } from "./options";
import { reporter } from "./report";
import { makeRules, type Rules } from "./rules";
import { loadSamples, shippedSamples } from "./samples";
import { SecretStore, serveSecrets } from "./secrets";
import type { Shutdown } from "./shutdown";
import { type OnRequest, serveSystems } from "./stand-ins/systems";
import { makeStreams, type Streams } from "./streams";
import { synthesize } from "./synth";
import { createTables, localDynamodb, openDatabase, tablesOf } from "./tables";
import { REGION, type Template, TemplateError } from "./template";
import type { Welcome } from "./welcome";

/** How long stream records and events may take to be delivered at the end. */
const DRAIN_MS = 5_000;

export interface Surroundings {
  /** Takes a line about what happens. */
  readonly print: (line: string) => void;
  /** In which times are told. */
  readonly timeZone: string;
  /** Gets what has to be ended. */
  readonly shutdown: Shutdown;
  /** Ends the start. */
  readonly signal: AbortSignal;
  /** Sees each request that a stand-in for a system outside gets. */
  readonly onRequest?: OnRequest;
}

/** Starts everything; resolves when the API answers. What failed half-way is ended by `shutdown` too. */
export async function run(options: Options, { print, timeZone, shutdown, signal, onRequest }: Surroundings): Promise<Welcome> {
  const data = options.data ?? temporaryFolder(shutdown);
  await assertFree(data, options.port);
  assertWritable(data);
  const samples = hasHadSamples(data) ? undefined : await shippedSamples();
  print("Building what bin/app.ts describes …");
  const assembly = await synthesize(options.policy, join(data, "cdk.out"), signal);
  const { template } = assembly;
  const report = reporter(print, join(data, "functions.log"), timeZone);

  const database = await openDatabase(join(data, "dynamodb"), (message) => report.trouble(`The database failed: ${message}`));
  shutdown.add(() => database.close());
  let streams: Streams | undefined;
  const proxy = await serveDynamodb(database.url, tablesOf(template), (change) => streams?.publish(change));
  shutdown.add(() => proxy.close());
  const dynamodb = localDynamodb(proxy.url);
  await createTables(template, dynamodb);

  const store = new SecretStore(join(data, "secrets.json"));
  store.provide(template);
  const credentialsSecret = outputOf(template, "CredentialsSecret");
  const credentials = provideCredentials(store, credentialsSecret, options.credentials);
  const secrets = await serveSecrets(store);
  shutdown.add(() => secrets.close());

  const eventsFile = join(data, "events.jsonl");
  let rules: Rules | undefined;
  const bus = await serveEventBus(template, eventsFile, (busArn, event) => rules?.offer(busArn, event));
  shutdown.add(() => bus.close());

  const services = {
    AWS_ENDPOINT_URL_DYNAMODB: proxy.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    AWS_ENDPOINT_URL_EVENTBRIDGE: bus.url,
  };
  const systems = await serveSystems(template, store, { replaced: options.endpoints, tell: report.output, onRequest });
  shutdown.add(() => systems.close());
  const endpoints = new Map([...systems.urls, ...options.endpoints]);
  const functions = makeFunctions(assembly, { ...endpointVariables(endpoints), ...services }, report);
  shutdown.add(() => Promise.all([...functions.values()].map((each) => each.close())));
  await Promise.all([...functions.values()].map((each) => each.load()));
  const following = makeRules(template, functions, report.trouble);
  const delivering = makeStreams(template, functions, report.trouble);
  [rules, streams] = [following, delivering];
  const drain = async () => {
    await delivering.drain();
    await following.drain();
  };
  shutdown.add(() => Promise.race([drain(), sleep(DRAIN_MS, undefined, { ref: false })]));
  const expiry = startExpiry(tablesOf(template), dynamodb, () => report.trouble("Expired rows could not be removed."));
  shutdown.add(() => expiry.close());
  const gateway = await serveGateway(template, functions, { port: options.port, throttle: options.throttle, onAnswer: report.answered });
  shutdown.add(() => gateway.close());

  const deployedNames = Object.fromEntries(tableNames.map((name) => [name, outputOf(template, tables[name].output)])) as Instance["tables"];
  if (samples !== undefined) {
    await loadSamples(samples, dynamodb, deployedNames);
    markSamplesLoaded(data);
  }
  const instance: Instance = {
    pid: process.pid,
    apiUrl: gateway.url,
    ...credentials,
    dynamodbEndpoint: proxy.url,
    secretsEndpoint: secrets.url,
    region: REGION,
    tables: deployedNames,
    eventsFile,
    credentialsSecret,
    policy: resolve(projectRoot, options.policy),
    data,
  };
  announce(instance, shutdown);
  return {
    instance,
    paths: gateway.paths,
    warnings: assembly.warnings,
    samplesLoaded: samples?.accessList.length,
    ephemeral: options.data === undefined,
  };
}

function outputOf(template: Template, name: string): string {
  const value = template.output(name);
  if (value === undefined) throw new TemplateError(`The template has no output ${name}.`);
  return value;
}

function endpointVariables(endpoints: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  return Object.fromEntries([...endpoints].map(([name, url]) => [`GATEHOUSE_ENDPOINT_${name.toUpperCase()}`, url]));
}
