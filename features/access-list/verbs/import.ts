import { basename } from "node:path";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { confirmed } from "../../../cli/confirmed";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { unknownGate } from "../../../cli/gates";
import { withInterruption } from "../../../cli/long-tasks/interruption";
import { patientClient } from "../../../cli/long-tasks/patient-client";
import { counted, type Output } from "../../../cli/output";
import type { ListFormat } from "../../../engine/files/format";
import type { ChangeSet } from "../change-set";
import type { StoredRow } from "../files/changes";
import { type ImportPlan, planImport } from "../files/plan";
import type { Cells } from "../hygiene";
import { readRow } from "../row";
import { accessListStore } from "../store/access-list";
import { applyEdit } from "../store/edits";
import { plannedRows } from "../store/parts";
import { storedRow } from "../store/row-changes";
import { canContinue, type Draft, type EditOptions, type EditPorts, interruptedImport, type Ran, resumeEdit } from "../store/run";
import { alikeFor, allowedLookAlikes } from "./allowed-look-alikes";
import { type BroadEdits, broadEdits, EXAMPLES, reportPlan, unaskedApprovals } from "./change-report";
import { changeSetNamed, changeSetsOf, editPorts, type LongRun, runWithProgress } from "./change-sets";
import { checkFile, listSource } from "./list-file";

export interface ImportOptions extends DeploymentOptions, JsonOption {
  readonly dryRun?: boolean;
  readonly replace?: boolean;
  readonly yes?: boolean;
  readonly resume?: string;
  readonly format?: ListFormat;
  readonly effect?: string;
}

/** `entra-gatehouse list import`: checks the whole file, compares it with the table, and writes the difference as one change set. */
export async function importList(path: string | undefined, options: ImportOptions, session: CommandContext): Promise<void> {
  const { output } = session;
  if (options.resume !== undefined) {
    await resumeImport(path, options.resume, options, session);
    return;
  }
  if (path === undefined) throw new CommandError("Name a file, - for standard input, or with --resume a change set.");
  const source = listSource(path, options, output);
  await withInterruption(async (interruption) => {
    const { signal } = interruption;
    const checked = await checkFile(source, "nothing was written", output, signal);
    const deployment = await deploymentFor(options);
    const { replace = false, dryRun, yes } = options;
    const author = { by: await deployment.caller(), source: `${source.digest()}${replace ? " replace" : ""}` };
    const earlier = dryRun ? undefined : await interruptedImport(changeSetsOf(deployment), author, new Date());
    if (earlier !== undefined) {
      output.warn(`Continuing the change set ${earlier.id}, which an earlier run of this import left unfinished.`);
      // The plan below would overrule people who edited a row meanwhile.
      if ((await continueSet(earlier, deployment, { signal, options }, session))?.keptCount !== 0) return;
    }
    const broad = broadEdits(new Date());
    const posing = allowedLookAlikes();
    const unasked = unaskedApprovals(new Date());
    const unmatched: string[] = [];
    const newGates = new Set<string>();
    const plan = await planImport(checked.rows, storedRows(deployment, signal), {
      replace,
      examples: EXAMPLES,
      signal,
      onChange: ({ was, is }) => {
        const why = was === undefined ? checked.unmatched.get(String(is?.entry)) : undefined;
        if (why !== undefined) unmatched.push(`${source.name}:${why}`);
        for (const gate of gatesNamed(is)) if (!gatesNamed(was).includes(gate)) newGates.add(gate);
        broad.add({ before: was, after: is });
        posing.add({ before: was, after: is });
        unasked.add({ before: was, after: is });
      },
    });
    assertNoneUnmatched(unmatched, output);
    assertGates(newGates, deployment, (gate) => `${source.name}:${checked.gates.get(gate)}`);
    reportPlan(plan, { repeated: checked.repeated, ...options }, output);
    broad.tell(output);
    unasked.tell(deployment, output);
    const alike = await posing.tell(alikeFor(deployment), output);
    if (dryRun) return;
    if (!yes) await confirm(plan, { replace, fileRows: checked.rows.size, broad, doubts: broad.count + alike }, interruption);
    const file = path === "-" ? {} : { file: basename(path) };
    await write(plan, deployment, { ...author, ...file }, { signal, options }, session);
  });
}

function assertNoneUnmatched(unmatched: readonly string[], { warn }: Pick<Output, "warn">): void {
  if (unmatched.length === 0) return;
  for (const line of unmatched.slice(0, EXAMPLES)) warn(line);
  if (unmatched.length > EXAMPLES) warn(`and ${unmatched.length - EXAMPLES} more.`);
  throw new CommandError(`${counted(unmatched.length, "new row matches", "new rows match")} nobody; nothing was written.`);
}

