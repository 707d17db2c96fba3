import { type Item, toRow } from "../../../adapters/tables/item";
import type { RowKind } from "../../../adapters/tables/row-kind";
import { type AccountRow, accountRow, readAccount } from "../account";
import { accountEvent } from "../events";
import { accountIndexes } from "./accounts";

const internalColumns: readonly (keyof AccountRow)[] = [
  "turn",
  "sponsorTried",
  "days",
  "work",
  "deleteAt",
  "renewalLink",
  "reminded",
  "idleReminded",
  "checkedAt",
];

export const accountKind: RowKind = {
  schema: accountRow,
  internal: internalColumns,
  table: "accounts",
  shape: { streamed: "needed", published: true, hashed: true, version: "turn", ages: true, indexes: Object.values(accountIndexes) },
  event: ({ before, after }) => after && accountEvent(before && accountIn(before), readAccount(toRow(after))),
};

/** Undefined for an unreadable row: a stream may show such a row until somebody fixes it. */
function accountIn(image: Item): AccountRow | undefined {
  try {
    return readAccount(toRow(image));
  } catch {
    return undefined;
  }
}
