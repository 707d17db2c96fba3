import { makeMember, type WorldMember } from "../../adapters/operator/world";
import { approvalStore } from "../approvals/store/approvals";
import { ASKS_PREFIX, type AskStore, askStore } from "./store";

/** Requests of colleagues, and how many are open. */
export const asks: WorldMember<AskStore> = {
  needs: [
    { table: "ledger", actions: "GetItem PutItem", under: [ASKS_PREFIX] },
    { table: "approvals", actions: "BatchGetItem PutItem" },
  ],
  make({ tables, nameOf }) {
    const approvals = nameOf("approvals");
    return askStore(
      tables,
      { ledger: nameOf("ledger"), approvals },
      approvalStore(tables, approvals, () => {}),
    );
  },
};

/** The same, for what only looks. */
export const readAsks: WorldMember<Pick<AskStore, "standing">> = {
  needs: [
    { table: "ledger", actions: "GetItem", under: [ASKS_PREFIX] },
    { table: "approvals", actions: "BatchGetItem" },
  ],
  make: (place) => makeMember(asks, place),
};
