import type { Step } from "../../engine/sign-up/sign-up";
import { TokenError } from "../../simulator/client/authorization";
import { conform as conformAt, type ProbedRule, UnreachableError } from "../../simulator/conformance/conform";
import type { ProbeTarget } from "../../simulator/conformance/probe";
import { type CommandContext, exitCodes, type JsonOption } from "../command";
import { CommandError } from "../failure";
import { fetchHere } from "../proxy";
import type { ExtensionAccess } from "../simulate/extension-access";
import { type Target, targetFor } from "../simulate/target";
import type { TargetOptions } from "../simulate/target-options";
import { resultWords, stepWords, summaryWords } from "./words";

export interface ConformOptions extends TargetOptions, JsonOption {
  readonly email: string;
}

/** `entra-gatehouse conform`: one line a rule, what breaks it below. */
export async function conformCommand(url: string | undefined, options: ConformOptions, session: CommandContext): Promise<void> {
  const { output } = session;
  const target = await targetFor(url, options);
  const all: ProbedRule[] = [];
  for (const step of target.steps) {
    const endpoint = await endpointAt(target, step, options.email);
    const results = await reached(conformAt(endpoint));
    all.push(...results);
    if (options.json) {
      for (const result of results) output.json(result);
      continue;
    }
    output.print(stepWords(step, endpoint.url));
    for (const line of results.flatMap(resultWords)) output.print(line);
    output.print("");
  }
  const failed = all.filter(({ verdict }) => verdict === "fail").length;
  if (!options.json) output.print(summaryWords(all));
  session.exitCode = failed === 0 ? exitCodes.done : exitCodes.findings;
}

export async function endpointAt(target: Target, step: Step, email: string): Promise<ProbeTarget> {
  const endpoint = { step, url: target.url(step), email, fetch: fetchHere() };
  if (target.tenant !== "external-tenant") {
    const { tenant, username, password } = target;
    return { ...endpoint, tenant, username, password };
  }
  const { tenant, tenantId, signingKey } = target;
  return { ...endpoint, tenant, tenantId, token: await tokenOf(target), ...(signingKey && { signingKey }) };
}

async function tokenOf({ authorization }: Pick<ExtensionAccess, "authorization">): Promise<string> {
  try {
    return (await authorization()).replace(/^Bearer /, "");
  } catch (error) {
    if (error instanceof TokenError) throw new CommandError(error.message, undefined, { cause: error });
    throw error;
  }
}

async function reached<T>(results: Promise<T>): Promise<T> {
  try {
    return await results;
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    throw new CommandError(`Nobody answers there (${error.code}): check the URL, and that the endpoint runs.`, exitCodes.unreachable);
  }
}
