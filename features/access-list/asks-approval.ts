import { haveStepsPeopleWait } from "../../engine/sign-up/joined-steps";
import type { Policy } from "../../engine/sign-up/policy";
import { listsOfPolicies } from "./asked-lists";
import { findWaitingGates, isLive, type ListRow } from "./row";

/** The gates that ask the list, but nobody about the people whom an entry has wait. */
export function findSilentGates(gates: readonly string[], policiesAt: (gate: string) => readonly Policy[]): readonly string[] {
  return gates.filter((gate) => {
    const policies = policiesAt(gate);
    return listsOfPolicies(policies).length > 0 && !haveStepsPeopleWait(policies);
  });
}

/** The gates where a row denies instead of having people wait. @param silent of `findSilentGates` */
export function gatesThatDeny(row: ListRow, silent: readonly string[], now: Date): readonly string[] {
  return isLive(row, now) ? findWaitingGates(row, silent) : [];
}
