import { omit } from "../../engine/collections";
import { expiryTime } from "../../engine/sign-up/row-end";
import { formatColumns, plainColumns } from "./entry-columns";
import type { FileRow } from "./files/row";
import type { Cells } from "./hygiene";
import type { SuspensionProblem } from "./problem";
import { isLive, type ListRow, readRow } from "./row";

export type PlannedRow = { readonly ok: true; readonly row: FileRow } | { readonly ok: false; readonly problem: SuspensionProblem };

/**
 * Returns the row to write in place of the current one. An allow with an end would replace a deny or approval that outlasts it, and a wider
 * allow could let the person in ever after. So the current row stays, and lets people in until that end.
 * @param current the row under the key of the wanted row, or the row that the wanted row replaces
 */
export function planRow(wanted: FileRow, current: Cells | undefined, now: Date): PlannedRow {
  const row = current && readRow(current);
  const end = expiryTime(wanted.expiresAt);
  if (row === undefined || end === undefined || !isOutlasting(row, end, now)) return { ok: true, row: wanted };
  if (wanted.effect !== "allow") return { ok: true, row: wanted };
  const problem = end > now.getTime() ? findSuspensionProblem(wanted, current as Cells, row) : ({ code: "suspendsUntilPast" } as const);
  return problem === undefined ? { ok: true, row: suspend(wanted, current as Cells, row) } : { ok: false, problem };
}

/** True if the row still denies or requires approval after `end`. */
function isOutlasting(row: ListRow, end: number, now: Date): boolean {
  return row.effect !== "allow" && isLive(row, now) && (row.expiresAt ?? Number.POSITIVE_INFINITY) > end;
}

/** A row has one provider and one set of gates for all that it does. */
function findSuspensionProblem(wanted: FileRow, current: Cells, row: ListRow): SuspensionProblem | undefined {
  const [gates, issuer] = [row.gates?.join(" ") ?? "", row.issuer ?? ""];
  if (row.problems.some(({ code }) => code !== "badAllowedUntil" && code !== "allowedUntilOfTag")) return { code: "suspendsUnreadable" };
  if (wanted.entry !== current.entry) return { code: "allowedUntilOfTag" };
  if (wanted.gates !== undefined && wanted.gates !== gates) return { code: "suspendsOtherGates", gates };
  return wanted.issuer === undefined || wanted.issuer === issuer ? undefined : { code: "suspendsOtherIssuer", issuer };
}

function suspend(wanted: FileRow, current: Cells, row: ListRow): FileRow {
  const { entry, expiresAt = "", typed } = wanted;
  const joined = plainColumns.flatMap((name) => {
    const texts = [typeof current[name] === "string" ? current[name] : "", wanted[name] ?? ""].filter((text) => text !== "");
    const text = texts[0]?.includes(texts[1] ?? "") ? texts[0] : texts.join("; ");
    return text === "" ? [] : [[name, text]];
  });
  return {
    entry,
    effect: row.effect,
    ...omit(formatColumns(current, row), "allowedUntil", ...plainColumns),
    ...Object.fromEntries(joined),
    allowedUntil: expiresAt,
    ...(typed !== undefined && { typed }),
  };
}

/** Fills `allowedUntil` from the current row, if the file has no such column and the row stays otherwise as it is. */
export function keepAllowedUntil(wanted: FileRow, current: Cells | undefined): FileRow {
  const row = current && readRow(current);
  if (current === undefined || row?.allowedUntil === undefined || wanted.allowedUntil !== undefined) return wanted;
  const isSame = row.effect === wanted.effect && row.issuer === wanted.issuer && row.gates?.join(" ") === wanted.gates;
  return isSame ? { ...wanted, allowedUntil: String(current.allowedUntil).trim() } : wanted;
}
