import { INVITATION_DAYS } from "../../invitations/invitation";
import type { LifecycleView } from "./lifecycle-rows";

export const accessVerbs = ["extend-access", "sponsor", "end-access"] as const;
/** Actions on several people at once. */
export const lifecycleVerbs = ["resend", "extend", "transfer", "revoke", "let-in", ...accessVerbs] as const;
export type LifecycleVerb = (typeof lifecycleVerbs)[number];

export const verbsOfView: Readonly<Record<LifecycleView, readonly LifecycleVerb[]>> = {
  invited: ["resend", "extend", "transfer", "revoke"],
  in: accessVerbs,
  ending: accessVerbs,
  ended: ["extend-access", "resend", "extend"],
};

/** Fields of a verb: a reason is required, a note is not. */
export const asksOf: Readonly<Record<LifecycleVerb, readonly ("days" | "to" | "note" | "reason")[]>> = {
  resend: ["days", "note"],
  extend: ["days", "reason"],
  transfer: ["to"],
  revoke: ["reason"],
  "let-in": ["note"],
  "extend-access": ["days", "reason"],
  sponsor: ["to", "note"],
  "end-access": ["reason"],
};

export const takesFrom: readonly LifecycleVerb[] = ["revoke", "end-access"];

/** Defaults of the field of days. */
export const usualDays: Readonly<Partial<Record<LifecycleVerb, number>>> = {
  resend: INVITATION_DAYS,
  extend: INVITATION_DAYS,
  "extend-access": 90,
};

export interface LifecycleForm {
  readonly verb: LifecycleVerb;
  readonly days: number;
  readonly to: string;
  readonly note: string;
}
