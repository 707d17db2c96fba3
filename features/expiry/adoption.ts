import { isOfDecisions } from "../../engine/directory-account";

/** An account that may belong to a person whom a gate let in before the gate kept rows of accounts. */
export interface AdoptableAccount {
  readonly id: string;
  readonly createdDateTime: string;
  readonly is: "theirs" | "colleague" | "other-provider";
}

export type AdoptionSkip =
  /** Accounts with the address were created at another time, so no decision created them. */
  | "other-time"
  | "colleague"
  | "other-provider"
  | "role"
  | "other-address"
  | "disabled"
  /** The account's row belongs to another person. */
  | "other-person"
  /** The gate's policy has no `expiry()`. */
  | "no-end";

export type Adoption<Account, Decision> =
  | { readonly kind: "one"; readonly account: Account; readonly decision: Decision }
  | { readonly kind: "not-found" | "ambiguous" }
  | { readonly kind: "skipped"; readonly why: AdoptionSkip };

/**
 * Finds the one account that a person's decisions created, from a minute before a decision to an hour after it.
 * @param decisions oldest first
 */
export function findAdoption<Account extends AdoptableAccount, Decision extends { readonly at: string }>(
  foundAccounts: readonly Account[],
  decisions: readonly Decision[],
): Adoption<Account, Decision> {
  const timely = foundAccounts.flatMap((account) => {
    const decision = decisions.findLast(({ at }) => isOfDecisions(account, { at, last: at }));
    return decision === undefined ? [] : [{ account, decision }];
  });
  const [first, ...others] = timely.filter(({ account }) => account.is === "theirs");
  if (others.length > 0) return { kind: "ambiguous" };
  if (first !== undefined) return { kind: "one", ...first };
  const [stranger] = timely;
  if (stranger !== undefined && stranger.account.is !== "theirs") return { kind: "skipped", why: stranger.account.is };
  return foundAccounts.length > 0 ? { kind: "skipped", why: "other-time" } : { kind: "not-found" };
}
