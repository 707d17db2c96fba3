import { type Act, carryOutEach, type Reviewed } from "../../adapters/operator/act";
import { makeWorld, type Uses } from "../../adapters/operator/world";
import type { AccountRow } from "../accounts/account";
import type { PeopleWork } from "../people-jobs/store/run";
import { type AccessState, type AccessTarget, accessActs } from "./acts/access";

/** The worker may write an account between its read and the act's write. */
const TRIES = 3;

function makeWork<U extends Uses, Input, State extends { readonly account: AccountRow | undefined }>(
  act: Act<U, AccessTarget, Input, State, AccountRow>,
): PeopleWork {
  return {
    async perform(people, { job, place, doing, audit, isRepeated }) {
      const codes = new Map<string, string>();
      let left = people.map(({ id }) => ({ id }));
      for (let count = 1; count <= TRIES && left.length > 0; count++) {
        const attempts = left.map((target) => ({ target, input: job.input as Input, answered: "all" as const }));
        const results = [...(await carryOutEach(act, attempts, place, doing, audit)).entries()];
        for (const [index, result] of results) {
          const { id } = left[index] as AccessTarget;
          if (result.kind === "done") codes.delete(id);
          else codes.set(id, result.kind === "stopped" ? result.concerns[0].code : "changed");
        }
        left = left.filter(({ id }) => codes.get(id) === "changed");
      }
      if (isRepeated && codes.size > 0) {
        const refused = [...codes.keys()].map((id) => ({ id }));
        for (const { account } of await act.read(refused, makeWorld(act.uses, place), doing))
          if (account?.history.some((each) => each.act === job.id)) codes.delete(account.id);
      }
      return people.map(({ id }) => codes.get(id));
    },
  };
}

/** Acts on many people's access. Each goes on in the function that ends access. */
export const accessJobs = {
  "access.end": makeWork(accessActs.end),
  "access.sponsor": makeWork(accessActs.sponsor),
  "access.undo": makeWork(accessActs.undo),
} as const;

/** Returns the accounts on which an act that was reviewed can be done. */
export function listPossible(reviewed: readonly Reviewed<AccessState>[]): readonly AccountRow[] {
  return reviewed.flatMap(({ state: { account }, concerns }) =>
    account === undefined || concerns.some(({ weight }) => weight === "refused") ? [] : [account],
  );
}
