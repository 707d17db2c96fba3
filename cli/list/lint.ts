import { accessListStore } from "../../adapters/tables/access-list";
import { toRow } from "../../adapters/tables/item";
import { tooOpen, unknownIssuers } from "../../engine/access-list/breadth";
import type { ListFormat } from "../../engine/access-list/files/row";
import { groupKey } from "../../engine/access-list/files/workspace";
import type { Cells } from "../../engine/access-list/hygiene";
import { type BroadRows, broadRows, type ComparedRow, comparedRow, deniedSpelling, shadowOver } from "../../engine/access-list/overlap";
import { isLive } from "../../engine/access-list/row";
import { grouped } from "../../engine/grouped";
import type { CommandContext, DeploymentOptions, JsonOption } from "../command";
import { type Deployment, deploymentFor } from "../deployment";
import { exitCodes } from "../exit-codes";
import { CommandError } from "../failure";
import { concernText, listSource } from "../list-file";
import { inWorkFolder } from "../long-tasks/spool";
import { counted } from "../output";

interface LintOptions extends DeploymentOptions, JsonOption {
  readonly format?: ListFormat;
}

/**
 * `entra-gatehouse list lint`: looks at each row, then at each with those it has to do with. Addresses lie on disk meanwhile; the
 * entries about many people stay in memory, some 200 MB for a million of them, and so do a file's findings, which
 * are printed in the order of its lines.
 */
export async function lint(path: string | undefined, options: LintOptions, session: CommandContext): Promise<void> {
  const { output } = session;
  const now = new Date();
  let count = 0;
  const print = (finding: LintProblem) => (options.json ? output.json(finding) : output.print(lineOf(finding, path)));
  const inFile: LintProblem[] = [];
  const tell = (finding: LintProblem) => {
    count += 1;
    if (finding.line === undefined) print(finding);
    else inFile.push(finding);
  };
  await inWorkFolder(async (workspace, { signal }) => {
    const groups = workspace.groups<LintRow>("rows");
    const broad = broadRows();
    const deployment = path === undefined ? await deploymentFor(options) : undefined;
    const source = deployment === undefined ? fileRows(path as string, options.format, tell) : tableRows(deployment);
    for await (const rows of source) {
      signal.throwIfAborted();
      for (const row of rows) {
        groups.add(row.key, row);
        broad.add(row, now);
        for (const finding of findingsOf(row, now, deployment?.gates)) tell(finding);
      }
    }
    for (let index = 0; index < groups.count; index++) {
      signal.throwIfAborted();
      for (const finding of findingsAmong(await groups.group(index), broad, now)) tell(finding);
    }
  });
  for (const finding of inFile.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0))) print(finding);
  if (!options.json) output.warn(count === 0 ? "Nothing found." : `${counted(count, "finding")}.`);
  session.exitCode = count === 0 ? exitCodes.done : exitCodes.findings;
}

function lineOf({ kind, entry, why, line }: LintProblem, path: string | undefined): string {
  const where = line === undefined ? [] : [`${path}:${line}`];
  return [...where, kind, ...(entry === "" ? [] : [entry]), why].join(": ");
}

async function* tableRows({ dynamodb, accessListTable }: Deployment): AsyncGenerator<readonly LintRow[]> {
  for await (const page of accessListStore(dynamodb, accessListTable).pages()) yield page.map((item) => lintRow(toRow(item)));
}

/** Reports rows that have no entry. */
async function* fileRows(
  path: string,
  format: ListFormat | undefined,
  tell: (finding: LintProblem) => void,
): AsyncGenerator<readonly LintRow[]> {
  if (path === "-") throw new CommandError("list lint reads a file or the list, not standard input.");
  for await (const block of listSource(path, format).lines()) {
    yield block.flatMap(({ line, cells, read }) => {
      if (typeof cells.entry === "string" && cells.entry !== "") return [lintRow(cells, line)];
      tell({ kind: "mistyped", entry: "", why: read.ok ? "the entry is missing" : read.problems.join("; "), line });
      return [];
    });
  }
}

