import { basename } from "node:path";
import { type Concern, reviewAct } from "../../../adapters/operator/act";
import { type Acting, doAct } from "../../../cli/act";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { patientClient, withInterruption } from "../../../cli/long-tasks";
import { formatCount, type Output, warnOfFirst } from "../../../cli/output";
import type { ListFormat } from "../../../engine/files/format";
import { importRows } from "../acts/file";
import { listEditConcerns } from "../acts/judging";
import { opensToMany } from "../breadth";
import { newDenies } from "../edit-check";
import { editedCells, type ImportPlan } from "../files/plan";
import { describeImport } from "../import-notes";
import { describeProblem } from "../problem-texts";
import { interruptedImport, type Ran } from "../store/run";
import { EXAMPLES, editPorts, findRequestsLeft, finishEdit, openChangeSets, reportPlan } from "./change-sets";
import { actingOnList, needsAgreement, warnOfEdit } from "./editing";
import { checkFile, listSource } from "./list-file";

export interface ImportOptions extends DeploymentOptions, JsonOption {
  readonly dryRun?: boolean;
  readonly replace?: boolean;
  readonly yes?: boolean;
  readonly format?: ListFormat;
  readonly effect?: string;
}

interface ImportRun {
  readonly path: string;
  readonly options: ImportOptions;
  readonly interruption: AbortController;
  readonly session: CommandContext;
}

/** Writes the difference between the file and the table as one change set. */
export async function importList(path: string, options: ImportOptions, session: CommandContext): Promise<void> {
  await withInterruption(async (interruption) => {
    const run: ImportRun = { path, options, interruption, session };
    const begunImport = await beginImport(run);
    if (begunImport !== undefined) await finish(run, begunImport.deployment, begunImport.ran);
  });
}

function finish({ options, interruption: { signal }, session }: ImportRun, deployment: Deployment, ran: Ran): Promise<Ran> {
  return finishEdit(ran, { ports: editPorts(deployment, session.output.warn), signal, options }, session);
}

// Separate functions free memory early: the file's rows before the set is recorded.

async function beginImport(run: ImportRun): Promise<{ readonly ran: Ran; readonly deployment: Deployment } | undefined> {
  const { options } = run;
  const planned = await planFile(run);
  if (planned === undefined || planned.reviewed.state.plan.changes.length === 0) return undefined;
  const { reviewed, fileRows, acting, deployment } = planned;
  const ask = ({ state, concerns }: typeof reviewed) => askAbout(state.plan, concerns, { ...options, fileRows });
  const ran = await doAct(importRows, { rows: new Map() }, {}, { ...acting, reviewed, ask });
  return ran && { ran, deployment };
}

/** Finishes an interrupted run of the import first. Undefined in a dry run, or if somebody edited rows of that run meanwhile. */
async function planFile(run: ImportRun) {
  const { path, options, interruption, session } = run;
  const { output } = session;
  const list = listSource(path, options, output);
  // A file that cannot be read is told before AWS is asked.
  const { rows, repeated } = await checkFile(list, "nothing was written", output, interruption.signal);
  const opened = await deploymentFor(options);
  const deployment = { ...opened, dynamodb: patientClient(opened.dynamodb, { signal: interruption.signal, tell: output.warn }) };
  const acting: Acting = { ...(await actingOnList(deployment, session, options.yes)), interruption };
  const source = `${list.digest()}${options.replace ? " replace" : ""}`;
  const earlier = options.dryRun
    ? undefined
    : await interruptedImport(openChangeSets(deployment), { by: acting.actor.by, source }, new Date());
  if (earlier !== undefined) {
    output.warn(`Continuing the change set ${earlier.id}, which an earlier run of this import left unfinished.`);
    // A new plan would overwrite what somebody edited during the interruption.
    if ((await finish(run, deployment, { set: earlier, writes: 0, kept: [], keptCount: 0 })).keptCount !== 0) return undefined;
  }
  const target = { rows, source, replaces: options.replace ?? false, ...(path !== "-" && { file: basename(path) }) };
  const doing = { actor: acting.actor, now: new Date(), signal: interruption.signal };
  const [reviewed] = await reviewAct(importRows, [target], {}, acting.place, doing);
  if (reviewed === undefined) return undefined;
  const { plan, facts } = reviewed.state;
  const nameRow = (entry: string) => `${rows.has(entry) ? `${list.name}:${rows.get(entry)?.line}: ` : ""}${entry}`;
  const refused = plan.refused.map(({ entry, problem }) => `${nameRow(entry)}: ${describeProblem(problem)}`);
  assertNoneRefused(refused, ["row cannot be written", "rows cannot be written"], output);
  const left = await findRequestsLeft(newDenies(plan.changes.map(editedCells), new Date()), deployment, options);
  reportPlan(plan, { repeated, ...options, left }, output);
  if (left !== undefined) output.warn(left.text);
  const overruled = options.replace ? 0 : plan.counts.removed;
  for (const note of describeImport({ overruled, isCompared: facts.isCompared })) output.warn(note);
  warnOfEdit(reviewed.concerns, output, { isOnPurpose: true, name: nameRow });

  return options.dryRun ? undefined : { reviewed, fileRows: rows.size, acting, deployment };
}

function assertNoneRefused(lines: readonly string[], [one, several]: readonly [string, string], output: Pick<Output, "warn">): void {
  if (lines.length === 0) return;
  warnOfFirst(output, lines, EXAMPLES);
  throw new CommandError(`${formatCount(lines.length, one, several)}; nothing was written.`);
}

function askAbout(
  { counts }: ImportPlan,
  concerns: readonly Concern[],
  { replace, fileRows, yes }: Pick<ImportOptions, "replace" | "yes"> & { readonly fileRows: number },
): string | undefined {
  if (yes) return undefined;
  const { added, removed, changed, unchanged } = counts;
  const isAsked = process.stdin.isTTY && process.stderr.isTTY;
  if (replace && fileRows === 0) {
    throw new CommandError("The file has no rows: --replace would empty the list. If that is meant, add --yes.");
  }
  if (replace && removed > 0 && !isAsked) {
    throw new CommandError(
      `--replace would remove ${formatCount(removed, "row")}: add --yes if that is meant (--dry-run shows the first).`,
    );
  }
  const opens = listEditConcerns(concerns).filter(opensToMany);
  if (opens.length > 0 && !isAsked) {
    const namedEntries = [...new Set(opens.flatMap(({ facts: { rows } }) => rows.map(({ about }) => about)))].join(", ");
    throw new CommandError(`This lets in people that nobody can name (${namedEntries}): add --yes if that is meant. Nothing was written.`);
  }
  // Without a terminal, nobody can answer. An import that needs --yes was refused above, and any other goes on.
  if (!isAsked) return undefined;
  if (replace && removed > 0)
    return `This removes ${removed} and changes ${changed} of the list's ${formatCount(removed + changed + unchanged, "row")}. Continue?`;
  return needsAgreement(concerns) ? `This adds ${added} and changes ${changed} of the list's rows. Continue?` : undefined;
}
