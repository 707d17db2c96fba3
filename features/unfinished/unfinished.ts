import type { DecisionRecord } from "../../engine/sign-up/record";
import { isPast, MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, timeAfter } from "../../engine/sign-up/time";
import { localRateMs, SENDER_PART, SPONSORS_PART, type StreamReader, streamReaders, type Work, type WorkFailure } from "../../engine/work";
import type { AccountRow } from "../accounts/account";
import { type AccountWaits, findAccountWait, sumAccountWaits, type WaitingRequest } from "../approvals/account-wait";
import type { Incident } from "../incidents/incident";

/** What workers owe, as the rows of the tables say. A member is absent from a stack without its table. */
export interface OwedWork {
  /** `whole` is false if not all were read. */
  readonly requests?: { readonly items: readonly WaitingRequest[]; readonly whole: boolean };
  readonly failures: ReadonlyMap<Work, readonly WorkFailure[]>;
  readonly incidents?: readonly Incident[];
  /** The newest last. */
  readonly skipped?: ReadonlyMap<StreamReader, readonly Pick<WorkFailure, "at" | "why">[]>;
  /** True under `npm start`, which calls functions more often than their schedules say. */
  readonly isLocal?: boolean;
}

/** Work that Gatehouse does by itself and could not do. Times are in ISO 8601. */
export type Unfinished =
  | (AccountWaits & { readonly kind: "accounts"; readonly whole: boolean; readonly ids: readonly string[] })
  | { readonly kind: "incident"; readonly id: string; readonly since: string }
  | FailedWork
  | (SkippedChanges & { readonly kind: "skipped" });

export type FailedWork = WorkFailure & { readonly kind: "work"; readonly work: Work; readonly nextTry?: string };

/** Changed rows that a stream's reader can never handle. */
interface SkippedChanges extends Pick<WorkFailure, "since" | "at" | "why"> {
  readonly reader: StreamReader;
  readonly count: number;
}

/** The pause until a worker tries again. Work without one is not tried again by itself. */
const triedEvery: Readonly<Partial<Record<Work, number>>> = {
  accounts: 5 * MS_PER_MINUTE,
  sweeper: 5 * MS_PER_MINUTE,
  arrivals: 3 * MS_PER_MINUTE,
  mails: 7 * MS_PER_MINUTE,
  webhooks: 5 * MS_PER_MINUTE,
  expiry: MS_PER_HOUR,
  incidents: 5 * MS_PER_MINUTE,
  partners: MS_PER_DAY,
  rotation: MS_PER_DAY,
  "audit-archive": MS_PER_MINUTE,
  "audit-streams": 5 * MS_PER_MINUTE,
};

/** Work that a schedule with this pause starts: `npm start` starts it more often. */
const scheduled: readonly Work[] = ["partners", "rotation"];

/** The part of mails that SES refused. */
const REFUSED_MAILS = "refused";
/** Mails that wait for the sender are tried less often than those that wait in the queue. */
const SENDER_TRIED_MS = 15 * MS_PER_MINUTE;

/** A stream delivers a failed change again after pauses of at most a minute. */
const STREAM_PAUSE_MS = MS_PER_MINUTE;
const readers: readonly Work[] = streamReaders;

/** Work that the next sign-up tries again. */
export const triedBySignUps: readonly Work[] = ["sign-ups", "limits", "shadows"];

const sections: Readonly<Partial<Record<Work, string>>> = {
  accounts: "approval-settings-unusable",
  sweeper: "function-errors",
  arrivals: "event-queue-dead-letters",
  webhooks: "webhook-lag",
  expiry: "access-run-failed",
  erasure: "person-erasure",
  incidents: "function-errors",
  partners: "function-errors",
  rotation: "rotation-stuck",
  "audit-archive": "audit-archive",
  "audit-streams": "stream-unread",
  "console-events": "console-errors",
  "sign-ups": "failed-closed",
  limits: "limits-unread",
  shadows: "function-errors",
};

const mailSections: Readonly<Partial<Record<string, string>>> = { [REFUSED_MAILS]: "mails-refused", [SENDER_PART]: "mails-wait" };

/** The section of docs/runbook.md that says what to do. */
export function runbookSection(unfinished: Unfinished): string {
  if (unfinished.kind === "accounts") return "provisioning-overdue";
  if (unfinished.kind === "incident") return "function-errors";
  if (unfinished.kind === "skipped") return "failed-changes";
  if (unfinished.work === "mails") return mailSections[unfinished.part] ?? "mail-lag";
  return sections[unfinished.work] ?? "stream-lag";
}

