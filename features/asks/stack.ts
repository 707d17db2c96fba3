import type { StackFeature } from "../../lib/feature";
import { readsInvitations } from "../approvals/invite-person";
import { ASKS_PREFIX } from "./store";

export const stack: StackFeature<object, void> = {
  order: 67,
  name: "asks",
  grantPages(pages, { tables, facts }) {
    // Where people can be invited, colleagues ask for guests on the console's pages. Rows list what each of them asked for, and what is open.
    if (readsInvitations(facts.policy.map(({ policy }) => policy))) tables.ledger.grantRowsAlsoUnder(pages, ASKS_PREFIX, "PutItem");
  },
};
