import { parseJson } from "../../engine/json";
import type { Row } from "../../engine/sign-up/rule";
import type { Verification } from "../../engine/sign-up/source";
import { MS_PER_DAY, MS_PER_MINUTE } from "../../engine/sign-up/time";
import type { Put } from "../../engine/sign-up/verdict";

/** How long a vendor's answer is reused. */
export const REMEMBERED_MS = 10 * MS_PER_MINUTE;
/** Days for which a row is kept after its last change. Two are enough, because a call counts only until the end of its day (UTC). */
const KEPT_DAYS = 2;

/** An outcome with the vendor's decision: "verified", "refuted" or "review". */
export type DecidedVerification = Exclude<Verification, { readonly kind: "unavailable" }>;

/** One call to a vendor, as the ledger keeps it. Times in milliseconds since the epoch. */
interface VendorCall {
  /** Hash of the question: see `questionHash`. */
  readonly reference: string;
  /** Identifies the request that makes the call. Changes when another request takes the call over. */
  readonly attempt: string;
  /** Time of the first reservation, on whose day (UTC) the call counts. */
  readonly at: number;
  /** End of the reservation or, with an outcome, end of the outcome's reuse. */
  readonly until: number;
  readonly outcome?: DecidedVerification;
}

/** Replaces the row that was read. `item` lacks the key. */
export interface LedgerChange {
  readonly item: { readonly turn: number; readonly calls: string; readonly expires: number };
  readonly condition: Put["condition"];
}

export interface CallRequest {
  readonly reference: string;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly attemptsPerDay: number;
  readonly leaseMs: number;
  readonly attempt: string;
}

type NextStep =
  | { readonly do: "reuse"; readonly outcome: DecidedVerification }
  | { readonly do: "wait" }
  | { readonly do: "exhausted" }
  /** Reserve the call by writing `change`, then make the call. */
  | { readonly do: "call"; readonly change: LedgerChange }
  /** The row is not in Gatehouse's format, for example after an edit by hand. */
  | { readonly do: "unreadable" };

/**
 * Returns the next step for one question to a vendor, from the ledger's row of this person.
 *
 * ```
 * reserved ──── answered ──── 10 min ──── asked again: a new attempt
 *    │   wait      │   reuse     │
 *    └──── lease ends, no answer: the process that asked died; the same question takes the call over, as the same call
 * ```
 */
export function plan(row: Row | undefined, { reference, now, attemptsPerDay, leaseMs, attempt }: CallRequest): NextStep {
  const calls = parseCalls(row);
  if (calls === undefined) return { do: "unreadable" };
  const same = calls.filter((call) => call.reference === reference);
  const live = same.find((call) => call.until > now);
  if (live !== undefined) return live.outcome === undefined ? { do: "wait" } : { do: "reuse", outcome: live.outcome };

  const today = calls.filter((call) => isOnSameDay(call, now));
  const dead = same.find((call) => call.outcome === undefined && isOnSameDay(call, now));
  if (dead === undefined && today.length >= attemptsPerDay) return { do: "exhausted" };
  const others = calls.filter((call) => call !== dead);
  return { do: "call", change: buildCallsChange(row, [...others, { reference, attempt, at: dead?.at ?? now, until: now + leaseMs }], now) };
}

/** Returns the write after the vendor's answer. Undefined if another request took the call over or the operator deleted it. */
export function settle(row: Row | undefined, attempt: string, outcome: Verification, now: number): LedgerChange | undefined {
  const calls = parseCalls(row) ?? [];
  const ownCall = calls.find((call) => call.attempt === attempt);
  if (ownCall === undefined) return undefined;
  const others = calls.filter((call) => call !== ownCall);
  return buildCallsChange(
    row,
    outcome.kind === "unavailable" ? others : [...others, { ...ownCall, until: now + REMEMBERED_MS, outcome }],
    now,
  );
}

/** `turn` is higher than the last one and at least the current time: no turn is used twice, even if the row was deleted in between. */
function buildCallsChange(row: Row | undefined, calls: readonly VendorCall[], now: number): LedgerChange {
  const keptCalls = calls.filter((call) => call.until > now || isOnSameDay(call, now));
  const turn = row?.turn as number | undefined;
  return {
    item: {
      turn: Math.max(now, (turn ?? 0) + 1),
      calls: JSON.stringify(keptCalls),
      expires: Math.ceil((now + KEPT_DAYS * MS_PER_DAY) / 1_000),
    },
    condition: turn === undefined ? "absent" : { turn },
  };
}

function isOnSameDay(call: VendorCall, now: number): boolean {
  return Math.floor(call.at / MS_PER_DAY) === Math.floor(now / MS_PER_DAY);
}

/** Undefined if the row cannot be read. */
function parseCalls(row: Row | undefined): readonly VendorCall[] | undefined {
  if (row === undefined) return [];
  if (typeof row.turn !== "number" || typeof row.calls !== "string") return undefined;
  const calls = parseJson(row.calls);
  return Array.isArray(calls) && calls.every(isCall) ? calls : undefined;
}

function isCall(value: unknown): value is VendorCall {
  const { reference, attempt, at, until, outcome } = (value ?? {}) as Partial<Record<keyof VendorCall, unknown>>;
  return (
    typeof reference === "string" &&
    typeof attempt === "string" &&
    typeof at === "number" &&
    typeof until === "number" &&
    (outcome === undefined || isDecided(outcome))
  );
}

export function isDecided(value: unknown): value is DecidedVerification {
  const kind = (value as Partial<DecidedVerification> | null)?.kind;
  return kind === "verified" || kind === "refuted" || kind === "review";
}
