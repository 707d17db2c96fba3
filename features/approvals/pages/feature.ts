import { makeMember } from "../../../adapters/operator/world";
import type { ConsoleFeature } from "../../../console/app/visit";
import { homes } from "../../../console/session/roles";
import type { UnreadableRequestError } from "../request";
import { type ApprovalStore, approvalStore } from "../store/approvals";
import { type DelegationStore, delegationStore } from "../store/delegations";
import { type SetRequestStore, setRequests } from "../store/set-requests";
import { allRequests } from "../world";
import { routes as approvalRoutes, waitingRequests } from "./approvals";
import { routes as domainDenials, requestsLeftByDeny } from "./deny-domain";
import { waitingPeople } from "./inbox";
import { routes as myApprovals } from "./my-approvals";
import { requestsFound, requestsOfDomain } from "./search-hits";
import { routes as stageActs } from "./stages";
import { decidedLately } from "./undo";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    readonly approvals: Omit<ApprovalStore, "remove">;
    /** Omits unreadable rows, and calls `onUnreadable` for each. */
    readableApprovals(onUnreadable?: (error: UnreadableRequestError) => void): Omit<ApprovalStore, "remove">;
    readonly delegations: DelegationStore;
    readonly setRequests: SetRequestStore;
    /** True if the account's row has the state `in`. Absent if the console has no table of accounts. */
    isAccountIn?(id: string): Promise<boolean>;
  }
}
declare module "../../../console/app/visit" {
  interface Visit {
    /** Addresses of approvers that the visitor now stands in for. Set on pages of requests. */
    readonly standsInFor?: readonly string[];
    /** The partner's proven domain, on pages for partners. The visitor sees only its requests. */
    readonly partnerDomain?: string;
  }
}

const requestPages = ["/approvals", homes.Decider, homes.Partner];

export const pages = {
  order: 15,
  ports({ tables, nameOf, shared }) {
    const readableApprovals = (onUnreadable: (error: UnreadableRequestError) => void = () => {}) =>
      approvalStore(tables, nameOf("approvals"), onUnreadable);
    const requestsOfSets = setRequests(tables, nameOf("listChanges"), readableApprovals());
    return {
      approvals: makeMember(allRequests, shared.place),
      readableApprovals,
      delegations: delegationStore(tables, nameOf("ledger")),
      setRequests: requestsOfSets,
      requestsOfSets,
    };
  },
  routes: [...approvalRoutes, ...domainDenials, ...stageActs, ...myApprovals],
  inbox: waitingPeople,
  done: decidedLately,
  search: requestsFound,
  commands: [
    {
      ...{ path: "/approvals?view=all", access: "Approver", icon: "approvals" },
      name: { en: "Assign or reassign requests…", ko: "요청 담당자 지정 또는 재지정…" },
    },
  ],
  besideDomain: requestsOfDomain,
  besideDeny: requestsLeftByDeny,
  menu: [
    {
      ...{ path: "/approvals", access: "Reader", name: { en: "Approvals", ko: "승인" }, icon: "approvals" },
      count: { name: "approvals", read: waitingRequests },
    },
  ],
  async enter({ world, session: { userNames = [] }, now }, { path }) {
    if (!requestPages.some((each) => path.startsWith(each))) return undefined;
    return { standsInFor: (await world.delegations.of(userNames, now)).taken.map(({ from }) => from) };
  },
} satisfies ConsoleFeature;