/** A deny that names no gate of the deployment would count nowhere. */
function assertGates(named: ReadonlySet<string>, { gates }: Pick<Deployment, "gates">, whereOf: (gate: string) => string): void {
  for (const gate of named)
    if (!gates.includes(gate)) throw new CommandError(`${whereOf(gate)}: ${unknownGate(gate, gates).message} Nothing was written.`);
}

function gatesNamed(cells: Cells | undefined): readonly string[] {
  return (cells && readRow(cells).gates) ?? [];
}

async function write(
  { counts, writes }: ImportPlan,
  deployment: Deployment,
  author: Pick<Draft, "by" | "source" | "file">,
  run: Pick<LongRun, "signal" | "options">,
  session: CommandContext,
): Promise<void> {
  const total = Object.values(writes).reduce((sum, { length }) => sum + length, 0);
  if (total === 0) return;
  const ports = patientPorts(deployment, run.signal, session);
  const { unchanged: _, ...counted } = counts;
  const draft: Draft = { ...author, means: "list import", ...counted, writes: total };
  const apply = (given: EditOptions) => applyEdit(ports, draft, plannedRows(writes), new Date(), given);
  await runWithProgress({ ...run, writes: total }, apply, session);
}

/** Writes what is left of an interrupted set, which holds its rows. */
function continueSet(
  set: ChangeSet,
  deployment: Deployment,
  run: Pick<LongRun, "signal" | "options">,
  session: CommandContext,
): Promise<Ran | undefined> {
  const ports = patientPorts(deployment, run.signal, session);
  return runWithProgress({ ...run, set, writes: set.writes }, (given) => resumeEdit(ports, set, given), session);
}

function patientPorts(deployment: Deployment, signal: AbortSignal, { output }: CommandContext): EditPorts {
  return editPorts({ ...deployment, dynamodb: patientClient(deployment.dynamodb, { signal, tell: output.warn }) }, output.warn);
}

/** Completes an interrupted change set. Takes no file, because the set contains the remaining writes. */
async function resumeImport(path: string | undefined, id: string, options: ImportOptions, session: CommandContext): Promise<void> {
  if (path !== undefined) throw new CommandError("--resume takes no file: the change set holds what is left to write.");
  for (const name of ["dryRun", "replace"] as const) {
    if (options[name]) throw new CommandError("--resume goes on with what was planned then: it takes neither --dry-run nor --replace.");
  }
  const deployment = await deploymentFor(options);
  const set = await changeSetNamed(id, changeSetsOf(deployment));
  if (set.state === "done") throw new CommandError(`The change set ${id} is done: there is nothing to resume.`);
  if (set.revertedBy !== undefined)
    throw new CommandError(`The change set ${id} was reverted by ${set.revertedBy}: import the file again.`);
  if (!canContinue(set)) throw new CommandError(`The record of the change set ${id} is not whole: import the file again.`);
  await withInterruption(async ({ signal }) => void (await continueSet(set, deployment, { signal, options }, session)));
}

async function* storedRows({ dynamodb, accessListTable }: Deployment, signal: AbortSignal): AsyncGenerator<readonly StoredRow[]> {
  for await (const page of accessListStore(dynamodb, accessListTable).pages()) {
    signal.throwIfAborted();
    yield page.map(storedRow);
  }
}

interface Doubts {
  readonly replace: boolean;
  readonly fileRows: number;
  readonly broad: Pick<BroadEdits, "opens">;
  /** Number of entries that let in many, ended denies of many, and allowed look-alikes. */
  readonly doubts: number;
}

async function confirm({ counts }: ImportPlan, { replace, fileRows, broad, doubts }: Doubts, interruption: AbortController): Promise<void> {
  const { added, removed, changed, unchanged } = counts;
  const isAsked = process.stdin.isTTY && process.stderr.isTTY;
  if (replace && fileRows === 0) {
    throw new CommandError("The file has no rows: --replace would empty the list. If that is meant, add --yes.");
  }
  if (replace && removed > 0 && !isAsked) {
    throw new CommandError(`--replace would remove ${counted(removed, "row")}: add --yes if that is meant (--dry-run shows the first).`);
  }
  if (broad.opens.length > 0 && !isAsked) {
    const named = [...new Set(broad.opens.map(({ about }) => about))].slice(0, EXAMPLES).join(", ");
    throw new CommandError(`This lets in people that nobody can name (${named}): add --yes if that is meant. Nothing was written.`);
  }
  // A script only gets warnings of the rest.
  if (!isAsked || (doubts === 0 && !(replace && removed > 0))) return;
  if (!replace) {
    await confirmed(`This adds ${added} and changes ${changed} of the list's rows. Continue?`, interruption);
    return;
  }
  const list = `the list's ${counted(removed + changed + unchanged, "row")}`;
  await confirmed(`This removes ${removed} and changes ${changed} of ${list}. Continue?`, interruption);
}
