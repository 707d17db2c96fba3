import { type RowKind, usedRows } from "../../../adapters/tables/row-kind";
import { SIGNED_UP_PREFIX } from "../account";

/** Rows of people who passed a form. A row leads from one account to one person, never to two people. */
export const signedUpKind: RowKind = {
  table: "ledger",
  under: SIGNED_UP_PREFIX,
  personal: {
    partOf(item, person, isTheirs) {
      const { id, people } = usedRows.partOf(item, person, isTheirs) ?? {};
      if (id === undefined) return undefined;
      return isTheirs ? { ...item, ...(people && { people }) } : { id, ...(people && { people }) };
    },
    restOf: () => undefined,
  },
};
