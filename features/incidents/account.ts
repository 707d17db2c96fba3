import { type DirectoryAccount, isOfDecisions } from "../../engine/directory-account";
import type { IncidentPerson, PersonState } from "./incident";

export function fateOfAccount(
  accounts: readonly DirectoryAccount[],
  person: Pick<IncidentPerson, "at" | "last" | "state" | "account">,
): { readonly disable: DirectoryAccount } | { readonly state: PersonState } {
  // An earlier run chose this person's account, which was enabled then.
  if (person.state === "disabling") {
    const [own] = accounts;
    if (own === undefined) return { state: "gone" };
    return own.accountEnabled ? { disable: own } : { state: "disabled" };
  }
  const ownAccounts = accounts.filter((account) => isOfDecisions(account, person));
  const [account, ...others] = ownAccounts;
  if (account === undefined) return { state: accounts.length > 0 ? "other" : person.account === undefined ? "none" : "gone" };
  if (others.length > 0) return { state: "several" };
  return account.accountEnabled ? { disable: account } : { state: "already" };
}

export function fateOfUndoing(account: DirectoryAccount | undefined, state: PersonState): "enable" | { readonly state: PersonState } {
  if (account === undefined) return { state: "gone" };
  if (!account.accountEnabled) return "enable";
  if (state === "enabling") return { state: "enabled" };
  return { state: state === "disabling" ? "selected" : "changed" };
}

/**
 * People in these states are tried again if `act` is repeated: a run may have broken off, an account may exist by now, or Graph may permit
 * the change.
 */
export const toDisable: readonly PersonState[] = ["selected", "disabling", "none", "refused"];
export const toEnable: readonly PersonState[] = ["disabled", "disabling", "enabling"];
