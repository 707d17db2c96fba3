import type { Asks, Visit } from "../../../console/app/visit";
import { normaliseDomain, partsOf } from "../../../engine/sign-up/email";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { issuersOf, normaliseIssuer } from "../../../engine/sign-up/issuers";
import type { RequestBrief } from "../brief";
import { type ApprovalRequest, type ApprovalState, states } from "../request";
import { stateAt } from "../state-at";

export const MAX_AT_ONCE = 100;

/** The views of the queue: waiting, failed, done. */
export const views = ["mine", "all", "others", "failed", "decided"] as const;
export type RequestView = (typeof views)[number];

/** States of requests that need no decision. */
const decidedStates: readonly ApprovalState[] = ["approved", "denied", "provisioning", "provisioned", "admitted", "expired"];

/** Orders of the queue. By an end or a domain only those who wait are sorted: the others may be millions. */
const sorts = ["domain", "due", "oldest", "newest"] as const;
export type Sort = (typeof sorts)[number];

/** Longer than any provider's name. In characters. */
const MAX_PROVIDER = 253;

export const queueAsks: Asks = {
  view: views,
  state: states,
  sort: sorts,
  gate: "gates",
  domain: "any",
  provider: "any",
  select: ["all"],
};

/** The requests in the address, and their order. */
export interface QueueAsked {
  readonly view: RequestView;
  /** For decided requests: only this state. */
  readonly state?: ApprovalState;
  readonly sort: Sort;
  readonly gate?: string;
  readonly domain?: string;
  readonly provider?: string;
}

export function isWaiting(view: RequestView): boolean {
  return view === "mine" || view === "all" || view === "others";
}

export function statesOf({ view, state }: Pick<QueueAsked, "view" | "state">): readonly ApprovalState[] {
  if (view === "decided") return state === undefined ? decidedStates : [state];
  return [view === "failed" ? "failed" : "pending"];
}

/** Typed text without a meaning. */
export type QueueFlaw = "domain" | "provider";

/** The usual one first: those who wait by domain, others by their last change. */
export function sortsOf(view: RequestView): readonly Sort[] {
  return isWaiting(view) ? sorts : ["newest", "oldest"];
}

/** Addresses name a view or, as links from elsewhere do, a state alone. */
function viewAsked(view: string, state: ApprovalState | undefined): RequestView {
  const named = views.find((each) => each === view);
  if (named !== undefined) return named;
  if (state === "failed") return "failed";
  return state === undefined || state === "pending" ? "all" : "decided";
}

/** @param said a parameter of an address, empty if it is not there */
export function readAsked(
  { world }: Pick<Visit, "world">,
  said: (name: string) => string,
): { asked: QueueAsked; flaws: readonly QueueFlaw[] } {
  const stateSaid = states.find((each) => each === said("state"));
  const view = viewAsked(said("view"), stateSaid);
  const state = view === "decided" && stateSaid !== undefined && decidedStates.includes(stateSaid) ? stateSaid : undefined;
  const [usual, ...sortsElse] = sortsOf(view) as [Sort, ...Sort[]];
  const sort = sortsElse.find((each) => each === said("sort")) ?? usual;
  const gate = world.gates.find((each) => each === said("gate"));
  const typed = { domain: said("domain").trim(), provider: said("provider").trim() };
  const domain = normaliseDomain(typed.domain.replace(/^@/, ""));
  const provider = typed.provider.length > MAX_PROVIDER ? undefined : normaliseIssuer(typed.provider);
  const known = { domain, provider };
  const flaws = (["domain", "provider"] as const).filter((name) => typed[name] !== "" && known[name] === undefined);
  const asked = {
    view,
    sort,
    ...(state !== undefined && { state }),
    ...(gate !== undefined && { gate }),
    ...(domain !== undefined && { domain }),
    ...(provider !== undefined && provider !== "" && { provider }),
  };
  return { asked, flaws };
}

export function askedBy(visit: Visit): ReturnType<typeof readAsked> {
  return readAsked(visit, visit.query);
}

/** The query of an address, without defaults. */
export function queryOf({ view, sort, ...filters }: QueueAsked): string {
  const said = { ...(view !== "all" && { view }), ...filters, ...(sort !== sortsOf(view)[0] && { sort }) };
  return new URLSearchParams(said).toString();
}

export function queuePath(asked: QueueAsked, more: Readonly<Record<string, string>> = {}): string {
  const query = [queryOf(asked), new URLSearchParams(more).toString()].filter((each) => each !== "").join("&");
  return query === "" ? "/approvals" : `/approvals?${query}`;
}

/** True if it narrows a view. */
export function isFiltered({ state, gate, domain, provider }: QueueAsked): boolean {
  return [state, gate, domain, provider].some((each) => each !== undefined);
}

type Matched = Pick<ApprovalRequest, "gate" | "email" | "identities"> & {
  readonly strippedAt?: string;
  /** Invitations have a page of their own. */
  readonly invitation?: ApprovalRequest["invitation"];
};

export function isAsked({ gate, domain, provider }: Omit<QueueAsked, "view" | "sort">, request: Matched): boolean {
  if (request.invitation !== undefined) return false;
  if (gate !== undefined && gate !== (request.gate ?? DEFAULT_GATE)) return false;
  if (domain !== undefined && domain !== domainOf(request)) return false;
  // A stripped request no longer knows the person's identity provider.
  return provider === undefined || (request.strippedAt === undefined && issuersOf(request).includes(provider));
}

export function domainOf({ email }: Pick<ApprovalRequest, "email">): string {
  return partsOf(email).domain;
}

/** How far requests are read. @default to the last one */
interface ReadLimits {
  readonly ms?: number;
  readonly pages?: number;
}

/** Those that are in a state now, the oldest first, as sorting and grouping need them. `whole`: all of them. */
export async function briefsIn(
  { world, now }: Visit,
  state: ApprovalState,
  { ms = Number.POSITIVE_INFINITY, pages = Number.POSITIVE_INFINITY }: ReadLimits = {},
): Promise<{ readonly briefs: readonly RequestBrief[]; readonly whole: boolean }> {
  const end = Date.now() + ms;
  const briefs: RequestBrief[] = [];
  let read = 0;
  for await (const page of world.approvals.briefsByState(state)) {
    read += 1;
    // Only a page beyond tells that there are more.
    if (read > pages) return { briefs, whole: false };
    briefs.push(...page.filter((brief) => stateAt(brief, now) === state));
    if (Date.now() >= end) return { briefs, whole: false };
  }
  return { briefs, whole: true };
}
