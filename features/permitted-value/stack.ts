import type { StackFeature } from "../../lib/feature";
import { CODE_PREFIX } from "../reference-data/code";

/** Codes that were used up. */
export const stack: StackFeature<object, void> = {
  place: 24,
  name: "permitted-value",
  grantPages(pages, { tables }) {
    // A used code is given back.
    tables.ledger.grantRowsUnder(pages, CODE_PREFIX, "DeleteItem");
  },
};
