import type { EditedRows } from "../../../adapters/tables/edited-rows";
import type { PersonNames } from "../../../adapters/tables/row-kind";
import type { AccessListStore } from "../../access-list/store/access-list";
import type { ChangeSetStore } from "../../access-list/store/change-sets";
import type { ProposalStore } from "../../access-list/store/proposals";
import type { AccountStore } from "../../accounts/store/accounts";
import type { ApprovalStore } from "../../approvals/store/approvals";
import type { AuditRow } from "../../audit/entry";
import type { AuditStore } from "../../audit/store/trail";
import type { DecisionStore } from "../../decisions/store/decisions";

export interface PersonStores {
  readonly decisions: Pick<DecisionStore, "outsideIndex" | "pageOf">;
  readonly list: Pick<AccessListStore, "get">;
  readonly profiles: Pick<EditedRows, "page">;
  readonly approvals: Pick<ApprovalStore, "asksBy" | "byEmail" | "byPerson" | "get">;
  readonly ledger: Pick<EditedRows, "page">;
  /** Absent if the stack has no table of accounts yet. */
  readonly accounts?: Pick<AccountStore, "byPerson" | "offered">;
  readonly changeSets: Pick<ChangeSetStore, "page" | "partsOfGroup">;
  readonly proposals: Pick<ProposalStore, "all">;
  /** Absent if the stack has no audit trail yet. */
  readonly trail?: Pick<AuditStore, "rows">;
}

export interface ErasingStores extends PersonStores {
  readonly decisions: Pick<DecisionStore, "outsideIndex" | "pageOf" | "remove">;
  readonly list: Pick<AccessListStore, "get" | "remove">;
  readonly profiles: Pick<EditedRows, "page" | "remove">;
  readonly approvals: Pick<ApprovalStore, "asksBy" | "byEmail" | "byPerson" | "get" | "remove">;
  readonly ledger: Pick<EditedRows, "change" | "get" | "page" | "remove">;
  readonly accounts?: Pick<AccountStore, "byPerson" | "offered" | "remove">;
  readonly changeSets: Pick<ChangeSetStore, "get" | "leaveOut" | "page" | "partsOfGroup" | "update">;
  readonly proposals: Pick<ProposalStore, "all" | "remove">;
  /** Removes the person from rows that a search for the person does not find. */
  forgetElsewhere(person: PersonNames): Promise<void>;
  readonly trail?: Pick<AuditStore, "rows" | "tell"> & {
    /** Removes an entry's personal details, and keeps the proof that it existed. */
    eraseDetails(row: AuditRow, now: Date): Promise<void>;
  };
}

async function* none(): AsyncGenerator<never> {}

/** Replaces the stores of tables that the stack does not have. */
export const nothingKept: Pick<ErasingStores, "approvals" | "profiles"> = {
  profiles: { page: async () => ({ items: [], searched: 0 }), remove: async () => true },
  approvals: { asksBy: none, byEmail: none, byPerson: none, get: async () => undefined, remove: async () => true },
};
