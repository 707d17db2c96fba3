import { basename } from "node:path";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { requireConfirmation } from "../../../cli/confirmed";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { CommandError } from "../../../cli/failure";
import { unknownGate } from "../../../cli/gates";
import { patientClient, withInterruption } from "../../../cli/long-tasks";
import { formatCount, type Output } from "../../../cli/output";
import type { ListFormat } from "../../../engine/files/format";
import type { ChangeSet } from "../change-set";
import type { Concern } from "../concern";
import type { StoredRow } from "../files/changes";
import { type ImportPlan, planImport } from "../files/plan";
import type { Cells } from "../hygiene";
import { planRow } from "../let-in";
import { describeProblem } from "../problem-texts";
import { readRow } from "../row";
import { accessListStore } from "../store/access-list";
import { writeOrRecordEdit } from "../store/edits";
import { plannedRows } from "../store/parts";
import { storedRow } from "../store/row-changes";
import { type EditPorts, interruptedImport, type Ran } from "../store/run";
import { EXAMPLES, editWarnings, reportPlan } from "./change-report";
import { editPorts, finishEdit } from "./change-sets";
import { type CheckedFile, checkFile, listSource } from "./list-file";

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
    const begunImport = await beginImport({ path, options, interruption, session });
    if (begunImport !== undefined)
      await finishEdit(begunImport.ran, { ports: begunImport.ports, signal: interruption.signal, options }, session);
  });
}

// Separate functions free memory early: the file's rows before the set is recorded, the plan before the list is written.

/** Records and begins the import. Undefined if there is nothing to write. */
async function beginImport(run: ImportRun): Promise<{ readonly ran: Ran; readonly ports: EditPorts } | undefined> {
  const { path, interruption } = run;
  const plan = await planFile(run);
  if (plan === undefined || plan.changes.length === 0) return undefined;
  const { counts, changes, author, ports } = plan;
  const { unchanged: _, ...changed } = counts;
  const file = path === "-" ? {} : { file: basename(path) };
  const draft = { ...author, ...file, ...changed, means: "list import", writes: changes.length } as const;
  const ran = await writeOrRecordEdit(ports, draft, plannedRows(changes.splice(0)), new Date(), { signal: interruption.signal });
  return ran && { ran, ports };
}

type AuthoredPlan = ImportPlan & { readonly author: Required<Pick<ChangeSet, "by" | "source">>; readonly ports: EditPorts };

/** Finishes an interrupted run of the import first. Undefined in a dry run, or if somebody edited rows of that run meanwhile. */
async function planFile(run: ImportRun): Promise<AuthoredPlan | undefined> {
  const { path, options, interruption, session } = run;
  const { output } = session;
  const source = listSource(path, options, output);
  const checkedFile = await checkFile(source, "nothing was written", output, interruption.signal);
  const deployment = await deploymentFor(options);
  const patient = patientClient(deployment.dynamodb, { signal: interruption.signal, tell: output.warn });
  const ports = editPorts({ ...deployment, dynamodb: patient }, output.warn);
  const author = { by: await deployment.caller(), source: `${source.digest()}${options.replace ? " replace" : ""}` };
  const earlier = options.dryRun ? undefined : await interruptedImport(ports.changes, author, new Date());
  if (earlier !== undefined) {
    output.warn(`Continuing the change set ${earlier.id}, which an earlier run of this import left unfinished.`);
    const begunEdit = { set: earlier, writes: 0, kept: [], keptCount: 0 };
    const { keptCount } = await finishEdit(begunEdit, { ports, signal: interruption.signal, options }, session);
    // A new plan would overwrite what somebody edited during the interruption.
    if (keptCount !== 0) return undefined;
  }
  const plan = await compareFile(source.name, checkedFile, deployment, run);
  return options.dryRun ? undefined : { ...plan, author, ports };
}

