import type { LiveAccount } from "../../engine/directory-account";
import type { AccountRow } from "../accounts/account";
import type { AccessDue } from "./due";

export type LeftAlone =
  /** It is older than the decision: the gate did not make it. */
  | "older"
  /** It has another address now. */
  | "other-address"
  /** It has a directory role. */
  | "role"
  /** The person has become a colleague. */
  | "colleague"
  /** Somebody else disabled it. */
  | "disabled-elsewhere"
  /** Graph refuses the change of this one account. */
  | "refused";

export type AccessFate =
  | { readonly kind: "act" }
  /** The action was completed, and must be recorded. */
  | { readonly kind: "done" }
  | { readonly kind: "gone" }
  /** Somebody enabled it meanwhile. */
  | { readonly kind: "reopened" }
  | { readonly kind: "leave"; readonly why: LeftAlone };

/** Tolerance between Entra's clock and ours. */
const SKEW_MS = 5 * 60_000;

/**
 * Returns the next step for what is due, or for enabling the account, from the account's current state. Undefined account: it was deleted.
 */
export function decideNextStep(row: AccountRow, due: AccessDue["kind"] | "enable", account: LiveAccount | undefined): AccessFate {
  if (account === undefined) return { kind: "gone" };
  if (account.id.toLowerCase() !== row.id.toLowerCase() || !account.addresses.includes(row.email)) return leave("other-address");
  // An unreadable date counts as older.
  if (!(Date.parse(account.createdDateTime) >= Date.parse(row.letInAt) - SKEW_MS)) return leave("older");
  if (account.isColleague && due !== "enable") return leave("colleague");
  if (due === "remind") return account.accountEnabled ? { kind: "act" } : leave("disabled-elsewhere");
  if (due === "enable") return account.accountEnabled ? { kind: "done" } : { kind: "act" };
  if (account.hasRole) return leave("role");
  if (due === "delete") return account.accountEnabled ? { kind: "reopened" } : { kind: "act" };
  if (account.accountEnabled) return { kind: "act" };
  // It was enabled when the worker began to disable it.
  return row.work === "disabling" ? { kind: "done" } : leave("disabled-elsewhere");
}

function leave(why: LeftAlone): AccessFate {
  return { kind: "leave", why };
}
