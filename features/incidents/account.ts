import { type DirectoryAccount, isOfDecisions } from "../../engine/directory-account";
import type { IncidentPerson, PersonState } from "./incident";

/** What acting does next: to disable the account, or the state that the person ends in. */
export function fateOfAccount(
  found: readonly DirectoryAccount[],
  person: Pick<IncidentPerson, "at" | "last" | "state" | "account">,
): { readonly disable: DirectoryAccount } | { readonly state: PersonState } {
  // This account was enabled when we set out to disable it.
  if (person.state === "disabling") {
    const [own] = found;
    if (own === undefined) return { state: "gone" };
    return own.accountEnabled ? { disable: own } : { state: "disabled" };
  }
  const own = found.filter((account) => isOfDecisions(account, person));
  const [account, ...others] = own;
  if (account === undefined) return { state: found.length > 0 ? "other" : person.account === undefined ? "none" : "gone" };
  if (others.length > 0) return { state: "several" };
  return account.accountEnabled ? { disable: account } : { state: "already" };
}

/** What undoing does next, with the account as it is now; undefined where it was deleted. */
export function fateOfUndoing(account: DirectoryAccount | undefined, state: PersonState): "enable" | { readonly state: PersonState } {
  if (account === undefined) return { state: "gone" };
  if (!account.accountEnabled) return "enable";
  if (state === "enabling") return { state: "enabled" };
  return { state: state === "disabling" ? "selected" : "changed" };
}

/** States in which acting looks for the account, or looks again: it may be there later, or Graph may allow it. */
export const toDisable: readonly PersonState[] = ["selected", "disabling", "none", "refused"];
/** States in which undoing looks at the account. */
export const toEnable: readonly PersonState[] = ["disabled", "disabling", "enabling"];
/** Those, and the ones in which it has done so: by them it counts how far it is. */
export const enabling: readonly PersonState[] = [...toEnable, "enabled", "changed"];
