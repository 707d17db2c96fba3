import type { Finding } from "../approvals/deciding";
import type { Listing } from "../approvals/in-state";
import type { UnreadableRequestError } from "../approvals/request";
import type { Policy } from "../sign-up/policy";
import type { AccessListStore } from "../stores/access-list";
import type { ApprovalStore } from "../stores/approvals";
import type { AuditStore } from "../stores/audit";
import type { DecisionStore } from "../stores/decisions";
import type { EditedRows } from "../stores/edited-rows";
import type { ReferenceDataStore } from "../stores/reference-data";
import type { Rows } from "../stores/rows";
import type { Seals } from "./session";
import type { SignIn } from "./sign-in";

/** What the pages reach: the stores and the policy. The handler makes it, tests make another. */
export interface World {
  readonly accessList: AccessListStore;
  readonly decisions: DecisionStore;
  readonly approvals: Omit<ApprovalStore, "remove">;
  /** For searches: a row that nobody can read is left out and told of, and keeps nobody from the others. */
  legibleApprovals(tell: (error: UnreadableRequestError) => void): Finding & Listing;
  readonly profiles: EditedRows;
  readonly referenceData: ReferenceDataStore;
  /** What has been used up, sessions among it. */
  readonly ledger: Pick<EditedRows, "get" | "remove" | "add">;
  readonly audit: AuditStore;
  readonly rows: Pick<Rows, "read">;
  /** Of the steps that are deployed. */
  readonly policies: readonly Policy[];
}

/** What the frame around the pages reaches. */
export interface Surroundings {
  readonly world: World;
  readonly signIn: SignIn;
  /** Read again now and then: a new session key ends all sessions. */
  seals(): Promise<Seals>;
  /** "http" on this machine alone: cookies then go without `__Host-` and Secure. */
  readonly scheme: "https" | "http";
  now(): Date;
  /** Told of each failure: names and codes alone, never what was typed. */
  report(failure: Failure): void;
}

export interface Failure {
  /** The code on the page that the operator sees. */
  readonly reference: string;
  readonly route: string;
  readonly error: unknown;
}
