import { type CommandContext, type JsonOption, placeFlags } from "../command";
import { deploymentFor } from "../deployment";
import { exitCodes } from "../exit-codes";
import { CommandError } from "../failure";
import type { Assumption } from "../first-contact/assumptions";
import { assumptionsNamed, type Judged, judgedAssumptions, type ProbeOutcome, probeContext } from "../first-contact/judge";
import type { FirstContactOptions } from "../first-contact/probe";
import { interruptible } from "../long-tasks/interruption";

interface ProbeOptions extends FirstContactOptions, JsonOption {
  readonly only?: readonly string[];
  readonly dryRun?: boolean;
  /** Where the form of Entra's calls is kept, instead of probing. */
  readonly record?: string;
  readonly port: number;
}

/** `entra-gatehouse probe`. */
export async function probe(options: ProbeOptions, session: CommandContext): Promise<void> {
  const { output } = session;
  if (options.record !== undefined) {
    await (await import("./record")).recordForms({ ...options, record: options.record }, session);
    return;
  }
  const chosen = assumptionsNamed(options.only);
  if (chosen.length === 0) throw new CommandError(`There is no assumption ${options.only?.join(", ")}: docs/assumptions.md lists them.`);
  if (options.dryRun) {
    for (const each of chosen) {
      if (options.json) output.json(each);
      else output.print(`${each.id}: ${each.relied}. ${wayOf(each)}`);
    }
    return;
  }
  const deployment = await deploymentFor(options);
  const counts: Record<ProbeOutcome, number> = { holds: 0, "does not hold": 0, "not tried": 0, "by hand": 0 };
  const left: string[] = [];
  const wasInterrupted = await interruptible(async ({ signal }) => {
    for await (const found of judgedAssumptions(chosen, probeContext(deployment, options, { output, signal }))) {
      counts[found.outcome] += 1;
      left.push(...(found.left ?? []));
      if (options.json) output.json(found);
      else for (const line of judgedLines(found)) output.print(line);
    }
    return signal.aborted;
  });
  if (!options.json)
    output.print(`${counts.holds} hold, ${counts["does not hold"]} do not, ${counts["not tried"]} not tried, ${counts["by hand"]} by hand`);
  for (const each of left) output.warn(`Left behind, remove it by hand: ${each}`);
  if (wasInterrupted) {
    output.warn(`Interrupted; probe removed what it made. Repeat: npx --no-install entra-gatehouse probe${placeFlags(options)}`);
    session.exitCode = exitCodes.interrupted;
  } else if (counts["does not hold"] > 0) session.exitCode = exitCodes.findings;
  else if (left.length > 0 || counts.holds === 0) session.exitCode = exitCodes.failed;
}

function wayOf({ tried }: Assumption): string {
  if (typeof tried === "string") return tried === "probe" ? "By this command." : "By probe --record: only Entra can show it.";
  return "command" in tried ? `By ${tried.command}.` : `By hand: ${tried.hand}.`;
}

const marks: Readonly<Record<ProbeOutcome, string>> = { holds: "ok ", "does not hold": "!! ", "not tried": "-  ", "by hand": "-  " };

/** One line, and a second one where something does not hold. */
function judgedLines({ id, relied, otherwise, outcome, why, durationMs }: Judged): readonly string[] {
  if (outcome === "holds") return [`${marks[outcome]} ${id}: ${relied} (${durationMs} ms)`];
  if (outcome === "does not hold") return [`${marks[outcome]} ${id} does not hold: ${relied}. Found: ${why}`, `    ${otherwise}.`];
  return [`${marks[outcome]} ${id}: ${outcome}${outcome === "by hand" ? ":" : ","} ${why}`];
}
