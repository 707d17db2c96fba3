import { type CommandContext, type DeploymentOptions, type JsonOption, placeFlags } from "../../../cli/command";
import type { Deployment } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { showProgress } from "../../../cli/long-tasks";
import { formatCount, formatRest, type Output } from "../../../cli/output";
import type { VerbHooks } from "../../../cli/verb";
import { omit } from "../../../engine/collections";
import type { Row } from "../../../engine/sign-up/rule";
import { openAuditStore } from "../../audit/verbs/trail";
import { hooks } from "../../lists/hooks";
import { CHANGE_SET_DAYS, type ChangeSet, writtenShare } from "../change-set";
import { type DescribedEntry, describeEntry, summary } from "../describe-entry";
import type { EditedRow } from "../edit-check";
import { firstChanges, type ImportPlan } from "../files/plan";
import { describeImport } from "../import-notes";
import { type ChangeSetStore, changeSetStore } from "../store/change-sets";
import { EditHeldError, type EditPorts, type Ran, resumeEdit, type SetRequests, TakenOverError } from "../store/run";

declare module "../../../cli/verb" {
  interface VerbHooks {
    /** Without this hook, a command cannot undo a change that denied requests. */
    requestsOfSets?(deployment: Deployment): SetRequests | undefined;
    /** Returns what new denies leave. */
    besideDeny?(denies: readonly Row[], deployment: Deployment, options: DeploymentOptions): Promise<RequestsLeft | undefined>;
  }
}

export interface RequestsLeft {
  readonly count: number;
  /** The codes of the first. */
  readonly references: readonly string[];
  /** The command that denies them or, if it cannot, shows them. */
  readonly answer: string;
  readonly text: string;
}

export async function findRequestsLeft(
  denies: readonly Row[],
  deployment: Deployment,
  options: DeploymentOptions,
): Promise<RequestsLeft | undefined> {
  if (denies.length === 0) return undefined;
  const hook = (hooks as readonly VerbHooks[]).find(({ besideDeny }) => besideDeny !== undefined);
  return await hook?.besideDeny?.(denies, deployment, options);
}

export function openChangeSets({ dynamodb, listChangesTable }: Deployment): ChangeSetStore {
  return changeSetStore(dynamodb, listChangesTable);
}

/** @param warn called once if rows must be written one at a time */
export function editPorts(deployment: Deployment, warn?: Output["warn"]): EditPorts {
  const { dynamodb: client, accessListTable: list, tables } = deployment;
  const warnOfBatchless = (why: string) =>
    warn?.(`DynamoDB takes no batch of statements (${why}): rows are written one by one, which is slower.`);
  return {
    client,
    list,
    changes: openChangeSets(deployment),
    trail: tables.audit === undefined ? undefined : openAuditStore(deployment),
    requests: hooks.map((each: VerbHooks) => each.requestsOfSets?.(deployment)).find((requests) => requests !== undefined),
    onBatchless: warnOfBatchless,
  };
}

export async function getChangeSet(id: string, store: ChangeSetStore): Promise<ChangeSet> {
  const changeSet = await store.get(id);
  if (changeSet !== undefined) return changeSet;
  throw new CommandError(`There is no change set ${id}: they are kept for ${CHANGE_SET_DAYS} days, and list changes shows them.`);
}

export function formatUndoHint({ id }: Pick<ChangeSet, "id">, options: DeploymentOptions): string {
  return `Change set ${id}. To take it back: npm run gate -- list revert ${id}${placeFlags(options)}`;
}

export interface LongRun {
  readonly ports: EditPorts;
  readonly signal: AbortSignal;
  readonly options: DeploymentOptions & JsonOption;
}

export async function finishEdit(begunEdit: Ran, run: LongRun, session: CommandContext): Promise<Ran> {
  const ran = begunEdit.set.state === "done" ? begunEdit : await writeWithProgress(begunEdit.set, run, session.output);
  reportRan(ran, run.options, session);
  return ran;
}

