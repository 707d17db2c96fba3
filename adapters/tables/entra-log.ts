import type { Row } from "../../engine/sign-up/rule";
import { type Item, toItem, toRow } from "./item";
import { type DynamoTable, putItem } from "./table";
import { EXPIRY_ATTRIBUTE } from "./tables";

/** The row of the ledger with what `entra check --since` last found. */
export const ENTRA_LOG_KEY = { id: "entra-log" } as const;
const KEPT_SECONDS = 30 * 86_400;
const WRITE_MS = 5_000;

/** What Entra's log told of sign-ups, beside the gate's records: counts, nothing of a person. */
export interface EntraLogSummary {
  /** When it was looked at: ISO 8601, as the others. */
  readonly at: string;
  /** From when to when it tells. */
  readonly since: string;
  readonly until: string;
  /** Sign-ups by what became of them: "finished", "timed out". */
  readonly outcomes: Readonly<Record<string, number>>;
}

/** Keeps a summary in place of the one before. @param ledger the table that the row is kept in */
export async function keepEntraLog(ledger: DynamoTable, summary: EntraLogSummary): Promise<void> {
  const expires = Math.floor(Date.parse(summary.at) / 1_000) + KEPT_SECONDS;
  await putItem(ledger, toItem({ ...ENTRA_LOG_KEY, ...summary, [EXPIRY_ATTRIBUTE]: expires }), undefined, AbortSignal.timeout(WRITE_MS));
}

/** The summary in a row; undefined where there is none, or none that can be read. */
export function readEntraLog(item: Item | undefined): EntraLogSummary | undefined {
  const { at, since, until, outcomes }: Row = item === undefined ? {} : toRow(item);
  if (![at, since, until].every(isMoment) || typeof outcomes !== "object" || outcomes === null) return undefined;
  if (!Object.values(outcomes).every((count) => typeof count === "number")) return undefined;
  return { at, since, until, outcomes } as EntraLogSummary;
}

function isMoment(value: unknown): boolean {
  return typeof value === "string" && !Number.isNaN(Date.parse(value));
}
