import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endpointVariable, environment, workerEnvironment } from "../../adapters/aws/environment";
import { mailEnvironment } from "../../adapters/mail/mail-place";
import { makeStreams } from "../aws/dynamodb/streams";
import { type LocalItem, readTables, startExpiry } from "../aws/dynamodb/tables";
import { openJournal } from "../aws/events/delivery";
import { makeRules } from "../aws/events/rules";
import type { RenewableFunction } from "../aws/functions/function-thread";
import { type Functions, makeFunctions } from "../aws/functions/functions";
import type { Api, Route } from "../aws/gateway/api";
import { readHttpApis } from "../aws/gateway/http-apis";
import { readRestApis } from "../aws/gateway/rest-apis";
import { HOST, type LocalServer } from "../aws/server";
import { type SignedAccess, type SignedReply, serveSigned } from "../aws/signed-server";
import { type Template, TemplateError } from "../aws/template";
import type { AwsServices, Followers } from "./aws-services";
import { accessTo, type Setup } from "./setup";

/** Maximum time, in milliseconds, for which the shutdown waits for the delivery of stream records and events. */
const DRAIN_MS = 5_000;

/** Creates the template's functions without loading them. @param endpoints addresses of outside systems, by name */
export async function startFunctions(
  setup: Setup,
  services: AwsServices,
  endpoints: ReadonlyMap<string, string>,
  pages: { readonly console: string | undefined; readonly simulator: string; readonly decisions: string | undefined },
): Promise<Functions<RenewableFunction>> {
  const { assembly, shutdown, report, key } = setup;
  let functions: Functions<RenewableFunction> = new Map();
  // The functions need the server's address, so the server is created first. It looks up the function at each invocation.
  const invocations = shutdown.own(await serveInvocations(accessTo("lambda", setup), () => functions));
  functions = makeFunctions(
    assembly,
    {
      ...Object.fromEntries([...endpoints].map(([name, url]) => [endpointVariable(name), url])),
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
      ...(pages.console !== undefined && { [mailEnvironment.localConsoleUrl]: `${pages.console}/approvals/requests/{id}` }),
      ...(pages.decisions !== undefined && { [mailEnvironment.localDecideUrl]: `${pages.decisions}/decide` }),
    },
    report,
  );
  const all = [...functions.values()];
  shutdown.add(() => Promise.all(all.map((each) => each.close())));
  return functions;
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

const SIGN_IN_PATH = "/sign-in";

export interface Apis {
  /** The API that API connectors call. */
  readonly signUp: Api;
  /** The API by which other systems decide requests for approval; undefined if no rule creates any. */
  readonly approvals: Api | undefined;
  /** The API that an external tenant calls. Under `npm start` only a release has none, and no console. */
  readonly extension: Api | undefined;
  readonly console: Api | undefined;
  /** The API of decisions from mail; undefined if no rule creates requests. */
  readonly mailDecisions: Api | undefined;
}

/** Throws TemplateError if the template lacks the API that every Gatehouse has. */
export function findApis(template: Template, functions: Functions): Apis {
  const apis = [...readRestApis(template, functions), ...readHttpApis(template, functions)].filter(({ routes }) => routes.length > 0);
  const guardedBy = (isMeant: (guard: Route["guard"]) => boolean) =>
    apis.filter(({ routes }) => routes.every(({ guard }) => isMeant(guard)));
  const isConsole = ({ routes }: Api) => routes.some(({ path }) => path === SIGN_IN_PATH);
  const open = guardedBy((guard) => guard === undefined);
  const [signUp] = guardedBy((guard) => typeof guard === "object" && "function" in guard);
  if (signUp === undefined) throw new TemplateError("The template has no API for Entra to call.");
  return {
    signUp,
    approvals: guardedBy((guard) => guard === "iam")[0],
    extension: guardedBy((guard) => typeof guard === "object" && "issuer" in guard)[0],
    console: open.find(isConsole),
    mailDecisions: open.find((api) => !isConsole(api)),
  };
}

/** AWS's limit. */
const MAX_EVENT_BYTES = 1_024 * 1_024;

/** Serves only callers that do not wait for the function. */
export function serveInvocations(access: SignedAccess, functions: () => Functions): Promise<LocalServer> {
  const service = { name: "lambda", contentType: "application/json", maxBodyBytes: MAX_EVENT_BYTES };
  return serveSigned(service, access, (request, body) => {
    const name = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.url ?? "")?.[1];
    const lambda = [...functions()].find(([arn, each]) => name !== undefined && [arn, each.name].includes(decodeURIComponent(name)))?.[1];
    if (request.method !== "POST" || lambda === undefined) return refusal(404, "ResourceNotFoundException");
    if (request.headers["x-amz-invocation-type"] !== "Event") return refusal(400, "InvalidParameterValueException");
    try {
      // The caller does not wait for the result. The function's log contains the failures.
      void lambda.invoke(JSON.parse(body.toString("utf8")));
      return { status: 202 };
    } catch {
      return refusal(400, "InvalidRequestContentException");
    }
  });
}

function refusal(status: number, error: string): SignedReply {
  return { status, error, body: { Type: "User", message: error } };
}
