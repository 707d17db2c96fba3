import type { WorldMember } from "../../adapters/operator/world";
import { rows } from "../../adapters/tables/rows";
import type { LookAlikes } from "../look-alikes/store";
import { type AskedLists, listsOfGates } from "./asked-lists";
import { type Denials, denials } from "./store/denials";
import { createLookAlikes } from "./store/look-alikes";

/** The entries that deny people. Without `lists`, the policies are not known, and every entry counts. */
export const denyingList: WorldMember<Denials & { readonly arePoliciesKnown: boolean; readonly lists: AskedLists }> = {
  needs: [
    { table: "accessList", actions: "BatchGetItem" },
    { table: "decisions", actions: "BatchGetItem" },
  ],
  make({ tables, nameOf, askedLists, policies }) {
    const readLists = (): AskedLists => {
      const text = askedLists();
      if (text !== undefined) return JSON.parse(text);
      return policies && listsOfGates([...policies.keys()], (gate) => policies.get(gate) ?? []);
    };
    return {
      findDenials: (...args) => denials(rows(tables, nameOf), readLists()).findDenials(...args),
      get lists() {
        return readLists();
      },
      get arePoliciesKnown() {
        return readLists() !== undefined;
      },
    };
  },
};

/** The known domains that other domains look like. */
export const lookAlikes: WorldMember<(now: Date) => Pick<LookAlikes, "lookAlikesOf">> = {
  needs: [
    { table: "ledger", actions: "BatchGetItem" },
    { table: "accessList", actions: "BatchGetItem" },
  ],
  make:
    ({ tables, nameOf }) =>
    (now) =>
      createLookAlikes(tables, nameOf, () => now),
};
