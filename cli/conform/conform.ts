import { conform as conformAt, type ProbedRule, UnreachableError } from "../../simulator/conformance/conform";
import { type CommandContext, exitCodes, type JsonOption } from "../command";
import { CommandError } from "../failure";
import { targetFor } from "../simulate/target";
import type { TargetOptions } from "../simulate/target-options";
import { resultWords, stepWords } from "./words";

export interface ConformOptions extends TargetOptions, JsonOption {
  readonly email: string;
}

/** `entra-gatehouse conform`: one line a rule, what breaks it below. */
export async function conformCommand(url: string | undefined, options: ConformOptions, session: CommandContext): Promise<void> {
  const { output } = session;
  const { steps, ...target } = await targetFor(url, options);
  const all: ProbedRule[] = [];
  for (const step of steps) {
    const endpoint = { ...target, step, url: target.url(step), email: options.email };
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
  const held = all.filter(({ verdict }) => verdict === "pass").length;
  if (!options.json) output.print(`${held} rules hold, ${failed} do not, ${all.length - held - failed} had nothing to say.`);
  session.exitCode = failed === 0 ? exitCodes.done : exitCodes.findings;
}

async function reached<T>(results: Promise<T>): Promise<T> {
  try {
    return await results;
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    throw new CommandError(`Nobody answers there (${error.code}): check the URL, and that the endpoint runs.`, exitCodes.unreachable);
  }
}
