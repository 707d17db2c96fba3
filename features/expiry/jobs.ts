import type { Act, Reviewed } from "../../adapters/operator/act";
import type { Uses } from "../../adapters/operator/world";
import type { AccountRow } from "../accounts/account";
import { makeWork } from "../people-jobs/store/work";
import { type AccessState, type AccessTarget, accessActs } from "./acts/access";

function makeAccessWork<U extends Uses, Input, State extends { readonly account: AccountRow | undefined }>(
  act: Act<U, AccessTarget, Input, State, AccountRow>,
) {
  return makeWork({
    act,
    toAttempt: ({ id }, { input }) => ({ target: { id }, input: input as Input, answered: "all" }),
    isDone: ({ account }, id) => account?.history.some((each) => each.act === id) === true,
  });
}

/** Acts on many people's access. Each goes on in the function that ends access. */
export const accessJobs = {
  "access.end": makeAccessWork(accessActs.end),
  "access.sponsor": makeAccessWork(accessActs.sponsor),
  "access.undo": makeAccessWork(accessActs.undo),
} as const;

/** Returns the accounts on which an act that was reviewed can be done. */
export function listPossible(reviewed: readonly Reviewed<AccessState>[]): readonly AccountRow[] {
  return reviewed.flatMap(({ state: { account }, concerns }) =>
    account === undefined || concerns.some(({ weight }) => weight === "refused") ? [] : [account],
  );
}
