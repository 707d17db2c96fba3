/** The functions that read tables' streams, named after the files that deploy them. */
export const streamReaders = [
  "access-list-hygiene",
  "approval-publisher",
  "audit-trail",
  "decision-counter",
  "decision-publisher",
  "provisioning",
] as const;
export type StreamReader = (typeof streamReaders)[number];

/** Work that nobody waits for, by the name of its row in the usage table. */
export const works = [
  "accounts",
  "sweeper",
  "arrivals",
  "mails",
  "webhooks",
  "expiry",
  "erasure",
  "incidents",
  "partners",
  "rotation",
  "audit-archive",
  "audit-streams",
  "console-events",
  "sign-ups",
  "limits",
  "shadows",
  ...streamReaders,
] as const;
export type Work = (typeof works)[number];

/** The part of the work `mails` that waits because SES takes no mail of the sender. */
export const SENDER_PART = "sender";
/** The part of the work `expiry` that sets guests' sponsors in Entra. */
export const SPONSORS_PART = "sponsors";

/** Work on many things that fail or go through separately: one that goes through does not mean that the next one will. */
const worksOnMany: readonly Work[] = ["mails", "webhooks", "sign-ups", "limits", "shadows"];
/** Longer than a mail or an event of a webhook waits for its next try. */
const QUIET_MS = 15 * 60_000;

/** A part of the work that could not be done when it was last tried. Contains nothing about a person. */
export interface WorkFailure {
  /** A webhook's name, a gate. Empty if the work has no parts. */
  readonly part: string;
  /** The first failure since the work last went through. ISO 8601, like `at`. */
  readonly since: string;
  /** The last failure. */
  readonly at: string;
  /** A code or an error's name. */
  readonly why: string;
  /** How many could not be worked on at the last failure. */
  readonly waiting?: number;
  /** True while what waited is worked on again. */
  readonly isGoing?: true;
  /** How many failed of those that were tried together with the last failure. */
  readonly share?: { readonly failed: number; readonly of: number };
  /** Some went through since the last failure: the note goes unless something fails until then. ISO 8601. */
  readonly goesAt?: string;
}

/** Returns the failure after something went through. Undefined if the work counts as mended. */
export function passFailure(work: Work, failure: WorkFailure, now: Date): WorkFailure | undefined {
  // Mails that waited for the sender are counted: the part goes through only once none waits.
  if (!worksOnMany.includes(work) || failure.part === SENDER_PART) return undefined;
  const goesAt = failure.goesAt ?? new Date(Date.parse(failure.at) + QUIET_MS).toISOString();
  const passed = { ...failure, goesAt };
  return isMended(passed, now) ? undefined : passed;
}

export function isMended({ goesAt }: WorkFailure, now: Date): boolean {
  return goesAt !== undefined && Date.parse(goesAt) <= now.getTime();
}

/** Functions that run so often only look for work that another process left: what starts such work calls them, too. */
const LOOKING_MS = 5 * 60_000;
/** Functions with longer rates are called so often under `npm start`, because people try things out. */
const TRYING_MS = 60_000;

/** How often `npm start` calls a function that a schedule calls at this rate in AWS. */
export function localRateMs(everyMs: number): number {
  return everyMs <= LOOKING_MS ? everyMs : TRYING_MS;
}
