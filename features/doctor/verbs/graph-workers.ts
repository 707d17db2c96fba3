import { PERMISSIONS_CALL, type PermissionsAnswer } from "../../../adapters/aws/own-calls";
import { GRAPH_ROLE_OUTPUT, type GraphPlaces, graphEnvironment, graphPlaces } from "../../../adapters/graph/clouds";
import { signInCause } from "../../../adapters/graph/sign-in-causes";
import { tokenIssuer } from "../../../cli/aws/account";
import { type DeployedResource, readVariables, type Stack } from "../../../cli/aws/stack";
import type { Fault } from "../../../cli/failure";
import { policyFolders } from "../../../cli/policy-folders";
import { FaultError, failProbe, nothingWrong, skipProbe } from "../../../cli/probe";
import { capitalise } from "../../../engine/characters";
import { parseJsonObject } from "../../../engine/json";
import { policyPath } from "../../../lib/policy-folder/policy-files";
import { listWorkers, loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import { type DoctorContext, inAccount } from "./check";

// Only a function can sign in as its role, so a deployed function is asked about the application's permissions.

export interface GraphUse {
  /** The addresses of the functions' cloud. @default the global cloud's addresses */
  readonly places?: GraphPlaces;
  /** The name of a function that signs in by a role. Absent if the functions use a credential. */
  readonly worker?: string;
}

export async function readGraphUse(stack: Stack, variable: string): Promise<GraphUse> {
  const functions = await stack.resources("AWS::Lambda::Function");
  return graphUse(functions.filter((each) => readVariables<unknown>(each)[variable] !== undefined));
}

export function graphUse(functions: readonly DeployedResource[]): GraphUse {
  const clouds = functions.flatMap((each) => readVariables(each)[graphEnvironment.cloud] ?? []);
  const signing = functions.filter((each) => readVariables<unknown>(each)[graphEnvironment.role] !== undefined);
  // A function with reserved concurrency may be busy, and then refuses a call.
  const worker = signing.find(({ properties }) => properties.ReservedConcurrentExecutions === undefined) ?? signing[0];
  return {
    places: graphPlaces({ ...process.env, ...(clouds[0] !== undefined && { [graphEnvironment.cloud]: clouds[0] }) }),
    worker: worker?.physicalId,
  };
}

/** If a role signs in to Graph, or will once this app is deployed, checks that the account lets roles sign in. */
export const federationCheck = inAccount("federation", async (account, context, signal) => {
  const stack = await context.stack().catch(() => undefined);
  const hasRoles = Object.keys(stack?.outputs ?? {}).some((output) => output.endsWith(GRAPH_ROLE_OUTPUT));
  if (!hasRoles && !asksForRoles(context)) skipProbe("no role signs in to Graph");
  if ((await tokenIssuer(account, signal)) !== undefined) return nothingWrong;
  const what = "AWS signs no tokens for this account's roles yet, so that functions cannot sign in to Microsoft Graph.";
  const fix =
    "An administrator of the account switches it on once: aws iam enable-outbound-web-identity-federation (AWS CLI 2.33 or later).";
  return [{ id: "federation.off", what, fix }];
});

/**
 * True if functions would sign in by roles once the app is deployed. False if a policy that decides this cannot be loaded: another check
 * reports that.
 */
function asksForRoles({ app, settings }: DoctorContext): boolean {
  if (settings.graphSignIn !== "role") return false;
  if (settings.rotation !== undefined || settings.externalTenant?.accountReader !== undefined) return true;
  try {
    const folders = [...policyFolders(settings).values()];
    const workers = folders.flatMap((folder) => [...listWorkers(loadPolicyFolder(policyPath(folder, app)))]);
    return workers.some((worker) => worker === "provisioning" || worker === "accounts");
  } catch {
    return false;
  }
}

interface AskedApplication {
  readonly purpose: string;
  /** Prefix of the ids of the application's faults. */
  readonly check: string;
  readonly kept: string;
}

/** Throws a FaultError that says why the function gets no token. */
export async function askWorker(
  stack: Stack,
  worker: string,
  application: AskedApplication,
  abortSignal: AbortSignal,
): Promise<readonly string[]> {
  const { InvokeCommand, LambdaClient } = await import("@aws-sdk/client-lambda");
  const call = new InvokeCommand({ FunctionName: worker, Payload: Buffer.from(JSON.stringify(PERMISSIONS_CALL)) });
  const { FunctionError, Payload } = await new LambdaClient(stack.account.sdk).send(call, { abortSignal });
  const answer = FunctionError === undefined ? parseJsonObject(Payload?.transformToString() ?? "") : undefined;
  if (answer === undefined) {
    return failProbe(
      `${application.check}.worker`,
      `The function ${worker} could not say which permissions it has.`,
      `See its log: ${FunctionError ?? "it answered in another form"}.`,
    );
  }
  const told = answer as PermissionsAnswer;
  if ("permissions" in told) return told.permissions;
  throw new FaultError(refusedFault(told, application));
}

function refusedFault(answer: Exclude<PermissionsAnswer, { readonly permissions: unknown }>, application: AskedApplication): Fault {
  const { purpose, check, kept } = application;
  const id = `${check}.sign-in`;
  if ("problem" in answer) return { id, what: `The role of the application that ${purpose} cannot sign in.`, fix: answer.problem };
  const { status, codes, quoted } = answer;
  const known = signInCause({ codes, quoted });
  const what = `Entra gives no token to the role of the application that ${purpose}: ${status} ${known?.code ?? codes[0]}.`;
  const fix = known === undefined ? `Check tenantId and clientId in ${kept}` : capitalise(known.cause);
  return { id, what, fix: `${fix}. docs/runbook.md#role-sign-in-refused` };
}
