import type { DecisionStore, ListedDecision } from "../../adapters/tables/decisions";
import { normaliseEmail } from "../../engine/sign-up/email";
import { CommandError } from "../failure";
import { isAtGate } from "../gates";

/** Which decisions are meant. */
export interface DecisionFilter {
  /** Normalised. */
  readonly email?: string;
  readonly verdict?: string;
  readonly step?: string;
  readonly gate?: string;
}

/** An address as decisions are kept under it. */
export function emailFrom(typed: string): string {
  const email = normaliseEmail(typed);
  if (email === undefined) throw noEmail(typed);
  return email;
}

export function noEmail(typed: string): CommandError {
  return new CommandError(`"${typed}" is not one plain e-mail address: write kim@contoso.com.`);
}

/** The decisions of a stretch of time, one page in memory at a time. */
export async function* newestFirst(store: DecisionStore, filter: DecisionFilter, from: Date, to: Date): AsyncGenerator<ListedDecision> {
  const [first, last] = [from.toISOString(), to.toISOString()];
  for await (const page of filter.email === undefined ? store.between(from, to) : store.byEmail(filter.email)) {
    for (const record of page) {
      if (record.at < first) return;
      if (record.at <= last && fits(record, filter)) yield record;
    }
  }
}

function fits(record: ListedDecision, filter: DecisionFilter): boolean {
  const { verdict, step } = record;
  return (filter.verdict ?? verdict) === verdict && (filter.step ?? step) === step && isAtGate(record, filter);
}