/** Writes what is left of a set. @param describeRest what an interrupted run says @default the number of its writes */
export async function writeWithProgress(
  changeSet: ChangeSet,
  { ports, signal }: Omit<LongRun, "options">,
  output: Output,
  describeRest = (done: number) =>
    `${done} of ${formatCount(changeSet.writes, "write is", "writes are")} done. Repeat the same command to continue; list revert ${changeSet.id} takes them back.`,
): Promise<Ran> {
  let doneCount = Math.floor(writtenShare(changeSet) * changeSet.writes);
  const progress = showProgress("Writing", changeSet.writes + (changeSet.requests?.count ?? 0), output);
  progress.advance(doneCount);
  const showWritten = (count: number) => {
    doneCount += count;
    progress.advance(count);
  };
  try {
    return await resumeEdit(ports, changeSet, { signal, onWritten: showWritten });
  } catch (error) {
    progress.stop();
    if (error instanceof TakenOverError || error instanceof EditHeldError) throw new CommandError(error.message);
    if (signal.aborted) throw new CommandError(`Interrupted: ${describeRest(doneCount)}`, exitCodes.interrupted);
    output.warn(describeRest(doneCount));
    throw error;
  } finally {
    progress.stop();
  }
}

/** Exits with 2 if some rows were not written because somebody else edited them. */
function reportRan({ set, writes, kept, keptCount }: Ran, options: DeploymentOptions & JsonOption, session: CommandContext): void {
  const { output } = session;
  if (keptCount > 0) session.exitCode = exitCodes.kept;
  if (options.json) {
    output.json({ changeSet: set.id, writes, kept: keptCount, keptEntries: kept });
    return;
  }
  tellKept(set, kept, keptCount, output);
  output.warn(`Done: ${formatCount(writes, "write")}.`);
  if (writes > 0) output.warn(formatUndoHint(set, options));
}

function tellKept(changeSet: ChangeSet, keptEntries: readonly string[], count: number, output: Output): void {
  if (count === 0) return;
  output.warn(`${formatCount(count, "row was", "rows were")} ${editedWhen(changeSet)}, and left as ${count === 1 ? "it is" : "they are"}:`);
  for (const entry of keptEntries) output.warn(`  ${entry}`);
  for (const line of formatRest(count, keptEntries.length)) output.warn(line);
}

export function editedWhen({ reverts }: ChangeSet): string {
  return reverts === undefined ? "edited by somebody else meanwhile" : "edited since";
}

export const EXAMPLES = 20;

interface ReportOptions extends JsonOption {
  readonly repeated: number;
  readonly dryRun?: boolean;
  readonly left: RequestsLeft | undefined;
}

export function reportPlan(plan: ImportPlan, { repeated, dryRun, json, left }: ReportOptions, output: Output): void {
  const { added, changed, removed, unchanged } = plan.counts;
  const now = new Date();
  if (json) {
    const all = dryRun ? firstChanges(plan, EXAMPLES) : undefined;
    const examples = all?.flatMap(({ kind, edits }) => edits.map((edit) => ({ change: kind, ...describeChange(edit, now) })));
    output.json({ added, changed, removed, unchanged, repeated, examples, requestsLeft: left && omit(left, "text") });
    return;
  }
  output.print(`${added} to add, ${changed} to change, ${removed} to remove, ${unchanged} unchanged.`);
  for (const note of describeImport({ repeated })) output.print(note);
  if (!dryRun) return;
  for (const { kind, edits } of firstChanges(plan, EXAMPLES)) {
    for (const edit of edits) output.print(differenceLine(describeChange(edit, now)));
    for (const line of formatRest(plan.counts[kind], edits.length, kind)) output.print(line);
  }
}

export interface DescribedChange {
  readonly entry: string;
  readonly was?: DescribedEntry;
  readonly is?: DescribedEntry;
}

export function describeChange({ before, after }: EditedRow, now: Date): DescribedChange {
  const [was, is] = [before, after].map((cells) => cells && describeEntry(cells, now));
  return { entry: String((after ?? before)?.entry), was, is };
}

/** `+ contoso.com: allow`, `- …`, `~ contoso.com: allow -> deny`. */
export function differenceLine({ entry, was, is }: DescribedChange): string {
  if (was === undefined) return `+ ${entry}: ${is && summary(is)}`;
  return is === undefined ? `- ${entry}: ${summary(was)}` : `~ ${entry}: ${summary(was)} -> ${summary(is)}`;
}
