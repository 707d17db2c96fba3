import type { Life } from "./lives";

/** What can be done to several people at once. */
export const lifeVerbs = ["resend", "extend", "transfer", "revoke", "let-in"] as const;
export type LifeVerb = (typeof lifeVerbs)[number];

/** What can be done in each view. Requests that wait are decided on in the queue of approvals. */
export const verbsOfLife: Readonly<Record<Life, readonly LifeVerb[]>> = {
  invited: ["resend", "extend", "transfer", "revoke"],
  waiting: [],
  in: [],
  ending: [],
  ended: ["resend", "extend"],
};

/** What a verb needs to know: a reason must be given, a note may. */
export const asksOf: Readonly<Record<LifeVerb, readonly ("days" | "to" | "note" | "reason")[]>> = {
  resend: ["days", "note"],
  extend: ["days", "reason"],
  transfer: ["to"],
  revoke: ["reason"],
  "let-in": ["note"],
};

/** Those that take something away. */
export const takesFrom: readonly LifeVerb[] = ["revoke"];
