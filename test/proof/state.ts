import type { Person } from "./address";
import type { ApprovalSpec, Rows, SignUpCall, TableId, Value, Values } from "./scenario";

/** What rules of the second engine are given, and what they say. */

export interface SignUp {
  readonly call: SignUpCall;
  readonly person: Person;
  readonly now: number;
  readonly attributes: Record<string, Value>;
  readonly findings: Record<string, Value>;
  /** What an approver has approved: no rule changes it. */
  readonly kept: Values;
  /** An earlier rule, or the gate, sends the person to an approver. */
  referred: boolean;
  /** The access list sends them, unless an invitation of their address is known. */
  waits: boolean;
  isInvited: boolean;
  /** A rule after the present one has an approver decide. */
  isAskedLater: boolean;
  /** An earlier rule has found something to correct. */
  hasProblems: boolean;
  /** What this call was the first to try of a list. */
  readonly guessed: Set<string>;
}

export type State = ReturnType<typeof emptyState>;

/** What is kept from one call to the next. */
export function emptyState(rows: Rows) {
  const sets = () => new Map<string, Set<string>>();
  return {
    rows,
    /** By journey: what providers said before the form. By tenant's kind and mailbox: how people signed up. */
    journeys: new Map<string, { readonly address: string; readonly until: number }>(),
    accounts: new Map<string, { readonly issuer: string; readonly account: string; readonly address: string; readonly until: number }>(),
    /** People: by code, who used it; by person and day, what they tried; by window, who was let in; by text, who accepted it. */
    ...{ used: sets(), tried: sets(), admitted: sets(), accepted: sets() },
    /** By gate: the last surge. By gate and person: whose access ended, and until when people are too young. */
    surges: new Map<string, { readonly window: string; readonly until: number }>(),
    ended: new Set<string>(),
    young: new Map<string, number>(),
    /** By gate and mailbox; by gate and person, in the order in which they were made. */
    invitations: new Map<string, Invitation>(),
    requests: new Map<string, ApprovalRequest>(),
  };
}

export interface Invitation {
  readonly state: "approved" | "denied" | "admitted";
  readonly code: string;
  readonly sentAt: number;
  readonly until: number;
  readonly usedBy?: string;
}

export interface ApprovalRequest {
  readonly waitlist: boolean;
  readonly state: "pending" | "approved" | "denied" | "expired" | "provisioned" | "failed" | "admitted";
  readonly then: "provision" | "continue";
  readonly attributes: Values;
  /** The call that made it, or used the pass. */
  readonly call: string;
  readonly calledAt: number;
  readonly answerBy: number;
  readonly passUntil: number;
  readonly mayAskAgainAt: number;
  readonly options: ApprovalSpec;
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
  | { readonly kind: "block"; readonly reason: string; readonly text?: string; readonly values?: Values; readonly later?: () => void }
  | { readonly kind: "invalid"; readonly problems: readonly Trouble[] };

export type Answer = Writes &
  (
    | {
        readonly kind: "continue";
        readonly attributes?: Values;
        readonly findings?: Values;
        readonly referred?: true;
        readonly waits?: true;
        readonly invited?: true;
      }
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
