import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { mailEnvironment } from "../adapters/mail/environment";
import { tableNames, tables } from "../adapters/tables/tables";
import { steps } from "../engine/sign-up/sign-up";
import { appRoot } from "../lib/app-root";
import { provideCredentials } from "./aws/credentials";
import { serveDynamodb } from "./aws/dynamodb/dynamodb-proxy";
import { startExpiry } from "./aws/dynamodb/expiry";
import { makeStreams, type TableStreams } from "./aws/dynamodb/streams";
import { createTables, localDynamodb, openDatabase, tablesOf } from "./aws/dynamodb/tables";
import { serveEventBus } from "./aws/events/event-bus";
import { makeRules, type Rules } from "./aws/events/rules";
import { startSchedules } from "./aws/events/schedules";
import { makeFunctions } from "./aws/functions/functions";
import { serveConsole } from "./aws/gateway/console-gateway";
import { serveGateway } from "./aws/gateway/gateway";
import { SecretStore, serveSecrets } from "./aws/secrets";
import { synthesize } from "./aws/synth";
import { REGION, type Template, TemplateError } from "./aws/template";
import { assertWritable, hasHadSamples, markSamplesLoaded, temporaryFolder } from "./data-folder";
import type { Instance } from "./instance";
import { announce, assertFree } from "./occupancy";
import type { Options } from "./options";
import { reporter } from "./report";
import { loadSamples, shippedSamples } from "./samples";
import type { Shutdown } from "./shutdown";
import { serveSimulator } from "./simulator-server";
import { serveSignIn } from "./stand-ins/console-sign-in";
import { serveMail } from "./stand-ins/mail";
import { type OnRequest, serveSystems } from "./stand-ins/systems";
import type { Welcome } from "./welcome";

/** How long stream records and events may take to be delivered at the end. */
const DRAIN_MS = 5_000;

/** As bin/app.ts names it where it is synthesized for this runner. */
const CONSOLE_CLIENT = "gatehouse-console";

export interface StartContext {
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
export async function startGatehouse(options: Options, { print, timeZone, shutdown, signal, onRequest }: StartContext): Promise<Welcome> {
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
  let streams: TableStreams | undefined;
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

  const outboxDir = join(data, "outbox");
  const mail = await serveMail(outboxDir, (said) => report.output("mail", [`stand-in: ${said}`]));
  shutdown.add(() => mail.close());

  const pages = await serveConsole(template, options.port === 0 ? 0 : options.port + 1);
  shutdown.add(() => pages.close());

  const services = {
    AWS_ENDPOINT_URL_DYNAMODB: proxy.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    AWS_ENDPOINT_URL_EVENTBRIDGE: bus.url,
    AWS_ENDPOINT_URL_SESV2: mail.url,
    [mailEnvironment.place]: "--local",
    [mailEnvironment.localConsoleUrl]: `${pages.url}/approvals`,
  };
  const systems = await serveSystems(template, store, { data, replaced: options.endpoints, tell: report.output, onRequest });
  shutdown.add(() => systems.close());
  const endpoints = new Map([...systems.urls, ...options.endpoints]);
  const signIn = await serveSignIn({ id: CONSOLE_CLIENT, secret: clientSecretOf(store, outputOf(template, "ConsoleSecret")) });
  shutdown.add(() => signIn.close());
  signIn.allow(pages.url);
  endpoints.set("openid", signIn.url);
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
  pages.answerWith(functions);

  const deployedNames = Object.fromEntries(tableNames.map((name) => [name, outputOf(template, tables[name].output)])) as Instance["tables"];
  if (samples !== undefined) {
    await loadSamples(samples, dynamodb, deployedNames);
    markSamplesLoaded(data);
  }
  const simulator = await serveSimulator({
    apiUrl: gateway.url,
    steps: steps.filter((step) => gateway.paths.includes(`/${step}`)),
    ...credentials,
    port: 0,
  });
  shutdown.add(() => simulator.close());
  const schedules = startSchedules(template, functions, report.trouble);
  shutdown.add(() => schedules.close());
  const instance: Instance = {
    pid: process.pid,
    apiUrl: gateway.url,
    ...credentials,
    dynamodbEndpoint: proxy.url,
    secretsEndpoint: secrets.url,
    region: REGION,
    tables: deployedNames,
    eventsFile,
    outboxDir,
    consoleUrl: pages.url,
    simulatorUrl: simulator.url,
    credentialsSecret,
    policySecrets: JSON.parse(template.output("PolicySecrets") ?? "{}") as Instance["policySecrets"],
    endpoints: Object.fromEntries(endpoints),
    policy: resolve(appRoot, options.policy),
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

function clientSecretOf(store: SecretStore, arn: string): string {
  return (JSON.parse(store.current(arn)) as { clientSecret: string }).clientSecret;
}

function endpointVariables(endpoints: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  return Object.fromEntries([...endpoints].map(([name, url]) => [`GATEHOUSE_ENDPOINT_${name.toUpperCase()}`, url]));
}
