import type { RowKind } from "../../../adapters/tables/row-kind";
import { incidentEvent } from "../event";
import { INCIDENTS } from "../incident";
import { incidentChange } from "../trail";
import { incidentIn, incidentStore } from "./incidents";

export const incidentKind: RowKind = {
  table: "listChanges",
  under: INCIDENTS,
  event({ before, after }) {
    const incident = after && incidentIn(after);
    if (incident === undefined) throw new TypeError("The row is no incident.");
    return incidentEvent(before && incidentIn(before), incident);
  },
  audited: "list-changes",
  // An incident forgets that the person was one of its people. Their account stays as the incident left it.
  async forget({ personIds, accountIds }, client, name) {
    const store = incidentStore(client, name);
    let before: string | undefined;
    do {
      const page = await store.page(before);
      for (const { id } of page.items) for (const each of [...personIds, ...accountIds]) await store.forget(id, each);
      before = page.next;
    } while (before !== undefined);
  },
  fact(change) {
    const { action, by, name, via, details } = incidentChange(change) ?? {};
    if (action === undefined || via === undefined) return undefined;
    return { ...details, action, ...(by !== undefined && { author: { by, via, ...(name !== undefined && { name }) } }) };
  },
};
