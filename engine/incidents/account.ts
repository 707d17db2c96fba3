import type { IncidentPerson, PersonState } from "./incident";

/** An account as far as acting depends on it. */
export interface DirectoryAccount {
  readonly id: string;
  readonly createdDateTime: string;
  readonly accountEnabled: boolean;
}

/** Entra's clock and ours may differ by so much. */
const SKEW_MS = 60_000;

/** Whether the gate can have let an account in: it is not older than the decision. */
export function isOfDecision({ createdDateTime }: Pick<DirectoryAccount, "createdDateTime">, { at }: Pick<IncidentPerson, "at">): boolean {
  return Date.parse(createdDateTime) >= Date.parse(at) - SKEW_MS;
}

/** What acting does next: to disable the account, or the state that the person ends in. */
export function fateOfAccount(
  found: readonly DirectoryAccount[],
  person: Pick<IncidentPerson, "at" | "state" | "account">,
): { readonly disable: DirectoryAccount } | { readonly state: PersonState } {
  // This account was enabled when we set out to disable it.
  if (person.state === "disabling") {
    const [own] = found;
    if (own === undefined) return { state: "gone" };
    return own.accountEnabled ? { disable: own } : { state: "disabled" };
  }
  const own = found.filter((account) => isOfDecision(account, person));
  const [account, ...others] = own;
  if (account === undefined) return { state: found.length > 0 ? "earlier" : person.account === undefined ? "none" : "gone" };
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
