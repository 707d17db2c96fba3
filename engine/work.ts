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
}
