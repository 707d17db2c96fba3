import { type Item, toRow } from "../../../adapters/tables/item";
import type { RowKind } from "../../../adapters/tables/row-kind";
import { type AccountRow, accountRow, isInOffer, readAccount } from "../account";
import { accessWorker, endOffer } from "../change";
import { accountEvent } from "../events";
import { accountIndexes, accountStore } from "./accounts";

const internalColumns: readonly (keyof AccountRow)[] = [
  "turn",
  "sponsorTried",
  "sponsorTriedAt",
  "sponsorSet",
  "sponsorAdded",
  "days",
  "work",
  "deleteAt",
  "renewalLink",
  "reminded",
  "idleReminded",
  "checkedAt",
  "askedAt",
];

export const accountKind: RowKind = {
  schema: accountRow,
  internal: internalColumns,
  table: "accounts",
  shape: { streamed: "needed", published: true, hashed: true, version: "turn", ages: true, indexes: Object.values(accountIndexes) },
  event: ({ before, after }) => after && accountEvent(before && accountIn(before), readAccount(toRow(after))),
  /** Takes back offers of guests to the person or by them. The sponsor that the guest has stays. */
  async forget(person, client, name) {
    const store = accountStore(client, name, () => {});
    for await (const page of store.offered()) {
      for (const { id } of page.filter((row) => isInOffer(row, person.mailboxes)))
        await store.change(id, (row) => endOffer(row, "offer-withdrawn", { by: accessWorker }, new Date()));
    }
  },
};

/** Undefined for an unreadable row: a stream may show such a row until somebody fixes it. */
function accountIn(image: Item): AccountRow | undefined {
  try {
    return readAccount(toRow(image));
  } catch {
    return undefined;
  }
}
