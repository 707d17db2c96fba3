import { makeMember, type WorldMember } from "../../adapters/operator/world";
import type { Item } from "../../adapters/tables/item";
import { rows } from "../../adapters/tables/rows";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import type { Policy } from "../../engine/sign-up/policy";
import { auditLog } from "../audit/world";
import { DOMAIN_COUNTS_PREFIX } from "../counts/store/domain-counts";
import { LOOK_ALIKE_PREFIX, type LookAlikes } from "../look-alikes/store";
import { type AskedLists, findSilentGates, listsOfGates, listsOfPolicies } from "./asked-lists";
import { PARTNER } from "./partner";
import { PROPOSALS } from "./proposal";
import { type AccessListStore, accessListStore } from "./store/access-list";
import { type ChangeSetStore, changeSetStore } from "./store/change-sets";
import { type Denials, denials } from "./store/denials";
import { readLastEdit } from "./store/list-indexes";
import { createLookAlikes } from "./store/look-alikes";
import { type ProposalStore, proposalStore } from "./store/proposals";
import type { EditPorts } from "./store/run";

/** The entries that deny people. Without `lists`, the policies are not known, and every entry counts. */
export const denyingList: WorldMember<Denials & { readonly arePoliciesKnown: boolean; readonly lists: AskedLists }> = {
  needs: [
    { table: "accessList", actions: "BatchGetItem" },
    { table: "decisions", actions: "BatchGetItem", under: [PARTNER] },
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
    { table: "ledger", actions: "BatchGetItem", under: [LOOK_ALIKE_PREFIX, DOMAIN_COUNTS_PREFIX] },
    { table: "accessList", actions: "BatchGetItem" },
  ],
  make:
    ({ tables, nameOf }) =>
    (now) =>
      createLookAlikes(tables, nameOf, () => now),
};

/** Finds whom an allow looks like that was added outside Gatehouse, where nobody was warned. */
export const unseenLooks: WorldMember<(now: Date) => Promise<(item: Item) => string | undefined>> = {
  needs: lookAlikes.needs,
  make:
    ({ tables, nameOf }) =>
    async (now) => {
      const alike = await createLookAlikes(tables, nameOf, () => now).unasked();
      return (item) => (readLastEdit(item) === undefined ? alike.get(String(item.entry?.S))?.like : undefined);
    },
};

/** The whole store of the list, for the console. */
export const accessList: WorldMember<AccessListStore> = {
  needs: [
    { table: "accessList", actions: "BatchGetItem GetItem Query Scan" },
    { table: "accessList indexes", actions: "Query" },
  ],
  make: ({ tables, nameOf }) => accessListStore(tables, nameOf("accessList")),
};

/** Rows of the list by their entries. */
export const listRows: WorldMember<Pick<AccessListStore, "get" | "many">> = {
  needs: [{ table: "accessList", actions: "BatchGetItem GetItem" }],
  make: (place) => makeMember(accessList, place),
};

/** All rows of the list. */
export const wholeList: WorldMember<Pick<AccessListStore, "pages">> = {
  needs: [{ table: "accessList", actions: "Scan" }],
  make: (place) => makeMember(accessList, place),
};

interface PolicyFacts {
  /** `default` first. */
  readonly gates: readonly string[];
  /** The gates at which no rule asks for approval. Undefined if the policies are not known. */
  silentGates(): readonly string[] | undefined;
  /** True if a policy asks for the class. Undefined if the policies are not known. */
  asksClass(name: string): boolean | undefined;
}

/** The policies' answers about entries. A command reads them only when an edit depends on them. */
export const policyFacts: WorldMember<PolicyFacts> = {
  needs: [],
  make: ({ gates = [DEFAULT_GATE], policiesAt }) => createPolicyFacts(gates, (gate) => policiesAt?.(gate)),
};

/** @param policiesAt returns undefined for policies that are not known */
export function createPolicyFacts(gates: readonly string[], policiesAt: (gate: string) => readonly Policy[] | undefined): PolicyFacts {
  const readAll = () => {
    const each = gates.map((gate) => [gate, policiesAt(gate)] as const);
    return each.some(([, policies]) => policies === undefined) ? undefined : new Map(each as (readonly [string, readonly Policy[]])[]);
  };
  return {
    gates,
    silentGates() {
      const all = readAll();
      return all && findSilentGates(gates, (gate) => all.get(gate) ?? []);
    },
    asksClass(name) {
      const all = readAll();
      return all && [...all.values()].flatMap(listsOfPolicies).some(({ classes }) => classes.some((each) => each === name));
    },
  };
}

/** All that is kept of the changes of the list, for the console. */
export const listChanges: WorldMember<ChangeSetStore> = {
  needs: [{ table: "listChanges", actions: "GetItem PutItem Query UpdateItem" }],
  make: ({ tables, nameOf, now }) => changeSetStore(tables, nameOf("listChanges"), now),
};

/** The change sets of the list, for acts that undo one. */
export const changeSets: WorldMember<Pick<ChangeSetStore, "get" | "parts">> = {
  needs: [{ table: "listChanges", actions: "GetItem Query" }],
  make: (place) => makeMember(listChanges, place),
};

/** Edits that wait for a second administrator. */
export const proposals: WorldMember<ProposalStore> = {
  needs: [{ table: "listChanges", actions: "GetItem PutItem UpdateItem", under: [PROPOSALS] }],
  make: ({ tables, nameOf }) => proposalStore(tables, nameOf("listChanges")),
};

/** The stores of an edit of the list: of its rows, its change set and the audit log's entries. */
export const listEdits: WorldMember<EditPorts> = {
  needs: [
    { table: "accessList", actions: "BatchGetItem DeleteItem GetItem PartiQLDelete PartiQLInsert PartiQLUpdate PutItem UpdateItem" },
    { table: "listChanges", actions: "GetItem PutItem Query UpdateItem" },
    { table: "audit", actions: "PutItem Query" },
  ],
  make(place) {
    const { tables, nameOf, lacks } = place;
    const trail = lacks?.("audit") ? undefined : makeMember(auditLog, place);
    return { client: tables, list: nameOf("accessList"), changes: makeMember(listChanges, place), trail };
  },
};
