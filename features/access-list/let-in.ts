import { omit } from "../../engine/collections";
import { gatesIn } from "../../engine/sign-up/gate";
import { expiryTime } from "../../engine/sign-up/row-end";
import { findTypedProblem } from "./entry";
import { formatColumns, plainColumns } from "./entry-columns";
import type { FileRow } from "./files/row";
import { type Cells, covers } from "./hygiene";
import type { SuspensionProblem, TypedRowProblem } from "./problem";
import { isLive, type ListRow, readRow } from "./row";

export type PlannedRow<Problem = TypedRowProblem> =
  | { readonly ok: true; readonly row: FileRow }
  | { readonly ok: false; readonly problem: Problem };

/**
 * Returns why a row cannot be written: a new entry that no sign-up can match, or a gate that does not exist, at which a deny has no effect.
 * @param gates all gates of the deployment
 */
export function findWantedProblem(wanted: FileRow, current: Cells | undefined, gates: readonly string[]): TypedRowProblem | undefined {
  const unmatched = current === undefined ? findTypedProblem(wanted.entry) : undefined;
  if (unmatched !== undefined) return unmatched;
  const known = [...gates, ...((current && readRow(current).gates) ?? [])];
  const unknown = gatesIn(wanted.gates ?? "").filter((gate) => !known.includes(gate));
  return unknown.length === 0 ? undefined : { code: "unknownGates", gates: unknown.join(", "), known: gates.join(", ") };
}

/** Does the same as `planRow`, but refuses what `findWantedProblem` finds. */
export function planWantedRow(wanted: FileRow, current: Cells | undefined, gates: readonly string[], now: Date): PlannedRow {
  const problem = findWantedProblem(wanted, current, gates);
  return problem === undefined ? planRow(wanted, current, now) : { ok: false, problem };
}

/**
 * Returns the row to write in place of the current one. An allow with an end would replace a deny or approval that outlasts it, and a wider
 * allow could let the person in ever after. So the current row stays, and lets people in until that end. A row of another effect that ends
 * earlier, or is for one provider or gate, is refused, because a row has one effect: elsewhere the deny or approval would be gone.
 * @param current the row under the key of the wanted row, or the row that the wanted row replaces
 */
export function planRow(wanted: FileRow, current: Cells | undefined, now: Date): PlannedRow<SuspensionProblem> {
  const row = current && readRow(current);
  if (row === undefined || row.effect === "allow" || !isLive(row, now) || row.effect === wanted.effect) return { ok: true, row: wanted };
  const end = expiryTime(wanted.expiresAt);
  const isOutlasting = end !== undefined && (row.expiresAt ?? Number.POSITIVE_INFINITY) > end;
  if (wanted.effect !== "allow" && isOutlasting) return { ok: false, problem: { code: "endsBeforeCurrent", effect: row.effect } };
  const problem = isOutlasting ? findSuspensionProblem(wanted, current as Cells, row, end > now.getTime()) : findReachProblem(wanted, row);
  if (problem !== undefined) return { ok: false, problem };
  return { ok: true, row: isOutlasting ? suspend(wanted, current as Cells, row) : wanted };
}

function findReachProblem(wanted: FileRow, row: ListRow): SuspensionProblem | undefined {
  const { issuer, gates } = readRow({ ...wanted });
  if (!covers({ gates }, { gates: row.gates })) return { code: "suspendsOtherGates", gates: row.gates?.join(" ") ?? "" };
  return covers({ issuer }, { issuer: row.issuer }) ? undefined : { code: "suspendsOtherIssuer", issuer: row.issuer ?? "" };
}

/** A row has one provider and one set of gates for all that it does. */
function findSuspensionProblem(wanted: FileRow, current: Cells, row: ListRow, isAhead: boolean): SuspensionProblem | undefined {
  if (!isAhead) return { code: "suspendsUntilPast" };
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
