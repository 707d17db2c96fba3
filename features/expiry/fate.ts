import type { LiveAccount } from "../../engine/directory-account";
import type { AccountRow } from "../accounts/account";
import type { AccessDue } from "./due";

export type LeftAlone =
  /** The account is older than the decision, so the gate did not create it. */
  | "older"
  | "other-address"
  | "role"
  | "colleague"
  | "disabled-elsewhere"
  /** Graph refuses to change this one account. */
  | "refused";

export type AccessFate =
  | { readonly kind: "act" }
  /** The action is already complete, and only has to be recorded. */
  | { readonly kind: "done" }
  | { readonly kind: "gone" }
  /** Somebody enabled the account meanwhile. */
  | { readonly kind: "reopened" }
  | { readonly kind: "leave"; readonly why: LeftAlone };

/** Tolerated difference between Entra's clock and ours. */
const SKEW_MS = 5 * 60_000;

export function decideNextStep(row: AccountRow, due: AccessDue["kind"] | "enable", account: LiveAccount | undefined): AccessFate {
  if (account === undefined) return { kind: "gone" };
  if (account.id.toLowerCase() !== row.id.toLowerCase() || !account.addresses.includes(row.email)) return leave("other-address");
  // If `createdDateTime` is unreadable, the account counts as older.
  if (!(Date.parse(account.createdDateTime) >= Date.parse(row.letInAt) - SKEW_MS)) return leave("older");
  if (account.isColleague && due !== "enable") return leave("colleague");
  if (due === "remind") return account.accountEnabled ? { kind: "act" } : leave("disabled-elsewhere");
  if (due === "enable") return account.accountEnabled ? { kind: "done" } : { kind: "act" };
  if (account.hasRole) return leave("role");
  if (due === "delete") return account.accountEnabled ? { kind: "reopened" } : { kind: "act" };
  if (account.accountEnabled) return { kind: "act" };
  // `work` is "disabling" only after the worker found the account enabled and began to disable it.
  return row.work === "disabling" ? { kind: "done" } : leave("disabled-elsewhere");
}

function leave(why: LeftAlone): AccessFate {
  return { kind: "leave", why };
}
