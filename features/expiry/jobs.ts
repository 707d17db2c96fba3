import type { Act, Reviewed } from "../../adapters/operator/act";
import type { Uses } from "../../adapters/operator/world";
import type { AccountRow } from "../accounts/account";
import { denialsByAccount } from "../explain/world";
import type { NamedPerson } from "../people-jobs/store/jobs";
import { makeWork, type PersonEnd } from "../people-jobs/store/work";
import { type AccessState, type AccessTarget, makeAccessActs } from "./acts/access";

/** Called for each person with what came of it. */
type Tell = (person: NamedPerson, end: PersonEnd<AccountRow>) => void;

/** The question names people whom the list denies. The function that goes on knows them by their account. */
const acts = makeAccessActs(denialsByAccount);

/** Acts on many people's access. Each goes on in the function that ends access. */
export function makeAccessJobs(tell?: Tell) {
  const make = <U extends Uses, Input, State extends { readonly account: AccountRow | undefined }>(
    act: Act<U, AccessTarget, Input, State, AccountRow>,
  ) =>
    makeWork({
      act,
      toAttempt: ({ id }: NamedPerson, { input }) => ({ target: { id }, input: input as Input, answered: "all" }),
      isDone: ({ account }, id) => account?.history.some((each) => each.act === id) === true,
      tell,
    });
  return {
    "access.end": make(acts.end),
    "access.extend": make(acts.extend),
    "access.renew": make(acts.renew),
    "access.sponsor": make(acts.sponsor),
    "access.undo": make(acts.undo),
  } as const;
}

export const accessJobs = makeAccessJobs();

/** True if an act that was reviewed can be done. */
export function isPossible({ state: { account }, concerns }: Reviewed<AccessState>): boolean {
  return account !== undefined && concerns.every(({ weight }) => weight !== "refused");
}

/** Returns the accounts on which an act that was reviewed can be done. */
export function listPossible(reviewed: readonly Reviewed<AccessState>[]): readonly AccountRow[] {
  return reviewed.filter(isPossible).flatMap(({ state: { account } }) => account ?? []);
}
