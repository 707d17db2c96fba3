import { createHash } from "node:crypto";
import { CommandError } from "../../../cli/failure";
import { describePassedOver, explainFileErrors, openInput } from "../../../cli/file-rows";
import { formatCount, type Output } from "../../../cli/output";
import { shownCell } from "../../../engine/characters";
import type { ListFormat } from "../../../engine/files/format";
import { gatesIn } from "../../../engine/sign-up/gate";
import { isUnlikelyIssuer } from "../../../engine/sign-up/issuers";
import { expiryTime } from "../../../engine/sign-up/row-end";
import { bareSuffix, tooOpen, unknownIssuers } from "../breadth";
import type { Concern } from "../concern";
import { readEntry, typedUnmatched } from "../entry";
import { concernWords } from "../entry-words";
import { type CheckedList, checkList, type NumberedRow } from "../files/check";
import { type ListLine, readList } from "../files/read";
import type { FileRow } from "../files/row";
import { describeProblem, describeProblems } from "../problem-texts";

export interface ListSource {
  readonly name: string;
  /** Can be called only once. Throws CommandError if the file as a whole is wrong. */
  lines(): AsyncIterable<readonly ListLine[]>;
  /** Complete only after all rows were read. */
  digest(): string;
}

interface ListSourceOptions {
  readonly format?: ListFormat | undefined;
  /** The effect of the rows of a file without a column `effect`. */
  readonly effect?: string | undefined;
}

/** @param path `-` for standard input, which needs a format */
export function listSource(path: string, { format, effect }: ListSourceOptions, { warn }: Pick<Output, "warn">): ListSource {
  const { name, format: read, text } = openInput(path, format);
  const onPassedOver = (names: readonly string[]) => warn(describePassedOver(names));
  const hash = createHash("sha256").update(`${read} ${effect ?? ""}\n`);
  async function* hashPieces() {
    for await (const piece of text()) {
      hash.update(piece);
      yield piece;
    }
  }
  const lines = () => readList(hashPieces(), read, { onPassedOver, ...(effect !== undefined && { effect }) });
  return { name, lines: () => explainFileErrors(name, lines()), digest: () => hash.digest("base64url") };
}

const MAX_WARNINGS = 50;

export interface CheckedFile extends CheckedList {
  /** Entries that no sign-up can match, by line and problem. They are refused if they are new. */
  readonly unmatched: ReadonlyMap<string, string>;
  /** Each gate that a row names, with the line of the first such row. */
  readonly gates: ReadonlyMap<string, number>;
}

/** Prints warnings and problems. Throws if rows are wrong. @param undone ends the error's message, such as "nothing was written" */
export async function checkFile(source: ListSource, undone: string, output: Output, signal: AbortSignal): Promise<CheckedFile> {
  const checkedRows = await checkList(source.lines(), signal);
  const fileFigures = { warnings: new Map<string, number>(), unmatched: new Map<string, string>(), gates: new Map<string, number>() };
  for (const row of checkedRows.rows.values()) watchRow(row, fileFigures);
  for (const [warning, line] of fileFigures.warnings) output.warn(`Warning: ${source.name}:${line}: ${warning}`);
  const { count, first } = checkedRows.problems;
  if (count === 0) return { ...checkedRows, ...fileFigures };
  for (const { line, problems, about } of first)
    output.warn([`${source.name}:${line}`, ...(about === undefined ? [] : [about]), describeProblems(problems)].join(": "));
  if (count > first.length) output.warn(`and ${count - first.length} more.`);
  throw new CommandError(`${formatCount(count, "row is", "rows are")} wrong; ${undone}.`);
}

interface Watched {
  readonly warnings: Map<string, number>;
  readonly unmatched: Map<string, string>;
  readonly gates: Map<string, number>;
}

function watchRow(row: NumberedRow, { warnings, unmatched, gates }: Watched): void {
  const { entry, typed = entry, line } = row;
  const problem = typedUnmatched(entry);
  if (problem !== undefined) unmatched.set(entry, `${line}: ${shownCell(typed)}: ${describeProblem(problem)}`);
  setNew(gates, gatesIn(row.gates ?? ""), line);
  if (warnings.size < MAX_WARNINGS) setNew(warnings, findRowConcerns(row).map(concernText), line);
}

function setNew(lines: Map<string, number>, names: readonly string[], line: number): void {
  for (const name of names) if (!lines.has(name)) lines.set(name, line);
}

function findRowConcerns({ entry, issuer, effect, expiresAt, allowedUntil }: FileRow): readonly Concern[] {
  // Most rows of a long file are addresses without a provider. They raise no concern and are not parsed, which saves time.
  if (issuer === undefined && entry.indexOf("@") > 0 && !entry.startsWith("issuer:")) return [];
  const read = readEntry(entry);
  if (!read.ok) return [];
  const isOver = expiresAt !== undefined && (expiryTime(expiresAt) ?? Number.POSITIVE_INFINITY) <= Date.now();
  const isLetIn = effect === "allow" || (expiryTime(allowedUntil) ?? 0) > Date.now();
  const open = isLetIn && !isOver ? tooOpen(read.entry, issuer) : undefined;
  return [...[open ?? []].flat(), ...(effect !== "allow" ? bareSuffix(read.entry) : []), ...unknownIssuers(read.entry, issuer)];
}

export function concernText({ code, about }: Concern): string {
  return concernWords.en[code](about);
}

export function warnOfIssuer(issuer: string | undefined, { warn }: Pick<Output, "warn">): void {
  if (issuer?.trim() && isUnlikelyIssuer(issuer)) warn(`Warning: ${concernWords.en.unknownIssuer(issuer)}`);
}
