import { toRow } from "../../../adapters/tables/item";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { withInterruption } from "../../../cli/long-tasks";
import { formatCount, type Output } from "../../../cli/output";
import { groupBy } from "../../../engine/collections";
import type { ListFormat } from "../../../engine/files/format";
import { bareSuffix, tooOpen, unknownIssuers } from "../breadth";
import type { Cells } from "../hygiene";
import { type BroadRows, broadRows, type ComparedRow, comparedRow, deniedSpelling, shadowOver } from "../overlap";
import { describeProblems, describeRowProblems } from "../problem-texts";
import { computeEffect, isLive } from "../row";
import { accessListStore } from "../store/access-list";
import { groupKey } from "../store/change-sets";
import { silentGates, unaskedApproval } from "./editing";
import { concernText, listSource } from "./list-file";

interface LintOptions extends DeploymentOptions, JsonOption {
  readonly format?: ListFormat;
}

export async function lint(path: string | undefined, options: LintOptions, session: CommandContext): Promise<void> {
  const { output } = session;
  const now = new Date();
  const counts = new Map<LintKind, number>();
  const shadows = new Map<string, Shadowed>();
  const print = (finding: LintProblem) => {
    counts.set(finding.kind, (counts.get(finding.kind) ?? 0) + 1);
    if (options.json) output.json(finding);
    else if (finding.by === undefined) output.print(formatProblemLine(finding, path));
    else gather(finding, finding.by, shadows);
  };
  await withInterruption(async ({ signal }) => {
    const findings: LintProblem[] = [];
    const rows: LintRow[] = [];
    const broad = broadRows();
    const { source, ...asked } = await openSource(path, options, { tell: (each) => findings.push(each), warn: output.warn });
    for await (const block of source) {
      signal.throwIfAborted();
      for (const row of block) {
        rows.push(row);
        broad.add(row, now);
        findings.push(...listFindings(row, now, asked));
      }
    }
    const all = findings.concat(findingsAmong(rows, broad, now));
    for (const finding of all.sort((one, other) => (buildSortKey(one) < buildSortKey(other) ? -1 : 1))) print(finding);
  });
  for (const [by, shadowed] of shadows) output.print(shadowLine(by, shadowed, path));
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const each = [...counts].map(([kind, count]) => `${count} ${kind}`).join(", ");
  if (!options.json) output.warn(total === 0 ? "Nothing found." : `${formatCount(total, "finding")}: ${each}.`);
  session.exitCode = counts.size === 0 ? exitCodes.done : exitCodes.findings;
}

async function openSource(path: string | undefined, options: LintOptions, reports: Parameters<typeof fileRows>[2]) {
  if (path !== undefined) return { source: fileRows(path, options.format, reports) };
  const deployment = await deploymentFor(options);
  return { source: tableRows(deployment), gates: deployment.gates, silent: silentGates(deployment) };
}

function buildSortKey({ kind, entry, line }: LintProblem): string {
  return `${kinds.indexOf(kind)} ${line === undefined ? entry : String(line).padStart(12, "0")}`;
}

interface Shadowed {
  count: number;
  readonly examples: LintProblem[];
}

const SHADOWED_SHOWN = 3;

function gather(finding: LintProblem, by: string, shadows: Map<string, Shadowed>): void {
  const shadowedEntries = shadows.get(by) ?? { count: 0, examples: [] };
  shadowedEntries.count += 1;
  if (shadowedEntries.examples.length < SHADOWED_SHOWN) shadowedEntries.examples.push(finding);
  shadows.set(by, shadowedEntries);
}

function shadowLine(by: string, { count, examples }: Shadowed, path: string | undefined): string {
  const [only] = examples;
  if (count === 1 && only !== undefined) return formatProblemLine(only, path);
  const namedEntries = examples.map(({ entry, line }) => (line === undefined ? entry : `${entry} (line ${line})`)).join(", ");
  return `shadowed: ${by} says the same as ${count} entries, and no entry between them says otherwise: ${namedEntries}${count > examples.length ? " ..." : ""}`;
}

function formatProblemLine({ kind, entry, why, line }: LintProblem, path: string | undefined): string {
  const where = line === undefined ? [] : [`${path}:${line}`];
  return [...where, kind, ...(entry === "" ? [] : [entry]), why].join(": ");
}

async function* tableRows({ dynamodb, accessListTable }: Deployment): AsyncGenerator<readonly LintRow[]> {
  for await (const page of accessListStore(dynamodb, accessListTable).pages()) yield page.map((item) => lintRow(toRow(item)));
}

async function* fileRows(
  path: string,
  format: ListFormat | undefined,
  { tell, warn }: { readonly tell: (finding: LintProblem) => unknown } & Pick<Output, "warn">,
): AsyncGenerator<readonly LintRow[]> {
  if (path === "-") throw new CommandError("list lint reads a file or the list, not standard input.");
  for await (const block of listSource(path, { format }, { warn }).lines()) {
    yield block.flatMap(({ line, cells, read }) => {
      if (typeof cells.entry === "string" && cells.entry !== "") return [lintRow(cells, line)];
      tell({ kind: "mistyped", entry: "", why: describeProblems(read.ok ? [{ code: "noEntry" }] : read.problems), line });
      return [];
    });
  }
}

