import type { CommandContext, JsonOption } from "../../../cli/command";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import type { TargetOptions } from "../../../cli/target/options";
import { TokenError } from "../../../simulator/client/authorization";
import { conform as conformAt, type ProbedRule, UnreachableError } from "../../../simulator/conformance/conform";
import { probeTargetAt, targetFor } from "../../simulator/verbs/target";

export async function conformCommand(
  url: string | undefined,
  options: TargetOptions & JsonOption & { readonly email: string },
  session: CommandContext,
): Promise<void> {
  const { output } = session;
  const target = await targetFor(url, options);
  const all: ProbedRule[] = [];
  for (const step of target.steps) {
    const results = await explainUnreachable(probeTargetAt(target, step, options.email).then((endpoint) => conformAt(endpoint)));
    all.push(...results);
    if (options.json) {
      for (const result of results) output.json(result);
      continue;
    }
    output.print(`${step}  ${target.url(step)}`);
    for (const line of results.flatMap(resultWords)) output.print(line);
    output.print("");
  }
  const failureCount = all.filter(({ verdict }) => verdict === "fail").length;
  if (!options.json) output.print(summaryWords(all));
  session.exitCode = failureCount === 0 ? exitCodes.done : exitCodes.findings;
}

async function explainUnreachable<T>(results: Promise<T>): Promise<T> {
  try {
    return await results;
  } catch (error) {
    if (error instanceof TokenError) throw new CommandError(error.message, undefined, { cause: error });
    if (!(error instanceof UnreachableError)) throw error;
    throw new CommandError(`Nothing answers there (${error.code}): check the URL, and that the endpoint runs.`, exitCodes.unreachable);
  }
}

const verdicts = { pass: "pass", fail: "FAIL", skipped: "skip", "not applicable": "n/a" } as const;
const VERDICT_WIDTH = 6;
const RULE_WIDTH = 24;

function resultWords({ verdict, rule, says, probes, failures, skipped = [] }: ProbedRule): readonly string[] {
  const count = verdict === "fail" ? `${failures.length} of ${probes}` : String(probes);
  return [
    `  ${verdicts[verdict].padEnd(VERDICT_WIDTH)}${rule.padEnd(RULE_WIDTH)}${says}${probes === 0 ? "" : ` (${count})`}`,
    ...failures.map(({ probe, found }) => `        ${probe}: ${found}`),
    ...skipped.map(({ probe, reason }) => `        skipped ${probe}: ${reason}`),
  ];
}

function summaryWords(results: readonly ProbedRule[]): string {
  const count = (verdict: ProbedRule["verdict"]) => results.filter((result) => result.verdict === verdict).length;
  const skippedCount = results.flatMap((result) => result.skipped ?? []).length;
  const skippedText = skippedCount === 0 ? "" : ` ${skippedCount} requests were skipped.`;
  return `${count("pass")} rules hold, ${count("fail")} do not, ${count("not applicable") + count("skipped")} gave no result.${skippedText}`;
}
