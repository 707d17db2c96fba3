import { join } from "node:path";
import { awsClient, secretsManager } from "../../adapters/aws/client";
import { ASKED_LISTS_OUTPUT, GATES_OUTPUT, gatePrefix } from "../../adapters/aws/deployment-name";
import { personHash } from "../../adapters/aws/person-key";
import { tables } from "../../adapters/tables/tables";
import type { PersonHashes } from "../../engine/sign-up/person";
import { steps } from "../../engine/sign-up/sign-up";
import { withRelativePaths } from "../../lib/app-root";
import { policyPath } from "../../lib/policy-folder/policy-files";
import { createCredentials } from "../aws/access-key";
import { startSchedules } from "../aws/events/schedules";
import type { LocalFunction, RenewableFunction } from "../aws/functions/function-thread";
import { type Functions, policyFunctions } from "../aws/functions/functions";
import type { Api } from "../aws/gateway/api";
import { type Gateway, type GatewayOptions, serveGateway } from "../aws/gateway/gateway";
import { provideCredentials } from "../aws/secrets";
import { serveNear } from "../aws/server";
import { announce, markSamplesLoaded } from "../data/data-folder";
import type { Instance } from "../data/instance";
import { loadSamples } from "../parts";
import { undoSwap } from "../policies/files";
import { reloadOnSave } from "../reload/reload";
import { DEFAULT_POLICY, type Options } from "../terminal/options";
import { sampleCalls } from "../terminal/sample-calls";
import type { Welcome } from "../terminal/welcome";
import { workbench } from "../workbench/bench";
import { type AwsServices, type Followers, startAwsServices } from "./aws-services";
import { type Apis, findApis, startFollowers, startFunctions } from "./functions";
import { startExtension, startOutsideSystems } from "./outside";
import { createAnswerListener, createRefusalListener, prepare, requireOutput, type Setup, type StartContext } from "./setup";
import type { Called, StartWorld } from "./start-pages";
import { type SimulatorServer, serveSimulator, userFlows } from "./user-flows";

/** Resolves when the API answers. If the start fails half-way, `shutdown` ends the parts that have started. */
export async function startGatehouse(options: Options, context: StartContext): Promise<Welcome> {
  const begunAt = Date.now();
  if (undoSwap(policyPath(options.policy))) context.print(`${options.policy} is back as it was before an answer that was cut off.`);
  const setup = await prepare(options, context);
  const { template, shutdown, report, pageKey } = setup;
  const followers: Followers = {};
  const services = await startAwsServices(setup, followers);
  const credentials = provideCredentials(services.store, requireOutput(template, "CredentialsSecret"), options.credentials);
  const onRefused = createRefusalListener("console", setup);
  const hasConsole = template.output("ConsoleSecret") !== undefined;
  const pages = hasConsole ? await serveBeside(setup, 1, { onRefused, guard: (handle) => pageKey.guard(handle, onRefused) }) : undefined;
  const decisions = await serveMailDecisions(setup);
  const simulator = await startSimulator(setup);
  const endpoints = await startOutsideSystems(setup, services, pages?.url, followers);
  const functions = await startFunctions(setup, services, endpoints, {
    console: pages?.url,
    simulator: simulator.url,
    decisions: decisions?.url,
  });
  await startFollowers(setup, services, functions, followers);
  const apis = findApis(template, functions);
  const { signUp, approvals } = await serveCallers(setup, apis);
  if (apis.console !== undefined) pages?.answerWith({ api: apis.console, throttle: options.throttle });
  if (apis.mailDecisions !== undefined) decisions?.answerWith({ api: apis.mailDecisions, throttle: options.throttle });
  const extension = apis.extension && (await startExtension(setup, apis.extension, neighbour(options.port, 4)));
  const { mailDecisions: _, ...answering } = apis;
  await Promise.all(
    Object.values(answering)
      .flatMap(answeringAt)
      .map((each) => each.load()),
  );
  await loadSamplesOnce(setup, services);
  const paths = apis.signUp.routes.map(({ path }) => path);
  const gates = buildNamedGates(setup, services, { url: signUp.url, paths });
  const called: Called = {
    apiUrl: signUp.url,
    ...credentials,
    steps: selectSteps(paths),
    gates,
    extension,
    consoleUrl: pages?.url,
    data: setup.data,
  };
  const reload = options.reload ? shutdown.own(await startReload(setup, functions)) : undefined;
  const around = { timeZone: context.timeZone, trouble: () => reload?.problem() };
  simulator.answerWith({ flows: userFlows(called), trouble: around.trouble, bench: createWorkbench(setup, services, called, around) });
  shutdown.own(startSchedules(template, functions, report.trouble));
  const askedLists = template.output(ASKED_LISTS_OUTPUT);
  const instance: Instance = {
    pid: process.pid,
    ...called,
    consoleUrl: pages && pageKey.addressOf(pages.url),
    approvalsUrl: approvals && `${approvals.url}/approvals`,
    simulatorUrl: pageKey.addressOf(simulator.url),
    ...describePlace(setup, services),
    tables: deployedNames(setup),
    askedLists,
    endpoints: Object.fromEntries(endpoints),
  };
  announce(instance, shutdown);
  const welcome = await welcomeTo(instance, setup, { paths, totalMs: Date.now() - begunAt });
  return { ...welcome, replay: reload?.replay };
}

