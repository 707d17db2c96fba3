import { join } from "node:path";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { localInstance } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { namedGate } from "../../../cli/gates";
import { formatCount } from "../../../cli/output";
import { policyFolderFor } from "../../../cli/policy-folders";
import { assertOptionalPackages } from "../../../lib/app-packages";
import { withRelativePaths } from "../../../lib/app-root";
import { policyPath } from "../../../lib/policy-folder/policy-files";
import type { CaseFile } from "../../../local/cases/format";
import type { FindResult, FoundPerson, PolicyWord } from "../../../local/counterexamples/find";
import { findInThread, findThreads } from "../../../local/counterexamples/find-thread";
import type { Direction } from "../../../local/counterexamples/judge";
import { caseSchema, writeNew } from "../../../local/policies/files";
import { JobError } from "../../../local/policies/job-threads";
import { type OtherPolicy, OtherPolicyError, otherPolicy } from "../../../local/policies/other-policy";

export interface FindOptions extends JsonOption, Pick<DeploymentOptions, "gate" | "local" | "data"> {
  readonly find: Direction | "both";
  readonly policy?: string;
  readonly against?: string;
  readonly seconds: number;
  readonly save?: string;
  readonly accept?: boolean;
}

/** Finds the smallest sign-up for which a draft decides differently from today's policy. */
export async function find(options: FindOptions, session: CommandContext): Promise<void> {
  assertOptionalPackages("preview --find", "fast-check");
  const { output } = session;
  const folder = policyPath(policyFolderFor(options, options.local ? localInstance(options).policy : undefined));
  const directions: readonly Direction[] = options.find === "both" ? ["admitted", "refused"] : [options.find];
  const { against: option, seconds } = options;
  const today = await rejectForAuthors(todaysPolicy(options, folder), option === undefined ? " --against DIR names such a folder." : "");
  const findJob = { folder, against: today.folder, gate: namedGate(options), directions, limitMs: seconds * 1_000 };
  const result = await rejectForAuthors(findInThread(findJob)).finally(() => findThreads.end());
  const names = { today: today.name, draft: withRelativePaths(folder) };
  const savedFile = savedCases(result, folder, options);
  if (options.json) {
    const { isSame: same, ...more } = result;
    output.json({ ...names, same, ...more, saved: savedFile });
  } else {
    output.print(`Today: ${names.today}. Draft: ${names.draft}.`);
    for (const line of foundLines(result, directions)) output.print(line);
    if (savedFile !== undefined) output.print(`Saved as ${savedFile}.`);
    else if (result.found.length > 0) output.print(KEEP);
  }
  session.exitCode = result.found.length === 0 || options.accept ? exitCodes.done : exitCodes.changes;
}

const KEEP =
  "Keep it as a case: --save NAME. If the change is intended, --save NAME --accept: then it passes, and is left out from then on.";

/**
 * The policy to compare with: by default the project's own. If the draft is the project's own policy, the default is its version in the
 * last commit.
 */
function todaysPolicy({ policy, against, gate }: FindOptions, folder: string): Promise<OtherPolicy> {
  const ownFolder = policyFolderFor({ gate }, undefined);
  const againstName = against ?? (policy === undefined ? "git:HEAD" : ownFolder);
  return otherPolicy(againstName, againstName.startsWith("git:") && policy !== undefined ? policyPath(ownFolder) : folder);
}

/** If the author of a policy can fix an error, ends the command with the error's message. */
async function rejectForAuthors<T>(work: Promise<T>, advice = ""): Promise<T> {
  return await work.catch((error: unknown) => {
    const isTheirs = error instanceof JobError || error instanceof OtherPolicyError;
    throw isTheirs ? new CommandError(`${error.message}${advice}`, exitCodes.failed, { cause: error }) : error;
  });
}

function savedCases({ found }: FindResult, folder: string, { save, accept }: FindOptions): string | undefined {
  if (save === undefined || found.length === 0) return undefined;
  const cases = join(folder, "cases");
  const file: CaseFile = { $schema: caseSchema(cases), cases: found.map((each) => (accept ? each.accepting : each.case)) };
  const writeResult = writeNew(cases, save, `${JSON.stringify(file, undefined, 2)}\n`);
  if (writeResult.ok) return writeResult.file;
  throw new CommandError(
    {
      name: `--save ${writeResult.detail}: this cannot be a file's name. Use letters, digits and single hyphens, without a file extension.`,
      exists: `${writeResult.detail} is there already: give another name to --save.`,
      file: `${writeResult.detail} cannot be written.`,
    }[writeResult.why],
  );
}

const titles: Readonly<Record<Direction, string>> = {
  admitted: "The draft lets in somebody that today's policy does not:",
  refused: "The draft refuses somebody that today's policy lets in:",
};
const newly: Readonly<Record<Direction, string>> = { admitted: "newly let in", refused: "newly refused" };

export function foundLines({ isSame, tried, ms, accepted, found }: FindResult, directions: readonly Direction[]): readonly string[] {
  if (isSame) return ["Both read the same: nobody is treated differently."];
  const missing = directions.filter((direction) => found.every((each) => each.direction !== direction)).map((each) => newly[each]);
  const none = missing.length === 0 ? "" : `, found nobody ${missing.join(" or ")}: that is no proof`;
  return [
    ...found.flatMap(personLines),
    ...(accepted === 0 ? [] : [`Left out, as cases of the draft expect it: ${formatCount(accepted, "kind")} of people.`]),
    `Tried ${formatCount(tried, "sign-up")} in ${(ms / 1_000).toFixed(1)} s${none}.`,
  ];
}

function personLines({ direction, facts, today, draft }: FoundPerson): readonly string[] {
  const lines = facts.map(({ what, is }) => `  ${what}: ${is}`);
  return [titles[direction], ...lines, `  today:  ${wordLine(today)}`, `  draft:  ${wordLine(draft)}`];
}

function wordLine({ isAdmitted, verdict, step, rule, reasons }: PolicyWord): string {
  if (isAdmitted) return "let in";
  const refusalWords = verdict === "invalid" ? "asked to correct the form" : "refused";
  return `${refusalWords} at ${step}${rule === undefined ? "" : ` by ${rule}`}: ${reasons.join(", ")}`;
}