/** The oldest first. */
export function findUnfinished(
  { requests, failures, incidents = [], skipped = new Map(), isLocal = false }: OwedWork,
  now: Date,
): readonly Unfinished[] {
  const items: readonly Unfinished[] = [
    ...findWaitingAccounts(requests?.items ?? [], requests?.whole ?? true, now),
    ...incidents
      .filter(({ work }) => work === "failed" || work === "refused")
      .map(({ id, at }) => ({ kind: "incident" as const, id, since: at })),
    ...[...skipped].flatMap(([reader, rows]) => summarizeSkipped(reader, rows)),
    ...[...failures].flatMap(([work, some]) =>
      some.map((failure) => ({ ...failure, ...findNextTry(work, failure, isLocal), kind: "work" as const, work })),
    ),
  ];
  return items.toSorted((one, other) => (one.since < other.since ? -1 : 1));
}

function summarizeSkipped(reader: StreamReader, rows: readonly Pick<WorkFailure, "at" | "why">[]): readonly Unfinished[] {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return [];
  return [{ kind: "skipped", reader, since: first.at, at: last.at, why: last.why, count: rows.length }];
}

function findWaitingAccounts(requests: readonly WaitingRequest[], whole: boolean, now: Date): readonly Unfinished[] {
  const waiting = requests.flatMap((request) => {
    const wait = findAccountWait(request, now);
    return wait === undefined ? [] : [{ ...wait, id: request.id }];
  });
  const accounts = sumAccountWaits(waiting);
  return accounts === undefined ? [] : [{ ...accounts, kind: "accounts", whole, ids: waiting.map(({ id }) => id) }];
}

/** A person's rows, as far as they say what Gatehouse owes the person. */
export interface OwedPerson {
  readonly requests: readonly WaitingRequest[];
  readonly accountRows: readonly Pick<AccountRow, "state" | "until">[];
  /** The person's decisions. */
  readonly decisions: readonly Pick<DecisionRecord, "reference" | "at" | "step" | "verdict">[];
}

/** For about this long, the worker looks for a new account. */
const ARRIVING_MS = MS_PER_DAY;

/** Returns the unfinished work that the person's account, end or mail waits for. */
export function findPersonWork(unfinished: readonly Unfinished[], person: OwedPerson, now: Date): readonly Unfinished[] {
  const { requests, accountRows, decisions } = person;
  const waiting = findWaitingAccounts(requests, true, now);
  const isMailed = requests.some(({ state }) => state === "pending" || state === "approved" || state === "provisioning");
  const letIn = [
    ...decisions.filter(({ step, verdict }) => step === "before-create-user" && verdict === "continue").map(({ at }) => at),
    ...requests.filter(({ state }) => state === "provisioned").map(({ changedAt }) => changedAt),
  ];
  const isArriving = !accountRows.some(({ state }) => state === "in") && letIn.some((at) => !isPast(timeAfter(at, ARRIVING_MS), now));
  const isOverdue = accountRows.some(({ state, until }) => state === "in" && until !== undefined && isPast(until, now));
  const isTheirs = (each: Unfinished): boolean => {
    if (each.kind !== "work") return false;
    switch (each.work) {
      case "accounts":
      case "provisioning":
        return waiting.length > 0;
      case "arrivals":
        return each.part === "" ? isArriving : decisions.some(({ reference }) => reference === each.part);
      case "mails":
        return isMailed && each.part !== REFUSED_MAILS;
      case "expiry":
        return isOverdue && each.part !== SPONSORS_PART;
      default:
        return false;
    }
  };
  return [...waiting, ...unfinished.filter(isTheirs)];
}

/** A mail that SES refused is not sent again. */
function findNextTry(work: Work, { part, at }: WorkFailure, isLocal: boolean): { readonly nextTry?: string } {
  if (work === "mails" && part === SENDER_PART) return { nextTry: timeAfter(at, SENDER_TRIED_MS) };
  // Ends are looked for each hour, sponsors set in the day's run.
  if (work === "expiry" && part === SPONSORS_PART) return { nextTry: timeAfter(at, MS_PER_DAY) };
  const everyMs = readers.includes(work) ? STREAM_PAUSE_MS : triedEvery[work];
  if (everyMs === undefined || (work === "mails" && part === REFUSED_MAILS)) return {};
  return { nextTry: timeAfter(at, isLocal && scheduled.includes(work) ? localRateMs(everyMs) : everyMs) };
}
