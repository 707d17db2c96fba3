import { resolve } from "node:path";
import type { UserPassword } from "../../adapters/aws/credentials";
import { tableNames, tables } from "../../adapters/tables/tables";
import { steps } from "../../engine/sign-up/sign-up";
import { appRoot } from "../../lib/app-root";
import { provideCredentials } from "../aws/credentials";
import { startSchedules } from "../aws/events/schedules";
import { serveConsole } from "../aws/gateway/console-gateway";
import { type Gateway, serveGateway } from "../aws/gateway/gateway";
import { markSamplesLoaded } from "../data/data-folder";
import type { Instance } from "../data/instance";
import { announce } from "../data/occupancy";
import { loadSamples } from "../data/samples";
import type { Options } from "../terminal/options";
import type { Welcome } from "../terminal/welcome";
import { type AwsServices, type Followers, startAwsServices } from "./aws-services";
import { startFollowers, startFunctions } from "./functions";
import { startOutsideSystems } from "./outside";
import { outputOf, prepare, refusalsOf, type Setup, type StartContext } from "./setup";
import { serveSimulator } from "./simulator-server";

/** Starts everything; resolves when the API answers. What failed half-way is ended by `shutdown` too. */
export async function startGatehouse(options: Options, context: StartContext): Promise<Welcome> {
  const setup = await prepare(options, context);
  const { template, shutdown, report, samples } = setup;
  const followers: Followers = {};
  const services = await startAwsServices(setup, followers);
  const credentials = provideCredentials(services.store, outputOf(template, "CredentialsSecret"), options.credentials);
  const pages = shutdown.own(await serveConsole(template, neighbour(options.port, 1), refusalsOf("console", setup)));
  const endpoints = await startOutsideSystems(setup, services.store, pages.url);
  const functions = await startFunctions(setup, services, endpoints, pages.url);
  startFollowers(setup, services, functions, followers);
  const gateway = shutdown.own(
    await serveGateway(template, functions, {
      port: options.port,
      throttle: options.throttle,
      key: setup.key,
      onAnswer: report.answered,
      onRefused: refusalsOf("gateway", setup),
    }),
  );
  pages.answerWith(functions);
  const tablesHere = deployedNames(setup);
  if (samples !== undefined) {
    await loadSamples(samples, services.dynamodb, tablesHere);
    markSamplesLoaded(setup.data);
  }
  const simulator = shutdown.own(await startSimulator(setup, gateway, credentials));
  shutdown.own(startSchedules(template, functions, report.trouble));
  const instance: Instance = {
    pid: process.pid,
    apiUrl: gateway.url,
    consoleUrl: pages.url,
    simulatorUrl: simulator.url,
    ...credentials,
    ...described(setup, services),
    tables: tablesHere,
    endpoints: Object.fromEntries(endpoints),
  };
  announce(instance, shutdown);
  return {
    instance,
    paths: gateway.paths,
    warnings: setup.assembly.warnings,
    samplesLoaded: samples?.accessList.length,
    ephemeral: options.data === undefined,
  };
}

/** The port so far behind the API's; any free one where that has none of its own. */
function neighbour(port: number, distance: number): number {
  return port === 0 ? 0 : port + distance;
}

function startSimulator(setup: Setup, gateway: Gateway, credentials: UserPassword) {
  return serveSimulator({
    apiUrl: gateway.url,
    steps: steps.filter((step) => gateway.paths.includes(`/${step}`)),
    ...credentials,
    port: neighbour(setup.options.port, 2),
    onRefused: refusalsOf("simulator", setup),
  });
}

function deployedNames({ template }: Setup): Instance["tables"] {
  return Object.fromEntries(tableNames.map((name) => [name, outputOf(template, tables[name].output)])) as Instance["tables"];
}

function described({ options, data, template, key }: Setup, { dynamodbUrl, secretsUrl, eventsFile, outboxDir }: AwsServices) {
  return {
    dynamodbEndpoint: dynamodbUrl,
    secretsEndpoint: secretsUrl,
    aws: key,
    eventsFile,
    outboxDir,
    credentialsSecret: outputOf(template, "CredentialsSecret"),
    policySecrets: JSON.parse(template.output("PolicySecrets") ?? "{}") as Instance["policySecrets"],
    policy: resolve(appRoot, options.policy),
    data,
  };
}
