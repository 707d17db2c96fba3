import { makeMember, type WorldMember } from "../../adapters/operator/world";
import { type ApprovalStore, approvalStore } from "./store/approvals";
import { type DelegationStore, delegationStore } from "./store/delegations";
import { guestAccess } from "./store/guest-access";
import { type SetRequestStore, setRequests } from "./store/set-requests";

/** The requests' rows, for the console. */
export const allRequests: WorldMember<ApprovalStore> = {
  needs: [
    { table: "approvals", actions: "BatchGetItem PutItem" },
    { table: "approvals indexes", actions: "Query" },
  ],
  make: ({ tables, nameOf }) => approvalStore(tables, nameOf("approvals")),
};

/** The requests' rows, for acts. An unreadable row fails. */
export const requests: WorldMember<Pick<ApprovalStore, "getAll" | "change">> = {
  needs: [{ table: "approvals", actions: "BatchGetItem PutItem" }],
  make: (place) => makeMember(allRequests, place),
};

/** Requests without unreadable rows, for doors that show several. */
export const readableRequests: WorldMember<Pick<ApprovalStore, "getAll">> = {
  needs: [{ table: "approvals", actions: "BatchGetItem" }],
  make: ({ tables, nameOf }) => approvalStore(tables, nameOf("approvals"), () => {}),
};

/** A person's requests, by any spelling of the address, without unreadable rows. */
export const requestsOfPeople: WorldMember<Pick<ApprovalStore, "byPerson">> = {
  needs: [{ table: "approvals indexes", actions: "Query" }],
  make: ({ tables, nameOf }) => approvalStore(tables, nameOf("approvals"), () => {}),
};

/** Tells whether a guest has access to a gate now. */
export const accessOfGuests: WorldMember<ReturnType<typeof guestAccess>> = {
  needs: [{ table: "accounts indexes", actions: "Query" }],
  make: ({ tables, nameOf, lacks }) => (lacks?.("accounts") ? async () => false : guestAccess(tables, nameOf("accounts"))),
};

export const delegations: WorldMember<DelegationStore> = {
  needs: [{ table: "ledger", actions: "GetItem UpdateItem" }],
  make: ({ tables, nameOf }) => delegationStore(tables, nameOf("ledger")),
};

/** The waiting requests, for acts on all of a domain. */
export const waitingRequests: WorldMember<Pick<ApprovalStore, "briefsByState">> = {
  needs: [{ table: "approvals indexes", actions: "Query" }],
  make: (place) => makeMember(allRequests, place),
};

/** The requests that change sets of the list deny and reopen. */
export const requestsOfSets: WorldMember<SetRequestStore> = {
  needs: [
    { table: "listChanges", actions: "PutItem Query" },
    { table: "approvals", actions: "BatchGetItem PutItem" },
  ],
  make: ({ tables, nameOf }) =>
    setRequests(
      tables,
      nameOf("listChanges"),
      approvalStore(tables, nameOf("approvals"), () => {}),
    ),
};
