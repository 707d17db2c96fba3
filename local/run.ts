import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { projectRoot } from "../lib/policy-folder";
import { provideCredentials } from "./credentials";
import { serveDynamodb } from "./dynamodb-proxy";
import { makeFunctions } from "./functions";
import { serveGateway } from "./gateway";
import { DEFAULT_DATA, type Instance, readInstance, removeInstance, writeInstance } from "./instance";
import type { Options } from "./options";
import { reporter } from "./report";
import { loadSamples, readSamples, SAMPLE_LIST } from "./samples";
import { SecretStore, serveSecrets } from "./secrets";
import { serve } from "./server";
import type { Shutdown } from "./shutdown";
import { makeStreams, type Streams } from "./streams";
import { synthesize } from "./synth";
import { createTables, localDynamodb, openDatabase, streamedTables } from "./tables";
import { REGION, type Template, TemplateError } from "./template";
import type { Welcome } from "./welcome";

/** How long stream records may take to be delivered at the end. */
const DRAIN_MS = 5_000;
/** Tells that the sample list was loaded once: an operator may have emptied it since. */
const SAMPLES_MARKER = "samples-loaded";

/** Another process runs on this data. */
export class OccupiedError extends Error {
  override readonly name = "OccupiedError";
}

export interface Surroundings {
  /** Takes a line about what happens. */
  readonly print: (line: string) => void;
  /** In which times are told. */
  readonly timeZone: string;
  /** Gets what has to be ended. */
  readonly shutdown: Shutdown;
  /** Ends the start. */
  readonly signal: AbortSignal;
}

/** Starts everything; resolves when the API answers. What failed half-way is ended by `shutdown` too. */
export async function run(options: Options, { print, timeZone, shutdown, signal }: Surroundings): Promise<Welcome> {
  const data = options.data ?? temporaryFolder(shutdown);
  await assertFree(data, options.port);
  const marker = join(data, SAMPLES_MARKER);
  const samples = existsSync(marker) ? undefined : readSamples(SAMPLE_LIST);
  print("Building what bin/app.ts describes …");
  const assembly = await synthesize(options.policy, join(data, "cdk.out"), signal);
  const { template } = assembly;
  const report = reporter(print, join(data, "functions.log"), timeZone);

  const database = await openDatabase(join(data, "dynamodb"), (message) => report.trouble(`The database failed: ${message}`));
  shutdown.add(() => database.close());
  let streams: Streams | undefined;
  const proxy = await serveDynamodb(database.url, streamedTables(template), (change) => streams?.publish(change));
  shutdown.add(() => proxy.close());
  const dynamodb = localDynamodb(proxy.url);
  await createTables(template, dynamodb);

  const store = new SecretStore(join(data, "secrets.json"));
  store.provide(template);
  const credentialsSecret = outputOf(template, "CredentialsSecret");
  const credentials = provideCredentials(store, credentialsSecret, options.credentials);
  const secrets = await serveSecrets(store);
  shutdown.add(() => secrets.close());

  const functions = makeFunctions(assembly, { ...endpointVariables(options), ...serviceVariables(proxy.url, secrets.url) }, report);
  shutdown.add(() => Promise.all([...functions.values()].map((each) => each.close())));
  await Promise.all([...functions.values()].map((each) => each.load()));
  const delivering = makeStreams(template, functions, report.trouble);
  streams = delivering;
  shutdown.add(() => Promise.race([delivering.drain(), sleep(DRAIN_MS, undefined, { ref: false })]));
  const gateway = await serveGateway(template, functions, { port: options.port, throttle: options.throttle, onAnswer: report.answered });
  shutdown.add(() => gateway.close());

  const tables = { accessList: outputOf(template, "AccessListTable") };
  if (samples !== undefined) {
    await loadSamples(samples, dynamodb, tables.accessList);
    writeFileSync(marker, "");
  }
  const instance: Instance = {
    pid: process.pid,
    apiUrl: gateway.url,
    ...credentials,
    dynamodbEndpoint: proxy.url,
    secretsEndpoint: secrets.url,
    region: REGION,
    tables,
    credentialsSecret,
    policy: resolve(projectRoot, options.policy),
    data,
  };
  announce(instance, shutdown);
  return {
    instance,
    paths: gateway.paths,
    warnings: assembly.warnings,
    samplesLoaded: samples?.length,
    ephemeral: options.data === undefined,
  };
}

function temporaryFolder(shutdown: Shutdown): string {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-"));
  shutdown.add(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Before anything is begun: nothing else runs on the data, and the port can be had. */
async function assertFree(data: string, port: number): Promise<void> {
  const other = readInstance(data);
  // A process id can have passed to another program: only an address that answers counts.
  if (other?.data === data && (await answers(new URL(other.apiUrl)))) {
    throw new OccupiedError(
      `Gatehouse runs on ${data} already, at ${other.apiUrl} (process ${other.pid}). Stop it, or give another folder: --data DIR`,
    );
  }
  const trial = await serve(port, async () => undefined);
  await trial.close();
}

function answers({ hostname, port }: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

function outputOf(template: Template, name: string): string {
  const value = template.output(name);
  if (value === undefined) throw new TemplateError(`The template has no output ${name}.`);
  return value;
}

function serviceVariables(dynamodb: string, secrets: string): Readonly<Record<string, string>> {
  return { AWS_ENDPOINT_URL_DYNAMODB: dynamodb, AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets };
}

function endpointVariables({ endpoints }: Options): Readonly<Record<string, string>> {
  return Object.fromEntries([...endpoints].map(([name, url]) => [`GATEHOUSE_ENDPOINT_${name.toUpperCase()}`, url]));
}

/** Writes the instance file for the command line: in the data folder, and where that looks unless told otherwise. */
function announce(instance: Instance, shutdown: Shutdown): void {
  const folders = [instance.data, ...(instance.data !== DEFAULT_DATA && readInstance() === undefined ? [DEFAULT_DATA] : [])];
  for (const folder of folders) {
    writeInstance(instance, folder);
    shutdown.add(() => removeInstance(folder));
  }
}
