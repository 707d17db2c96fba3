import type { WorldMember } from "../../adapters/operator/world";
import { rows } from "../../adapters/tables/rows";
import { auditStore } from "../audit/store/trail";
import type { LookAlikes } from "../look-alikes/store";
import { type AskedLists, listsOfGates } from "./asked-lists";
import { type AccessListStore, accessListStore } from "./store/access-list";
import { changeSetStore } from "./store/change-sets";
import { type Denials, denials } from "./store/denials";
import { createLookAlikes } from "./store/look-alikes";
import type { EditPorts } from "./store/run";

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

/** The rows of the list, for acts that edit one. */
export const entries: WorldMember<Pick<AccessListStore, "get">> = {
  needs: [{ table: "accessList", actions: "GetItem" }],
  make: ({ tables, nameOf }) => accessListStore(tables, nameOf("accessList")),
};

/** The stores of an edit of the list: of its rows, its change set and the audit log's entries. */
export const listEdits: WorldMember<EditPorts> = {
  needs: [
    { table: "accessList", actions: "BatchGetItem DeleteItem GetItem PartiQLDelete PartiQLInsert PartiQLUpdate PutItem UpdateItem" },
    { table: "listChanges", actions: "GetItem PutItem Query UpdateItem" },
    { table: "audit", actions: "PutItem Query" },
  ],
  make: ({ tables, nameOf, hashes }) => ({
    client: tables,
    list: nameOf("accessList"),
    changes: changeSetStore(tables, nameOf("listChanges")),
    trail: auditStore(tables, nameOf("audit"), hashes),
  }),
};
