import type { Asks, Visit } from "../../../console/app/visit";
import { keepGiven } from "../../../engine/json";
import { normaliseDomain, splitAddress } from "../../../engine/sign-up/email";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { type BriefSearch, readBriefsInState } from "../in-state";
import type { ApprovalRequest, ApprovalState } from "../request";
import { isWaitingFor, ROLE_PREFIX } from "../stages";

export const MAX_AT_ONCE = 100;

export const views = ["mine", "all", "others", "failed", "decided"] as const;
export type RequestView = (typeof views)[number];

export const decidedStates: readonly ApprovalState[] = ["approved", "denied", "provisioning", "provisioned", "admitted", "expired"];

export const queueAsks: Asks = {
  view: views,
  state: decidedStates,
  sort: ["oldest"],
  gate: "gates",
  domain: "any",
  asks: "any",
  q: "any",
  select: ["all"],
};

export interface QueueAsked {
  readonly view: RequestView;
  /** The only state to show in the view of decided requests. */
  readonly state?: ApprovalState;
  readonly gate?: string;
  readonly domain?: string;
  /** An approver whom the requests ask by name now. */
  readonly asks?: string;
  /** The searched text. A search is shown in place of a view. */
  readonly q?: string;
  /** The order of waiting requests. Requests in other states are always sorted by their last change. @default by domain */
  readonly sort?: "oldest";
}

export function isWaiting(view: RequestView): view is "mine" | "all" | "others" {
  return view === "mine" || view === "all" || view === "others";
}

export function listQueueStates({ view, state }: Pick<QueueAsked, "view" | "state">): readonly ApprovalState[] {
  if (view === "decided") return state === undefined ? decidedStates : [state];
  return [view === "failed" ? "failed" : "pending"];
}

/** @param readParameter returns an empty text if the parameter is absent */
export function readAsked({ world }: Pick<Visit, "world">, readParameter: (name: string) => string): QueueAsked {
  const state = decidedStates.find((each) => each === readParameter("state"));
  const view = views.find((each) => each === readParameter("view")) ?? (state === undefined ? "all" : "decided");
  const gate = world.gates.find((each) => each === readParameter("gate"));
  const text = readParameter("domain").trim();
  // An invalid domain stays as typed, and the queue is empty.
  const domain = text === "" ? undefined : (normaliseDomain(text.replace(/^@/, "")) ?? text);
  return {
    view,
    ...(view === "decided" && state !== undefined && { state }),
    ...keepGiven({ gate, domain }),
    ...(readParameter("asks").trim() !== "" && { asks: readParameter("asks").trim() }),
    ...(readParameter("q") !== "" && { q: readParameter("q") }),
    ...(isWaiting(view) && readParameter("sort") === "oldest" && { sort: "oldest" as const }),
  };
}

export function askedBy(visit: Visit): QueueAsked {
  return readAsked(visit, visit.query);
}

/** Omits defaults. */
export function buildQueueQuery({ view, ...filters }: QueueAsked): string {
  return new URLSearchParams({ ...(view !== "all" && { view }), ...filters }).toString();
}

export function queuePath(search: QueueAsked, more: Readonly<Record<string, string>> = {}): string {
  const query = [buildQueueQuery(search), new URLSearchParams(more).toString()].filter((each) => each !== "").join("&");
  return query === "" ? "/approvals" : `/approvals?${query}`;
}

type Matched = Pick<ApprovalRequest, "gate" | "email" | "asked" | "stages" | "escalatesAt" | "askedOf"> & {
  /** Set for an invitation. The queue omits invitations, because they have a page of their own. */
  readonly invitation?: ApprovalRequest["invitation"];
};

export function isAsked({ gate, domain, asks }: Pick<QueueAsked, "gate" | "domain" | "asks">, request: Matched, now: Date): boolean {
  if (request.invitation !== undefined) return false;
  // A role may be typed without its prefix.
  if (asks !== undefined && !isWaitingFor([asks, asks.toLowerCase(), `${ROLE_PREFIX}${asks}`], request, now)) return false;
  if (gate !== undefined && gate !== (request.gate ?? DEFAULT_GATE)) return false;
  return domain === undefined || domain === getRequestDomain(request);
}

export function getRequestDomain({ email }: Pick<ApprovalRequest, "email">): string {
  return splitAddress(email).domain;
}

/** Oldest first. `whole` is false if a limit ended the reading. */
export function readBriefs(
  { world, now }: Visit,
  state: ApprovalState,
  { ms = Number.POSITIVE_INFINITY, ...search }: Omit<BriefSearch, "isOver"> & { readonly ms?: number } = {},
): ReturnType<typeof readBriefsInState> {
  const end = Date.now() + ms;
  return readBriefsInState(world.approvals, state, now, { ...search, isOver: () => Date.now() >= end });
}
