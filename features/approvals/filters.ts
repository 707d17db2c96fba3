import type { Decider } from "../../engine/audited-change";
import { groupBy } from "../../engine/collections";
import { readTypedDomain } from "../../engine/meant-entries";
import { type Filters, isWithin, momentFilters, type Query } from "../../engine/operator/list";
import { pageTexts } from "../../engine/operator/page-texts";
import { splitAddress } from "../../engine/sign-up/email";
import { isPast } from "../../engine/sign-up/time";
import { findAccountWait, type WaitingRequest } from "./account-wait";
import type { RequestBrief } from "./in-state";
import type { ApprovalRequest } from "./request";
import { asks, isWaitingFor, ROLE_PREFIX } from "./stages";
import { getStateEnd } from "./state-at";

const t = pageTexts({
  domain: ["Domain of the address", "주소의 도메인"],
  except: ["Not from these domains", "제외할 도메인"],
  account: ["Account", "계정"],
  accounts: { owed: ["Owed, not made", "생성되지 않음"] },
  asks: ["Asks (address or role)", "요청받은 승인자(주소 또는 역할)"],
  answer: ["Whose turn", "차례"],
  answers: { mine: ["Asks you now", "지금 내 차례"] },
  sort: ["Order", "순서"],
  orders: { domain: ["By domain", "도메인 순"], oldest: ["Oldest first", "오래된 순"] },
});

/** The filters of requests, beside gate and state, and their order. */
export const requestFilters = {
  domain: {
    ...{ flag: "--domain <domain>", help: "only addresses of this domain", kind: "domain" },
    get label() {
      return t.domain;
    },
  },
  except: {
    ...{ flag: "--except <domains>", help: "no addresses of these domains, with commas between them", kind: "text" },
    get label() {
      return t.except;
    },
  },
  asks: {
    ...{
      flag: "--asks <who>",
      help: "only requests that ask this approver by name now: an address, an app role, a group's object id",
      kind: "text",
    },
    get label() {
      return t.asks;
    },
  },
  account: {
    ...{ flag: "--account <state>", help: "only those whose account should have been made: approved or provisioning", kind: "choice" },
    get label() {
      return t.account;
    },
    get choices() {
      return t.accounts;
    },
  },
  answer: {
    ...{ flag: "--answer <whose>", help: "only those that wait for your answer and are not snoozed", kind: "choice" },
    get label() {
      return t.answer;
    },
    get choices() {
      return t.answers;
    },
  },
  sort: {
    ...{
      flag: "--sort <order>",
      help: "the oldest first, or by domain: single requests, then the domain that is due first",
      kind: "choice",
    },
    get label() {
      return t.sort;
    },
    get choices() {
      return t.orders;
    },
  },
  ...momentFilters,
} as const satisfies Filters;

type Dated = Pick<ApprovalRequest, "state" | "requestedAt" | "changedAt" | "answerBy"> & {
  readonly passUntil?: string | undefined;
  readonly invitation?: Pick<NonNullable<ApprovalRequest["invitation"]>, "sentAt"> | undefined;
};
type Filtered = Pick<ApprovalRequest, "email" | "asked" | "stages" | "escalatesAt" | "askedOf"> & Dated & Partial<WaitingRequest>;

/** True if a request was made within the time asked for or, if it waits no longer, got its state then. An open invitation counts by its mail. */
export function isRequestWithin(moments: Query<typeof momentFilters>, request: Dated, now: Date): boolean {
  const { state, requestedAt, changedAt, invitation } = request;
  const end = getStateEnd(request);
  if (end !== undefined && isPast(end, now)) return isWithin(moments, end);
  return isWithin(moments, state === "pending" ? requestedAt : state === "approved" ? (invitation?.sentAt ?? changedAt) : changedAt);
}

export function isRequestMeant(
  { domain, except, asks, account, ...moments }: Omit<Query<typeof requestFilters>, "answer" | "sort">,
  request: Filtered,
  now: Date,
): boolean {
  if (account !== undefined && findAccountWait(request, now) === undefined) return false;
  // A role may be typed without its prefix.
  if (asks !== undefined && !isWaitingFor([asks, `${ROLE_PREFIX}${asks}`], request, now)) return false;
  if (!isRequestWithin(moments, request, now)) return false;
  const own = getRequestDomain(request);
  // A text that is no domain leaves nobody out.
  if (
    except
      ?.split(",")
      .flatMap((each) => readTypedDomain(each.trim()) ?? [])
      .includes(own)
  )
    return false;
  return domain === undefined || domain === own;
}

export function getRequestDomain({ email }: Pick<ApprovalRequest, "email">): string {
  return splitAddress(email).domain;
}

// Orders of waiting requests that no index has.

/**
 * About a domain's waiting requests: `open` counts those that the visitor can decide on, `due` is the earliest time by which one must be
 * answered.
 */
export interface OfDomain {
  readonly all: number;
  readonly open: number;
  readonly due: string;
}

export function countByDomain(briefs: readonly RequestBrief[], decider: Decider, now: Date): ReadonlyMap<string, OfDomain> {
  const summarizeDomain = (some: readonly RequestBrief[]): OfDomain => ({
    all: some.length,
    open: some.filter((brief) => asks(brief, decider, now)).length,
    due: some.map(({ answerBy }) => answerBy).sort()[0] ?? "",
  });
  return new Map([...groupBy(briefs, getRequestDomain)].map(([domain, some]) => [domain, summarizeDomain(some)]));
}

export type SortKey = (request: Pick<RequestBrief, "id" | "email" | "answerBy" | "requestedAt">) => readonly string[];

/** Each key ends with the request's id, so that no two keys are equal. */
export function createSortKey(sort: string | undefined, domains: ReadonlyMap<string, OfDomain>): SortKey {
  if (sort === "oldest") return ({ requestedAt, id }) => [requestedAt, id];
  return (request) => {
    const domain = getRequestDomain(request);
    const { all = 0, due = "" } = domains.get(domain) ?? {};
    // Single requests have no heading and come first. Then the domain with the earliest due answer.
    return [...(all > 1 ? ["2", due, domain] : ["1"]), request.answerBy, request.id];
  };
}

export function compareKeys(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((text, index) => text !== b[index]);
  return at < 0 ? 0 : (a[at] ?? "") < (b[at] ?? "") ? -1 : 1;
}
