import type { StackFeature } from "../../lib/feature";
import { ONE_ACCOUNT_PREFIX } from "./rule";

/** The ways in which people signed up are rows of the ledger. */
export const stack: StackFeature<object, void> = {
  order: 25,
  name: "one-account",
  grantPages(pages, { tables }) {
    // An administrator can forget how a person signed up.
    tables.ledger.grantRowsAlsoUnder(pages, ONE_ACCOUNT_PREFIX, "DeleteItem");
  },
};
