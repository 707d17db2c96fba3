import type { AwsClient } from "../../adapters/aws/client";
import { makeMember, type WorldMember } from "../../adapters/operator/world";
import { under } from "../../adapters/tables/conditions";
import { toItem, toRow } from "../../adapters/tables/item";
import { readPages } from "../../adapters/tables/search";
import { equal } from "../../adapters/tables/table";
import { TASK_PREFIX, tables } from "../../adapters/tables/tables";
import { type TaskStore, taskStore } from "../../adapters/tables/tasks";
import { buildPersonId, eachHash, type PersonHashes } from "../../engine/sign-up/person";
import { isPast } from "../../engine/sign-up/time";
import type { ApprovalRequest } from "./request";
import { type ApprovalStore, approvalIndexes, approvalStore } from "./store/approvals";
import { DELEGATIONS_ID, type DelegationStore, delegationStore } from "./store/delegations";
import { REQUESTS, type SetRequestStore, setRequests } from "./store/set-requests";

/** The index of a person's accounts. Accounts build on requests, so their rows are read here by what they hold. */
const byPerson = { name: "by-person", partitionKey: "personId" };

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
  needs: [{ table: "approvals indexes", actions: "Query", indexes: [approvalIndexes.person.name] }],
  make: ({ tables, nameOf }) => approvalStore(tables, nameOf("approvals"), () => {}),
};

/** Tells whether a guest has access to a gate now. */
export const accessOfGuests: WorldMember<ReturnType<typeof guestAccess>> = {
  needs: [{ table: "accounts indexes", actions: "Query", indexes: [byPerson.name] }],
  make: ({ tables, nameOf, hashes, lacks }) => (lacks?.("accounts") ? async () => false : guestAccess(tables, nameOf("accounts"), hashes)),
};

export const delegations: WorldMember<DelegationStore> = {
  needs: [{ table: "ledger", actions: "GetItem UpdateItem", under: [DELEGATIONS_ID] }],
  make: ({ tables, nameOf }) => delegationStore(tables, nameOf("ledger")),
};

/** The waiting requests, for acts on all of a domain. */
export const waitingRequests: WorldMember<Pick<ApprovalStore, "briefsByState">> = {
  needs: [{ table: "approvals indexes", actions: "Query", indexes: [approvalIndexes.state.name] }],
  make: (place) => makeMember(allRequests, place),
};

/** The requests that change sets of the list deny and reopen. */
export const requestsOfSets: WorldMember<SetRequestStore> = {
  needs: [
    { table: "listChanges", actions: "PutItem Query", under: [REQUESTS] },
    { table: "approvals", actions: "BatchGetItem PutItem" },
  ],
  make: ({ tables, nameOf }) =>
    setRequests(
      tables,
      nameOf("listChanges"),
      approvalStore(tables, nameOf("approvals"), () => {}),
    ),
};

/** Returns a function that finds out whether a guest has access to a gate now. @param name the deployed name of the table of accounts */
export function guestAccess(client: AwsClient, name: string, readHashes: () => Promise<PersonHashes>) {
  const table = { client, name, key: tables.accounts.key };
  return async ({ personId, email, gate }: Pick<ApprovalRequest, "personId" | "email" | "gate">, now: Date): Promise<boolean> => {
    // The account may have come before or after a key rotation.
    const ids = new Set([personId, ...eachHash(await readHashes()).map((hashOf) => buildPersonId(email, hashOf))]);
    for (const id of ids) {
      const where = under(byPerson, id);
      for await (const page of readPages(table, { index: byPerson.name, where, filter: equal(toItem({ state: "in" })) })) {
        if (page.map(toRow).some((row) => row.gate === gate && (typeof row.until !== "string" || !isPast(row.until, now)))) return true;
      }
    }
    return false;
  };
}

/** Who has a request, and until when it is snoozed. */
export const readTasks: WorldMember<Pick<TaskStore, "of">> = {
  needs: [{ table: "ledger", actions: "BatchGetItem", under: [TASK_PREFIX] }],
  make: ({ tables, nameOf }) => taskStore(tables, nameOf("ledger")),
};
