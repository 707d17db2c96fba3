import type { StackFeature } from "../../lib/feature";
import { ONE_ACCOUNT_PREFIX } from "../one-account/rule";
import { CODE_PREFIX } from "../reference-data/code";

/** The uses of codes are rows of the ledger. */
export const stack: StackFeature<object, void> = {
  place: 24,
  name: "permitted-value",
  grantPages(pages, { tables }) {
    // The pages can free a used code, and forget how a person signed up. One statement, because a role's policy has limited room.
    tables.ledger.grantRowsUnder(pages, [CODE_PREFIX, ONE_ACCOUNT_PREFIX], "DeleteItem");
  },
};
