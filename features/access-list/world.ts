import type { WorldMember } from "../../adapters/operator/world";
import { rows } from "../../adapters/tables/rows";
import type { LookAlikes } from "../look-alikes/store";
import { type AskedLists, listsOfGates } from "./asked-lists";
import { type Denials, denials } from "./store/denials";
import { createLookAlikes } from "./store/look-alikes";

/** The entries that deny people. Without `arePoliciesKnown`, every entry counts. */
export const denyingList: WorldMember<Denials & { readonly arePoliciesKnown: boolean }> = {
  needs: [
    { table: "accessList", actions: "BatchGetItem" },
    { table: "decisions", actions: "BatchGetItem" },
  ],
  make({ tables, nameOf, askedLists, policies }) {
    const text = askedLists();
    const ofPolicies = policies && listsOfGates([...policies.keys()], (gate) => policies.get(gate) ?? []);
    const lists: AskedLists = text === undefined ? ofPolicies : JSON.parse(text);
    return { ...denials(rows(tables, nameOf), lists), arePoliciesKnown: lists !== undefined };
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
