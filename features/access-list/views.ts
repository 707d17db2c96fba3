import type { View } from "../../adapters/operator/view";
import type { WorldMember } from "../../adapters/operator/world";
import { omit } from "../../engine/collections";
import { momentFilters } from "../../engine/operator/list";
import type { ChangeSet } from "./change-set";
import { type ChangeSetStore, changeSetStore } from "./store/change-sets";
import { newestSource } from "./store/newest-rows";

const readChangeSets: WorldMember<Pick<ChangeSetStore, "page">> = {
  needs: [{ table: "listChanges", actions: "Query" }],
  make: ({ tables, nameOf }) => changeSetStore(tables, nameOf("listChanges")),
};

const uses = { changeSets: readChangeSets };

/** Change sets of the list, newest first. The place is a set's id: the sets before it follow. */
export const changeSetsView = {
  name: "list changes",
  uses,
  filters: momentFilters,
  source: async (query, { changeSets }) =>
    newestSource(async (before) => {
      const { sets, ...page } = await changeSets.page(before);
      return { items: sets, ...page };
    }, query),
  json: describeSet,
} satisfies View<typeof uses, typeof momentFilters, ChangeSet, string>;

export const views = [changeSetsView];

export function describeSet(changeSet: ChangeSet): object {
  const { requests } = changeSet;
  const shown = omit(changeSet, "upTo", "recorded", "written", "expires", "source", "aliveUntil");
  return requests === undefined ? shown : { ...shown, requests: omit(requests, "upTo") };
}
