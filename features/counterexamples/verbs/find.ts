import { join } from "node:path";
import type { CommandContext, GateOption, JsonOption } from "../../../cli/command";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { namedGate, policyFolderFor } from "../../../cli/gates";
import { withRelativePaths } from "../../../lib/app-root";
import { policyPath } from "../../../lib/policy-folder/policy-path";
import type { CaseFile } from "../../../local/cases/format";
import { jsonText } from "../../../local/cases/update";
import type { FindAsked, FindResult } from "../../../local/counterexamples/find";
import { findInThread, findThreads } from "../../../local/counterexamples/find-thread";
import type { Direction } from "../../../local/counterexamples/judge";
import { JobError } from "../../../local/policies/job-threads";
import { caseSchema, writeNew } from "../../../local/policies/new-file";
import { OtherPolicyError, otherPolicy } from "../../../local/policies/other-policy";
import type { findChoices } from "./find-choices";
import { foundLines } from "./found-report";

export interface FindOptions extends JsonOption, GateOption {
  readonly find: (typeof findChoices)[number];
  readonly policy?: string;
  readonly against?: string;
  readonly seconds: number;
  readonly save?: string;
  readonly accept?: boolean;
}

/** `entra-gatehouse preview --find`: the smallest sign-up that a draft ends otherwise than today's policy. */
export async function find(options: FindOptions, session: CommandContext): Promise<void> {
  const { output } = session;
  const folder = policyPath(policyFolderFor(options, undefined));
  const today = await todaysPolicy(options, folder);
  const directions: readonly Direction[] = options.find === "both" ? ["admitted", "refused"] : [options.find];
  const result = await searched({ folder, against: today.folder, gate: namedGate(options), directions, limitMs: options.seconds * 1_000 });
  const names = { today: today.name, draft: withRelativePaths(folder) };
  const saved = savedCases(result, folder, options);
  if (options.json) output.json({ ...names, ...asJson(result), ...(saved !== undefined && { saved }) });
  else for (const line of foundLines(result, { ...names, saved, directions })) output.print(line);
  session.exitCode = result.found.length === 0 || options.accept ? exitCodes.done : exitCodes.changes;
}

/** By default what the project's own policy is, or was when it was last committed. */
async function todaysPolicy(
  { policy, against, gate }: FindOptions,
  folder: string,
): Promise<{ readonly folder: string; readonly name: string }> {
  const own = policyFolderFor({ ...(gate !== undefined && { gate }) }, undefined);
  const named = against ?? (policy === undefined ? "git:HEAD" : own);
  try {
    return await otherPolicy(named, named.startsWith("git:") && policy !== undefined ? policyPath(own) : folder);
  } catch (error) {
    if (!(error instanceof OtherPolicyError)) throw error;
    const option = against === undefined ? " --against DIR names such a folder." : "";
    throw new CommandError(`${error.message}${option}`, exitCodes.failed, { cause: error });
  }
}

async function searched(asked: FindAsked): Promise<FindResult> {
  try {
    return await findInThread(asked);
  } catch (error) {
    throw error instanceof JobError ? new CommandError(error.message, exitCodes.failed, { cause: error }) : error;
  } finally {
    findThreads.end();
  }
}

function asJson({ isSame, found, ...counts }: FindResult): object {
  return { same: isSame, ...counts, found: found.map(({ candidate, ...person }) => person) };
}

/** The file's name, where one was asked for and somebody was found. */
function savedCases({ found }: FindResult, folder: string, { save, accept }: FindOptions): string | undefined {
  if (save === undefined || found.length === 0) return undefined;
  const cases = join(folder, "cases");
  const file: CaseFile = { $schema: caseSchema(cases), cases: found.map((each) => (accept ? each.accepting : each.case)) };
  const saved = writeNew(cases, save, `${jsonText(file, "")}\n`);
  if (saved.ok) return saved.file;
  throw new CommandError(
    {
      name: `--save ${saved.detail}: this cannot be a file's name. Use letters, digits and single hyphens, without ending.`,
      exists: `${saved.detail} is there already: give another name to --save.`,
      file: `${saved.detail} cannot be written.`,
    }[saved.why],
  );
}
