import { makeMember, type WorldMember } from "../../adapters/operator/world";
import { type EditedRows, editedRows } from "../../adapters/tables/edited-rows";
import { tables as kinds } from "../../adapters/tables/tables";
import { accessListStore } from "../access-list/store/access-list";
import { proposalStore } from "../access-list/store/proposals";
import { listChanges } from "../access-list/world";
import { accountStore } from "../accounts/store/accounts";
import { allRequests } from "../approvals/world";
import { eraseDetails } from "../audit/store/trail";
import { auditLog } from "../audit/world";
import { decisionStore } from "../decisions/store/decisions";
import { ONE_ACCOUNT_PREFIX } from "../one-account/rule";
import { forgetElsewhere } from "../row-kinds";
import { ERASURE_PREFIX } from "./store/erasure-job";
import { type ErasingStores, nothingKept, type PersonStores } from "./store/stores";

/** The rows about a person, to be erased. Profiles are scanned, because their keys may have any spelling. */
export const erasingStores: WorldMember<ErasingStores> = {
  needs: [
    { table: "decisions", actions: "BatchGetItem DeleteItem Query Scan UpdateItem" },
    { table: "decisions indexes", actions: "Query" },
    { table: "accessList", actions: "DeleteItem GetItem" },
    { table: "profiles", actions: "DeleteItem Scan" },
    { table: "approvals", actions: "BatchGetItem DeleteItem PutItem" },
    { table: "approvals indexes", actions: "Query" },
    { table: "accounts", actions: "DeleteItem GetItem PutItem" },
    { table: "accounts indexes", actions: "Query" },
    { table: "ledger", actions: "DeleteItem GetItem PutItem Scan UpdateItem" },
    { table: "listChanges", actions: "DeleteItem GetItem Query UpdateItem" },
    // The erasure removes only details of entries. Any other change would break the chain.
    { table: "audit", actions: "PutItem Query UpdateItem" },
  ],
  make(place) {
    const { tables, nameOf, lacks = () => false } = place;
    return {
      decisions: decisionStore(tables, nameOf("decisions")),
      list: accessListStore(tables, nameOf("accessList")),
      profiles: lacks("profiles") ? nothingKept.profiles : editedRows(tables, nameOf("profiles"), kinds.profiles.key),
      approvals: lacks("approvals") ? nothingKept.approvals : makeMember(allRequests, place),
      ledger: editedRows(tables, nameOf("ledger"), kinds.ledger.key),
      changeSets: makeMember(listChanges, place),
      proposals: proposalStore(tables, nameOf("listChanges")),
      forgetElsewhere: forgetElsewhere(tables, (table) => (lacks(table) ? undefined : nameOf(table))),
      ...(!lacks("accounts") && { accounts: accountStore(tables, nameOf("accounts")) }),
      ...(!lacks("audit") && {
        trail: { ...makeMember(auditLog, place), eraseDetails: (row, now) => eraseDetails(tables, nameOf("audit"), row, now) },
      }),
    };
  },
};

/** The rows about a person, to be shown. */
export const personStores: WorldMember<PersonStores> = {
  needs: [
    { table: "decisions", actions: "BatchGetItem Query Scan" },
    { table: "decisions indexes", actions: "Query" },
    { table: "accessList", actions: "GetItem" },
    { table: "profiles", actions: "Scan" },
    { table: "approvals", actions: "BatchGetItem" },
    { table: "approvals indexes", actions: "Query" },
    { table: "accounts indexes", actions: "Query" },
    { table: "ledger", actions: "Scan" },
    { table: "listChanges", actions: "Query" },
    { table: "audit", actions: "Query" },
  ],
  make: (place) => makeMember(erasingStores, place),
};

/** The rows of erasures that the console begins. */
export const erasureRows: WorldMember<Pick<EditedRows, "add" | "change" | "get">> = {
  needs: [{ table: "ledger", actions: "GetItem PutItem UpdateItem", under: [ERASURE_PREFIX] }],
  make: ({ tables, nameOf }) => editedRows(tables, nameOf("ledger"), kinds.ledger.key),
};

/** The rows of the ways in which people signed up. */
export const usageRows: WorldMember<Pick<EditedRows, "get" | "remove">> = {
  needs: [{ table: "ledger", actions: "DeleteItem GetItem", under: [ONE_ACCOUNT_PREFIX] }],
  make: ({ tables, nameOf }) => editedRows(tables, nameOf("ledger"), kinds.ledger.key),
};