interface LintRow extends ComparedRow {
  readonly line?: number;
}

export function lintRow(cells: Cells, line?: number): LintRow {
  return { ...comparedRow(cells), ...(line !== undefined && { line }) };
}

/** The kinds, most severe first: people who get in by mistake, then rows without their intended effect, then useless rows. */
const kinds = [
  "too open",
  "contradictory",
  "mistyped",
  "unknown gate",
  "unknown provider",
  "asks nobody",
  "duplicate",
  "expired",
  "shadowed",
] as const;
type LintKind = (typeof kinds)[number];

export interface LintProblem {
  readonly kind: LintKind;
  readonly entry: string;
  readonly why: string;
  readonly line?: number;
  readonly by?: string;
}

function buildFinding(kind: LintKind, { entry, line }: LintRow, why: string): LintProblem {
  return { kind, entry, why, line };
}

interface AskingGates {
  /** The deployment's gates. Undefined for a file. */
  readonly gates?: readonly string[];
  readonly silent?: readonly string[] | undefined;
}

function listFindings(row: LintRow, now: Date, { gates, silent }: AskingGates): readonly LintProblem[] {
  const { means, problems, key, entry, line } = row;
  if (problems.length > 0 || means === undefined) return [buildFinding("mistyped", row, describeRowProblems(problems))];
  if (!isLive(row.row, now))
    return [
      buildFinding(
        "expired",
        row,
        `since ${new Date(row.row.expiresAt ?? 0).toISOString().replace(/\.\d+Z$/, "Z")}; it counts for nothing`,
      ),
    ];
  const open = computeEffect(row.row, now) === "allow" ? tooOpen(means, row.row.issuer) : undefined;
  const unaskedNotice = gates && unaskedApproval(row.row, { gates, silent }, now);
  return [
    ...(line === undefined && entry !== key
      ? [buildFinding("mistyped", row, `it belongs under ${key}, and the worker has not moved it`)]
      : []),
    ...(open === undefined ? [] : [buildFinding("too open", row, concernText(open))]),
    ...(row.row.effect !== "allow" ? bareSuffix(means) : []).map((each) => buildFinding("mistyped", row, concernText(each))),
    ...unknownGates(row, gates),
    ...(unaskedNotice === undefined ? [] : [buildFinding("asks nobody", row, unaskedNotice)]),
    ...unknownIssuers(means, row.row.issuer).map((each) => buildFinding("unknown provider", row, concernText(each))),
  ];
}

function unknownGates(row: LintRow, gates: readonly string[] | undefined): readonly LintProblem[] {
  const unknown = gates === undefined ? [] : (row.row.gates ?? []).filter((gate) => !gates.includes(gate));
  if (unknown.length === 0) return [];
  const nowhere = unknown.length === row.row.gates?.length ? "; it counts nowhere" : "";
  return [buildFinding("unknown gate", row, `there is no gate ${unknown.join(", ")}${nowhere}`)];
}

export function findingsAmong(rows: readonly LintRow[], broad: BroadRows, now: Date): readonly LintProblem[] {
  const live = rows.filter(({ means, row }) => means !== undefined && isLive(row, now));
  return [...groupBy(live, ({ key }) => groupKey(key)).values()].flatMap((kin) => [
    ...[...groupBy(kin, ({ key }) => key).values()].flatMap(duplicates),
    ...kin.flatMap((row) => [...contradiction(row, kin), ...shadow(row, kin, broad)]),
  ]);
}

function duplicates([first, ...others]: readonly LintRow[]): readonly LintProblem[] {
  if (first === undefined) return [];
  return others.map((row) => {
    const where = first.line === undefined ? first.entry : `line ${first.line}`;
    return agree(first, row)
      ? buildFinding("duplicate", row, `it says the same as ${where}`)
      : buildFinding("contradictory", row, `it is the same entry as ${where} and says something else`);
  });
}

function agree({ row: a }: LintRow, { row: b }: LintRow): boolean {
  return (
    a.effect === b.effect &&
    a.issuer === b.issuer &&
    a.gates?.join() === b.gates?.join() &&
    a.expiresAt === b.expiresAt &&
    a.allowedUntil === b.allowedUntil
  );
}

function contradiction(row: LintRow, kin: readonly LintRow[]): readonly LintProblem[] {
  const deniedRow = deniedSpelling(row, kin);
  const keptState = deniedRow?.row.effect === "deny" ? "is denied" : "waits for approval";
  return deniedRow === undefined
    ? []
    : [buildFinding("contradictory", row, `it lets in a spelling of ${deniedRow.entry}, which ${keptState}: the closer entry wins`)];
}

function shadow(row: LintRow, kin: readonly LintRow[], broad: BroadRows): readonly LintProblem[] {
  const by = shadowOver(row, kin, broad);
  return by === undefined
    ? []
    : [{ ...buildFinding("shadowed", row, `${by} says the same, and no entry between the two says otherwise`), by }];
}