async function welcomeTo(
  instance: Instance,
  setup: Setup,
  { paths, totalMs }: { readonly paths: readonly string[]; readonly totalMs: number },
) {
  const { options, assembly, samples, buildMs } = setup;
  const judging =
    (["before-create-user", "after-sign-in"] as const).find((step) => instance.steps.includes(step)) ?? "before-sending-token";
  const folder = assembly.folderOf(undefined) ?? instance.policy;
  return {
    instance,
    paths,
    tryAt: `/${judging}`,
    calls: await sampleCalls(folder, judging),
    policy: options.policy === DEFAULT_POLICY ? undefined : withRelativePaths(folder),
    warnings: assembly.warnings,
    samplesLoaded: samples?.find(({ of }) => of.table === "accessList")?.rows.length,
    ephemeral: options.data === undefined,
    took: { totalMs, buildMs },
  };
}

async function loadSamplesOnce(setup: Setup, services: AwsServices): Promise<void> {
  if (setup.samples === undefined) return;
  await loadSamples(setup.samples, { client: services.dynamodb, names: deployedNames(setup), hashes: hashesHere(setup, services) });
  markSamplesLoaded(setup.data);
}

function createWorkbench(setup: Setup, services: AwsServices, { consoleUrl }: Called, around: Pick<StartWorld, "timeZone" | "trouble">) {
  return workbench({
    ...around,
    consoleUrl,
    restart: setup.lasting?.restart,
    dynamodb: services.dynamodb,
    stories: setup.stories,
    place: { ...describePlace(setup, services), tables: deployedNames(setup) },
    folderOf: setup.assembly.folderOf,
    other: setup.options.compare,
  });
}

/** Lists the functions that answer or guard an API's routes. They are loaded at the start, because callers wait for them. */
function answeringAt(api: Api | undefined): readonly LocalFunction[] {
  const routes = api?.routes ?? [];
  return routes.flatMap(({ integration, guard }) => [
    integration,
    ...(typeof guard === "object" && "function" in guard ? [guard.function] : []),
  ]);
}

async function serveCallers(setup: Setup, apis: Apis): Promise<{ readonly signUp: Gateway; readonly approvals: Gateway | undefined }> {
  const { options, shutdown, key } = setup;
  const answerOptions = { throttle: options.throttle, key, onAnswer: createAnswerListener(setup) };
  const signUp = shutdown.own(await serveGateway({ port: options.port, onRefused: createRefusalListener("gateway", setup) }));
  signUp.answerWith({ api: apis.signUp, ...answerOptions });
  const approvals = apis.approvals && (await serveBeside(setup, 3, { onRefused: createRefusalListener("approvals", setup) }));
  if (apis.approvals !== undefined) approvals?.answerWith({ api: apis.approvals, ...answerOptions });
  return { signUp, approvals };
}

