import type { Row } from "../../engine/sign-up/rule";
import { gatesThatDeny } from "./asked-lists";
import { type Concern, isDangerous, opensToMany } from "./breadth";
import { hasNoEffect } from "./describe-entry";
import { checkEdit } from "./edit-check";
import { flaggedProblems } from "./hygiene";
import type { StoredRowProblem } from "./problem";
import { computeEffect, readRow } from "./row";

/** What an operator has to know about a stored entry. An end in the past is no flaw. */
export type EntryFlaw =
  /** `stored` is the hygiene worker's text, if reading the row again finds no problem. */
  | { readonly code: "unreadable"; readonly isVoid: boolean; readonly problems: readonly StoredRowProblem[]; readonly stored?: string }
  | { readonly code: "unknownGate"; readonly gates: readonly string[] }
  | { readonly code: "asksNobody"; readonly gates: readonly string[] }
  | { readonly code: "looksLike"; readonly domain: string }
  | { readonly code: "tooOpen"; readonly concern: Concern };

interface FlawFacts {
  readonly gates: readonly string[];
  /** The result of `findSilentGates`. Undefined if the policies are not known. */
  readonly silent: readonly string[] | undefined;
  /** The known domain that the entry looks like, if it was added outside Gatehouse. */
  readonly like: string | undefined;
}

/**
 * Concerns about an allow that lets in more people than it seems to. Returns none about a deny of many people: the deny may be intended,
 * and its form shows its effect.
 */
export function findTooOpen(row: Row, now: Date): readonly Concern[] {
  const read = readRow(row);
  if (computeEffect(read, now) !== "allow") return [];
  return checkEdit({ after: row }, { now }).filter(read.effect === "allow" ? isDangerous : opensToMany);
}

export function findFlaws(row: Row, { gates, silent, like }: FlawFacts, now: Date): readonly EntryFlaw[] {
  const read = readRow(row);
  const flaws: EntryFlaw[] = [];
  const all = flaggedProblems(row);
  // With the policies known, the gates that deny are found in them.
  const problems = silent === undefined ? all : all.filter(({ code }) => code !== "asksNobody");
  const stored = all.length === 0 && typeof row.problem === "string" ? row.problem : "";
  if (problems.length > 0 || stored !== "")
    flaws.push({ code: "unreadable", isVoid: hasNoEffect(row, read), problems, ...(stored !== "" && { stored }) });
  const unknown = (read.gates ?? []).filter((gate) => !gates.includes(gate));
  if (unknown.length > 0) flaws.push({ code: "unknownGate", gates: unknown });
  const denying = gatesThatDeny(read, silent ?? [], now);
  if (denying.length > 0) flaws.push({ code: "asksNobody", gates: denying });
  if (like !== undefined) flaws.push({ code: "looksLike", domain: like });
  for (const concern of findTooOpen(row, now)) flaws.push({ code: "tooOpen", concern });
  return flaws;
}
