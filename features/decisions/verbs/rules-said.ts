import { toRow } from "../../../adapters/tables/item";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { UpstreamFailure } from "../../../engine/sign-up/service";
import type { RuleResult } from "../../../engine/sign-up/verdict";
import { type DescribedEntry, describeEntry, summary } from "../../access-list/describe-entry";
import type { ListEffect } from "../../access-list/entry";
import { entryKey, readEntry } from "../../access-list/entry";
import { NO_APPROVAL } from "../../access-list/reasons";
import { countsAtGate } from "../../access-list/row";
import type { AccessListStore } from "../../access-list/store/access-list";
import { reasonText } from "../../reasons";
import { decisionWords, evidenceText } from "../words";

export type AnyRuleResult = Omit<RuleResult, "said"> & { readonly said: RuleResult["said"] | "not asked" | "not reached" };

const words = decisionWords.en;

const resultWords: Readonly<Record<AnyRuleResult["said"], string>> = {
  ...words.said,
  "not asked": "was not asked, as it calls outside: --call asks it",
  "not reached": "was not reached",
};

/** @param remarks in the order of `words` */
export function traceLines(words: readonly AnyRuleResult[], remarks: readonly (string | undefined)[]): readonly string[] {
  const names = words.map(({ rule, shadow }) => (shadow ? `${rule} (shadow)` : rule));
  const width = Math.max(0, ...names.map((name) => name.length));
  return words.flatMap((word, index) => {
    const remark = remarks[index];
    return [
      `  ${(names[index] ?? "").padEnd(width)}  ${sentence(word)}`,
      ...(remark === undefined ? [] : [`  ${" ".repeat(width)}  ${remark}`]),
    ];
  });
}

/** Describes a failure: "no usable answer from crm: throttled (429)". docs/runbook.md has the remedy. */
function troubleWords({ service, kind, status, at, came }: UpstreamFailure): string {
  const where = `${status === undefined ? "" : ` (${status})`}${at === undefined ? "" : ` at ${at}`}`;
  return `no usable answer from ${service}: ${kind}${where}${came === undefined ? "" : `, ${came}`}`;
}

function sentence({ said: word, shadow, reasons = [], findings = {}, evidence, upstreamFailure, set = [] }: AnyRuleResult): string {
  const findingTexts = Object.entries(findings).map(([name, value]) => `${name} ${value}`);
  const parts: string[] = [resultWords[word]];
  if (reasons.length > 0) parts.push(reasonText(words, reasons));
  if (evidence !== undefined) parts.push(evidenceText(words, evidence));
  if (upstreamFailure !== undefined) parts.push(troubleWords(upstreamFailure));
  if (findingTexts.length > 0) parts.push(`found: ${findingTexts.join(", ")}`);
  if (set.length > 0) parts.push(`set ${set.join(", ")}`);
  return `${parts.join("; ")}${shadow ? " (in shadow: it changed nothing)" : ""}`;
}

export interface EntryNow {
  readonly entry: string;
  readonly now: "stands" | "changed" | "gone";
  /** The entry's current row, which may have another spelling of the entry. */
  readonly row?: DescribedEntry;
}

/** The entry as it is now. Undefined for the result of another rule than access-list, or without an entry. */
export async function entryNow(
  word: AnyRuleResult,
  { issuers = [], gate = DEFAULT_GATE }: { readonly issuers?: readonly string[]; readonly gate?: string },
  store: AccessListStore,
  now: Date,
): Promise<EntryNow | undefined> {
  const { rule, evidence } = word;
  const entry = evidence?.entry;
  if (rule !== "access-list" || entry === undefined) return undefined;
  const item = await readRow(entry, store);
  if (item === undefined) return { entry, now: "gone" };
  const row = describeEntry(toRow(item), now);
  const reaches = row.state === "live" && (row.issuer === undefined || issuers.includes(row.issuer)) && countsAtGate(row, gate);
  return { entry, now: reaches && (row.allowedUntil === undefined ? row.effect : "allow") === effectIn(word) ? "stands" : "changed", row };
}

/** Returns the effect that an entry had when the rule ran. */
function effectIn({ said, findings, reasons = [] }: AnyRuleResult): ListEffect {
  if (findings?.listed === "approval" || reasons.includes(NO_APPROVAL)) return "approval";
  return said === "block" ? "deny" : "allow";
}

/** Reads the entry's row under each key that it can have, because the hygiene worker may have moved it. */
async function readRow(entry: string, store: AccessListStore) {
  const read = readEntry(entry);
  const keys = new Set([entry, ...(read.ok ? [entryKey(read.entry, "allow"), entryKey(read.entry, "deny")] : [])]);
  return (await Promise.all([...keys].map((key) => store.get(key)))).find((item) => item !== undefined);
}

export function entryNowText({ entry, now, row }: EntryNow): string {
  if (row === undefined) return `${entry} is no longer in the list`;
  const as = row.entry === entry ? "" : ` as ${row.entry}`;
  return now === "stands" ? `${entry} is still there${as}: ${summary(row)}` : `${entry} has changed since${as}: now ${summary(row)}`;
}