async function serveBeside({ options, shutdown }: Setup, distance: number, gatewayOptions: Pick<GatewayOptions, "onRefused" | "guard">) {
  return shutdown.own(await serveGateway({ port: neighbour(options.port, distance), listen: serveNear, ...gatewayOptions }));
}

/** Port 0 means any free port. */
function neighbour(port: number, distance: number): number {
  return port === 0 ? 0 : port + distance;
}

/** @param at path prefix of the steps: `/suppliers` for a named gate */
const selectSteps = (paths: readonly string[], at = "") => steps.filter((step) => paths.includes(`${at}/${step}`));

function buildNamedGates(
  { template }: Setup,
  { store }: AwsServices,
  { url, paths }: { readonly url: string; readonly paths: readonly string[] },
): Instance["gates"] {
  const names = template.output(GATES_OUTPUT)?.split(",");
  return (
    names &&
    Object.fromEntries(
      names.map((name) => {
        const credentialsSecret = requireOutput(template, `${gatePrefix(name)}CredentialsSecret`);
        const credentials = provideCredentials(store, credentialsSecret, {});
        return [name, { apiUrl: `${url}/${name}`, ...credentials, steps: selectSteps(paths, `/${name}`), credentialsSecret }];
      }),
    )
  );
}

function startReload({ assembly, data, report, lasting }: Setup, functions: Functions<RenewableFunction>) {
  return reloadOnSave(policyFunctions(assembly, functions), join(data, "reload"), report, lasting);
}

/** Makes people's hashes with the same secret key as the functions do. */
function hashesHere({ template, key }: Setup, { secretsUrl }: AwsServices): () => Promise<PersonHashes> {
  const secrets = awsClient(secretsManager, { region: key.region, credentials: createCredentials(key), endpoint: secretsUrl });
  return personHash(secrets, requireOutput(template, "PersonKeySecret"));
}

/** The simulator outlives a restart. */
async function startSimulator(setup: Setup): Promise<SimulatorServer> {
  const { lasting, shutdown } = setup;
  if (lasting?.simulator !== undefined) return lasting.simulator;
  const usual = neighbour(setup.options.port, 2);
  const simulator = (lasting?.shutdown ?? shutdown).own(
    await serveSimulator(usual, setup.pageKey, createRefusalListener("simulator", setup)),
  );
  if (lasting !== undefined) lasting.simulator = simulator;
  if (usual !== 0 && new URL(simulator.url).port !== String(usual)) {
    setup.report.trouble(`Port ${usual} is in use: the simulator answers at ${simulator.url} until the next start.`);
  }
  return simulator;
}

/** Visitors need no page key, because each link in an approver's mail has its own secret. */
async function serveMailDecisions(setup: Setup): Promise<Gateway | undefined> {
  if (setup.template.output("MailDecisionsUrl") === undefined) return undefined;
  return await serveBeside(setup, 5, { onRefused: createRefusalListener("mail decisions", setup) });
}

function deployedNames({ template }: Setup): Instance["tables"] {
  const all = Object.entries(tables).map(([name, { output }]) => [name, template.output(output)] as const);
  return Object.fromEntries(all.filter(([, deployed]) => deployed !== undefined)) as Instance["tables"];
}

function describePlace({ options, template, key }: Setup, services: AwsServices) {
  const { dynamodbUrl, secretsUrl, eventsFile, outboxDir, roles, sts } = services;
  return {
    graphRoles: sts && roles,
    tokenIssuer: sts?.issuer,
    dynamodbEndpoint: dynamodbUrl,
    secretsEndpoint: secretsUrl,
    aws: key,
    eventsFile,
    outboxDir,
    credentialsSecret: requireOutput(template, "CredentialsSecret"),
    personKeySecret: requireOutput(template, "PersonKeySecret"),
    policySecrets: JSON.parse(template.output("PolicySecrets") ?? "{}") as Instance["policySecrets"],
    mailSecret: template.output("ApprovalMailSecret"),
    policy: policyPath(options.policy),
  };
}