/** What lint reads of a row. */
interface LintRow extends ComparedRow {
  /** The line, for a row of a file. */
  readonly line?: number;
}

export function lintRow(cells: Cells, line?: number): LintRow {
  return { ...comparedRow(cells), ...(line !== undefined && { line }) };
}

/** Something an operator should look at. */
export interface LintProblem {
  readonly kind: "mistyped" | "expired" | "too open" | "unknown provider" | "unknown gate" | "contradictory" | "duplicate" | "shadowed";
  readonly entry: string;
  readonly why: string;
  readonly line?: number;
}

function finding(kind: LintProblem["kind"], { entry, line }: LintRow, why: string): LintProblem {
  return { kind, entry, why, ...(line !== undefined && { line }) };
}

/** What a row shows by itself. @param gates those of the deployment; undefined where they are not known */
function findingsOf(row: LintRow, now: Date, gates?: readonly string[]): readonly LintProblem[] {
  const { means, problem, key, entry, line } = row;
  if (problem !== undefined || means === undefined) return [finding("mistyped", row, problem ?? "it cannot be read")];
  if (!isLive(row.row, now))
    return [finding("expired", row, `since ${new Date(row.row.expiresAt ?? 0).toISOString()}; it counts for nothing`)];
  const open = row.row.effect === "allow" ? tooOpen(means, row.row.issuer) : undefined;
  return [
    ...(line === undefined && entry !== key ? [finding("mistyped", row, `it belongs under ${key}, and the worker has not moved it`)] : []),
    ...(open === undefined ? [] : [finding("too open", row, concernText(open))]),
    ...unknownGates(row, gates),
    ...unknownIssuers(means, row.row.issuer).map((each) => finding("unknown provider", row, concernText(each))),
  ];
}

function unknownGates(row: LintRow, gates: readonly string[] | undefined): readonly LintProblem[] {
  const unknown = gates === undefined ? [] : (row.row.gates ?? []).filter((gate) => !gates.includes(gate));
  if (unknown.length === 0) return [];
  const nowhere = unknown.length === row.row.gates?.length ? "; it counts nowhere" : "";
  return [finding("unknown gate", row, `there is no gate ${unknown.join(", ")}${nowhere}`)];
}

/** What rows of one part show together: all rows of an address, denied or allowed, are among them. */
export function findingsAmong(rows: readonly LintRow[], broad: BroadRows, now: Date): readonly LintProblem[] {
  const live = rows.filter(({ means, row }) => means !== undefined && isLive(row, now));
  return [...grouped(live, ({ key }) => groupKey(key)).values()].flatMap((kin) => [
    ...[...grouped(kin, ({ key }) => key).values()].flatMap(duplicates),
    ...kin.flatMap((row) => [...contradiction(row, kin), ...shadow(row, kin, broad)]),
  ]);
}

function duplicates([first, ...others]: readonly LintRow[]): readonly LintProblem[] {
  if (first === undefined) return [];
  return others.map((row) => {
    const where = first.line === undefined ? first.entry : `line ${first.line}`;
    return agree(first, row)
      ? finding("duplicate", row, `it says the same as ${where}`)
      : finding("contradictory", row, `it is the same entry as ${where} and says something else`);
  });
}

function agree({ row: a }: LintRow, { row: b }: LintRow): boolean {
  return a.effect === b.effect && a.issuer === b.issuer && a.gates?.join() === b.gates?.join() && a.expiresAt === b.expiresAt;
}

function contradiction(row: LintRow, kin: readonly LintRow[]): readonly LintProblem[] {
  const denied = deniedSpelling(row, kin);
  return denied === undefined
    ? []
    : [finding("contradictory", row, `it lets in a spelling of ${denied.entry}, which is denied: the closer entry wins`)];
}

function shadow(row: LintRow, kin: readonly LintRow[], broad: BroadRows): readonly LintProblem[] {
  const by = shadowOver(row, kin, broad);
  return by === undefined ? [] : [finding("shadowed", row, `${by} says the same, and nothing between them differs`)];
}