async function compareFile(
  name: string,
  checkedFile: CheckedFile,
  deployment: Deployment,
  { options, interruption, session }: ImportRun,
): Promise<ImportPlan> {
  const { replace = false, dryRun, yes } = options;
  const { output } = session;
  const now = new Date();
  const warnings = editWarnings(now);
  const unmatchedEntries: string[] = [];
  const newGates = new Set<string>();
  const plan = await planImport(checkedFile.rows, storedRows(deployment, interruption.signal), {
    replace,
    // With --replace, the list becomes the file.
    plan: replace ? undefined : (wanted, current) => planRow(wanted, current, now),
    signal: interruption.signal,
    onChange(edit) {
      const { before, after } = edit;
      const why = before === undefined ? checkedFile.unmatched.get(String(after?.entry)) : undefined;
      if (why !== undefined) unmatchedEntries.push(`${name}:${why}`);
      for (const gate of gatesNamed(after)) if (!gatesNamed(before).includes(gate)) newGates.add(gate);
      warnings.add(edit);
    },
  });
  assertNoneRefused(unmatchedEntries, ["new row matches nobody", "new rows match nobody"], output);
  const refused = plan.refused.map(
    ({ entry, problem }) => `${name}:${checkedFile.rows.get(entry)?.line}: ${entry}: ${describeProblem(problem)}`,
  );
  assertNoneRefused(refused, ["row cannot be written", "rows cannot be written"], output);
  assertGates(newGates, deployment, (gate) => `${name}:${checkedFile.gates.get(gate)}`);
  reportPlan(plan, { repeated: checkedFile.repeated, ...options }, output);
  const doubts = await warnings.tell(deployment, output);
  if (!dryRun && !yes) await confirm(plan, { replace, fileRows: checkedFile.rows.size, opens: warnings.opens, doubts }, interruption);
  return plan;
}

function assertNoneRefused(lines: readonly string[], [one, several]: readonly [string, string], { warn }: Pick<Output, "warn">): void {
  if (lines.length === 0) return;
  for (const line of lines.slice(0, EXAMPLES)) warn(line);
  if (lines.length > EXAMPLES) warn(`and ${lines.length - EXAMPLES} more.`);
  throw new CommandError(`${formatCount(lines.length, one, several)}; nothing was written.`);
}

/** At an unknown gate, a deny would have no effect. */
function assertGates(namedGates: ReadonlySet<string>, { gates }: Pick<Deployment, "gates">, formatPlace: (gate: string) => string): void {
  for (const gate of namedGates)
    if (!gates.includes(gate)) throw new CommandError(`${formatPlace(gate)}: ${unknownGate(gate, gates).message} Nothing was written.`);
}

function gatesNamed(cells: Cells | undefined): readonly string[] {
  return (cells && readRow(cells).gates) ?? [];
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
  readonly opens: readonly Concern[];
  /** Counts entries that let in many people, denies of many people that the import ends, and allowed look-alike domains. */
  readonly doubts: number;
}

async function confirm({ counts }: ImportPlan, { replace, fileRows, opens, doubts }: Doubts, interruption: AbortController): Promise<void> {
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
  if (opens.length > 0 && !isAsked) {
    const namedEntries = [...new Set(opens.map(({ about }) => about))].slice(0, EXAMPLES).join(", ");
    throw new CommandError(`This lets in people that nobody can name (${namedEntries}): add --yes if that is meant. Nothing was written.`);
  }
  // Without a terminal, nobody can answer. An import that needs --yes was refused above, and any other goes on.
  if (!isAsked || (doubts === 0 && !(replace && removed > 0))) return;
  if (!replace) {
    await requireConfirmation(`This adds ${added} and changes ${changed} of the list's rows. Continue?`, interruption);
    return;
  }
  const list = `the list's ${formatCount(removed + changed + unchanged, "row")}`;
  await requireConfirmation(`This removes ${removed} and changes ${changed} of ${list}. Continue?`, interruption);
}
