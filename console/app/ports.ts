import type { RingingAlarm } from "../../adapters/aws/alarms";
import type { ChangeSetStore } from "../../adapters/list-changes/store";
import type { AccessListStore } from "../../adapters/tables/access-list";
import type { AccessRunStore } from "../../adapters/tables/access-runs";
import type { AccountStore } from "../../adapters/tables/accounts";
import type { ApprovalStore } from "../../adapters/tables/approvals";
import type { AuditStore } from "../../adapters/tables/audit";
import type { ColleagueStore } from "../../adapters/tables/colleagues";
import type { ReadCounts } from "../../adapters/tables/counts";
import type { DecisionStore } from "../../adapters/tables/decisions";
import type { DelegationStore } from "../../adapters/tables/delegations";
import type { DomainCounts } from "../../adapters/tables/domain-counts";
import type { EditedRows } from "../../adapters/tables/edited-rows";
import type { LookAlikes } from "../../adapters/tables/look-alikes";
import type { PartnerStore } from "../../adapters/tables/partners";
import type { PostureStore } from "../../adapters/tables/postures";
import type { ReferenceDataStore } from "../../adapters/tables/reference-data";
import type { Rows } from "../../adapters/tables/rows";
import type { TaskStore } from "../../adapters/tables/tasks";
import type { UnreadableAccountError } from "../../engine/access/account";
import type { UnreadableRequestError } from "../../engine/approvals/request";
import type { PersonHashes } from "../../engine/sign-up/person";
import type { Policy } from "../../engine/sign-up/policy";
import type { TaskAssigned } from "../../engine/tasks/event";
import type { ErasureCall } from "../../features/person/store/run-erasure";
import type { Seals } from "../session/session";
import type { ProviderRefusal, SignIn } from "../session/sign-in";

/** The stores and policies that pages use. The handler creates it; tests create their own. */
export interface ConsolePorts {
  readonly accessList: AccessListStore;
  readonly decisions: DecisionStore;
  readonly approvals: Omit<ApprovalStore, "remove">;
  /** For searches: an unreadable row is left out and reported, and the others are still found. */
  legibleApprovals(tell: (error: UnreadableRequestError) => void): Omit<ApprovalStore, "remove">;
  /** The accounts that gates let in. @param tell called with each row that cannot be read, which searches leave out; without it, they throw */
  accounts(tell?: (error: UnreadableAccountError) => void): Omit<AccountStore, "inState" | "remove">;
  readonly profiles: EditedRows;
  readonly referenceData: ReferenceDataStore;
  /** Used codes, sessions. */
  readonly ledger: Pick<EditedRows, "add" | "change" | "get" | "page" | "remove">;
  /** Owners, notes and outcomes of what operators work on. */
  readonly tasks: TaskStore;
  /** The people who sign in here: work can be handed over to them. */
  readonly colleagues: ColleagueStore;
  /** Approvers who let somebody else decide for a while. */
  readonly delegations: DelegationStore;
  /** What the worker that ends access did, and whether a run waits for a person. */
  readonly accessRuns: Pick<AccessRunStore, "read" | "write" | "keep">;
  /** Tells other systems, and by mail the colleague, what was assigned to them. Never rejects. */
  tellAssigned(event: TaskAssigned): Promise<void>;
  /** Starts the function that erases people. It has permissions that the pages lack. */
  readonly erasures: { start(call: ErasureCall): Promise<void> };
  /** Starts the function that acts on incidents. */
  readonly incidentWork: { start(call: object): Promise<void> };
  /** Whether that function reaches accounts, or the access list alone. */
  readonly reachesAccounts?: boolean;
  readonly audit: AuditStore;
  /** Of decisions, by hour and gate. */
  readonly counts: ReadCounts;
  /** The same, by domain and day. */
  readonly domainCounts: DomainCounts;
  /** Finds known domains that a domain could be mistaken for. */
  readonly alike: LookAlikes;
  /** The stack's alarms that ring now; undefined where there are none to ask for. */
  alarms?(): Promise<readonly RingingAlarm[]>;
  /** Of the access list. */
  readonly changes: ChangeSetStore;
  /** Whether a dangerous edit of the list takes a second administrator. */
  readonly secondPerson?: boolean;
  /** Whose domains are proven: their contacts decide on requests of them. */
  readonly partners: Pick<PartnerStore, "of">;
  /** How gates are set. */
  readonly postures: PostureStore;
  readonly rows: Pick<Rows, "read">;
  /** The keyed hashes of codes in the ledger. */
  hashes(): Promise<PersonHashes>;
  /** Where the simulator answers: `npm start` alone has one. */
  readonly simulatorUrl?: string;
  /** Every gate, `default` first: one, unless the app names more. */
  readonly gates: readonly string[];
  /** Of the steps that are deployed at a gate. */
  policiesAt(gate: string): readonly Policy[];
}

/** What the frame around the pages reaches. */
export interface AppPorts {
  readonly world: ConsolePorts;
  readonly signIn: SignIn;
  /** Read again now and then: a new session key ends all sessions. */
  seals(): Promise<Seals>;
  /** "http" on this machine alone: cookies then go without `__Host-` and Secure. */
  readonly scheme: "https" | "http";
  now(): Date;
  /** Called with each failure: names and codes alone, never what was typed. */
  report(failure: PageFailure): void;
  /** Called for each sign-in without a refresh token: its role cannot be asked for again. */
  reportNoRenewal(): void;
}

export interface PageFailure {
  /** The code on the page that the operator sees. */
  readonly reference: string;
  readonly route: string;
  readonly error: unknown;
  /** What Entra said, where it refused a sign-in. */
  readonly provider?: ProviderRefusal;
}
