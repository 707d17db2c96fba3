import type { StackFeature } from "../../lib/feature";
import { CODE_PREFIX } from "../reference-data/code";

/** The uses of codes are rows of the ledger. */
export const stack: StackFeature<object, void> = {
  order: 24,
  name: "permitted-value",
  grantPages(pages, { tables }) {
    // The pages can free a used code.
    tables.ledger.grantRowsUnder(pages, CODE_PREFIX, "DeleteItem");
  },
};
