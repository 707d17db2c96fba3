import { CODE_PREFIX } from "../../features/permitted-value/code";
import type { StackFeature } from "../feature";

/** Codes that were used up. */
export const permittedValueFeature: StackFeature<object, void> = {
  name: "permitted-value",
  grantPages(pages, { tables }) {
    // A used code is given back.
    tables.ledger.grantRowsUnder(pages, CODE_PREFIX, "DeleteItem");
  },
};
