import type { Person } from "./address";
import type { Rows, SignUpCall, TableId, Value, Values } from "./scenario";

/** What rules of the second engine are given, and what they say. */

export interface SignUp {
  readonly call: SignUpCall;
  readonly person: Person;
  readonly now: number;
  readonly attributes: Record<string, Value>;
  readonly findings: Record<string, Value>;
  /** An earlier rule, or the gate, sends the person to an approver. */
  referred: boolean;
  /** An earlier rule has found something to correct. */
  hasProblems: boolean;
}

/** What is kept from one call to the next. */
export interface State {
  readonly rows: Rows;
  /** What providers said before the form. */
  readonly journeys: Map<string, { readonly address: string; readonly until: number }>;
  /** By code: who used it. By person and day: what they tried. By window: who was let in. */
  readonly used: Map<string, Set<string>>;
  readonly tried: Map<string, Set<string>>;
  readonly admitted: Map<string, Set<string>>;
  /** By text: who accepted it. By gate: the last surge, its window and until when it holds. */
  readonly accepted: Map<string, Set<string>>;
  readonly surges: Map<string, { readonly window: string; readonly until: number }>;
  /** Requests for approval by person, in the order in which they were made. */
  readonly requests: Map<string, ApprovalRequest>;
}

export interface ApprovalRequest {
  readonly state: "pending" | "approved" | "denied" | "expired" | "provisioned" | "failed" | "admitted";
  readonly then: "provision" | "continue";
  readonly attributes: Values;
  /** The call that made it, or used the pass. */
  readonly call: string;
  readonly calledAt: number;
  readonly answerBy: number;
  readonly passDays: number;
  readonly passUntil?: number;
  readonly askAgainDays: number | "never";
  readonly mayAskAgainAt?: number;
}

export interface Trouble {
  /** None where the whole form is meant. */
  readonly attribute?: string;
  readonly reason: string;
  /** Of the texts for schemas. */
  readonly text?: string;
  readonly count?: number;
}

export type Said =
  | { readonly kind: "continue"; readonly attributes: Values }
  | { readonly kind: "block"; readonly reason: string; readonly values?: Readonly<Record<string, Value>>; readonly later?: () => void }
  | { readonly kind: "invalid"; readonly problems: readonly Trouble[] };

export type Answer = Writes &
  (
    | { readonly kind: "continue"; readonly attributes?: Values; readonly findings?: Values; readonly referred?: true }
    | Exclude<Said, { readonly kind: "continue" }>
  );

interface Writes {
  /** Done if everybody lets the person in, or an approver is asked. */
  readonly effect?: () => void;
  /** Done only if everybody lets the person in. */
  readonly effectInside?: () => void;
  /** The table they write, by default the ledger. */
  readonly into?: TableId;
}

export const DAY = 86_400_000;
export const go: Answer = { kind: "continue" };
export const block = (reason: string): Answer => ({ kind: "block", reason });
export const ask = (attribute: string, reason: string): Answer => ({ kind: "invalid", problems: [{ attribute, reason }] });

/** The set of a key, made where there is none. */
export function setOf(sets: Map<string, Set<string>>, key: string): Set<string> {
  const found = sets.get(key) ?? new Set<string>();
  sets.set(key, found);
  return found;
}

export const gateOf = ({ gate = "default" }: SignUpCall): string => gate;
export const isUnread = ({ unread = [] }: SignUpCall, table: TableId): boolean => unread.includes(table);
