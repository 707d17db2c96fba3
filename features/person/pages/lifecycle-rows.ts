import { makeMember } from "../../../adapters/operator/world";
import type { Visit } from "../../../console/app/visit";
import { isAtAskedGate } from "../../../console/parts/gates";
import { PAGE_ROWS, type Paged, readAskedPage } from "../../../console/parts/paging";
import { gatherPages } from "../../../engine/collections";
import { mailSubjects } from "../../../engine/mail/mail-line";
import { readTypedDomain } from "../../../engine/meant-entries";
import { splitAddress } from "../../../engine/sign-up/email";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { isPast, MS_PER_DAY, timeAfter } from "../../../engine/sign-up/time";
import { requestSubject } from "../../../engine/tasks/task";
import { type AccountRow, type AccountState, ENDING_DAYS, earliestEnd } from "../../accounts/account";
import type { AccountPosition } from "../../accounts/store/accounts";
import { pageInState, placeAfter } from "../../approvals/in-state";
import { longestDaysAt } from "../../approvals/pages/approvals-parts";
import type { ApprovalRequest, ApprovalState } from "../../approvals/request";
import { buildReturnedSource } from "../../approvals/returned-mails";
import { limitInvitation, readReturnEnd, stateAt } from "../../approvals/state-at";
import { lacksSponsor } from "../../expiry/due";
import { isTried } from "../../expiry/earlier-end";
import { listSponsorSpellings } from "../../expiry/views";
import { gateExpiry } from "../../expiry/world";
import { readReturnedMails } from "../../invitations/pages/inbox";
import { type KnownPerson, personIds } from "./read-person";

/**
 * Views of the list of people, in this order: from the invitation to the end. `attempts`: people who tried to sign in, of whom no success
 * is known for the days of `idle`. `lost`: people whose sponsor cannot be asked about the end of their access.
 */
export const lifecycleViews = ["invited", "in", "attempts", "lost", "ending", "ended"] as const;
export type LifecycleView = (typeof lifecycleViews)[number];

/**
 * One row of a view: the members that every row has, and the stored request or account. In a row from a form, `turn` is the turn that the
 * form showed.
 */
export type LifecycleRow = Pick<AccountRow, "id" | "turn" | "email" | "gate" | "sponsor" | "sponsorLost"> &
  ({ readonly kind: "request"; readonly request: ApprovalRequest } | { readonly kind: "account"; readonly account: AccountRow });

/** A row, with facts for an undo: `was` is the end before the change. At an account, `is` is the end that the change set. */
export type ShownRow = LifecycleRow & { readonly is?: string | undefined; readonly was?: string | undefined };

export function rowField({ kind, id, turn }: LifecycleRow): string {
  return `${kind}/${id}/${turn}`;
}

/** The subject of mails about the row. */
export function rowSubject({ kind, id }: LifecycleRow): string {
  return kind === "request" ? requestSubject(id) : mailSubjects.account(id);
}

/** @param was the end before the change */
export function undoField(row: LifecycleRow, was: string): string {
  return [rowField(row), row.kind === "account" ? row.account.endsAt : "", was].join("/");
}

export function requestRow(request: ApprovalRequest): LifecycleRow {
  return { ...request, sponsor: request.invitation?.sponsor, kind: "request", request };
}

export function accountLifecycleRow(account: AccountRow): LifecycleRow {
  return { ...account, kind: "account", account };
}

/**
 * Returns open requests and accounts that have not ended. If there are none, returns one row that is over: an account, or else an
 * invitation.
 */
export function rowsNow({ now }: Visit, { accountRows, requests }: KnownPerson): readonly LifecycleRow[] {
  const rows = [...accountRows.map(accountLifecycleRow), ...requests.map(requestRow)];
  const open = rows.filter((row) => (row.kind === "account" ? row.account.state !== "ended" : isOpen(row.request, now)));
  if (open.length > 0) return open;
  const isOver = (row: LifecycleRow) =>
    row.kind === "account" || (row.request.invitation !== undefined && ["expired", "denied"].includes(stateAt(row.request, now)));
  return rows.filter(isOver).slice(0, 1);
}

function isOpen(request: ApprovalRequest, now: Date): boolean {
  return ["pending", "approved"].includes(stateAt(request, now)) || readReturnEnd(request, now) !== undefined;
}

/** Rows of one table in one order, readable from any position. */
interface LifecycleSource {
  read(from: unknown): Promise<{
    readonly items: readonly LifecycleRow[];
    readonly next?: unknown;
    readonly unreadable?: readonly string[];
  }>;
  after(row: LifecycleRow): unknown;
}

/** The index of a source, and a position in it. Without `from`: the source's beginning. */
interface LifecyclePlace {
  readonly source: number;
  readonly from?: unknown;
}

/** Reads a page of a view: the rows of its sources, one source after the other. */
export async function pageOfView(visit: Visit, view: LifecycleView): Promise<Paged<LifecycleRow>> {
  const sponsors = readSponsors(visit);
  const sources =
    visit.query("mail") === "returned"
      ? [returnedSource(visit, view)]
      : (sponsors.length === 0 ? buildViewSources(visit) : buildSponsorSources(visit, sponsors))[view];
  const typedDomain = visit.query("domain") || undefined;
  // An invalid domain stays as typed, and the list is empty.
  const domain = typedDomain && (readTypedDomain(typedDomain) ?? typedDomain);
  let current = 0;
  return await readAskedPage<LifecycleRow, LifecyclePlace>(visit, {
    async read({ source, from } = { source: 0 }) {
      current = source;
      const { next, ...read } = (await sources[source]?.read(from)) ?? { items: [] };
      const place = next === undefined ? source + 1 : { source, from: next };
      return { ...read, ...(typeof place === "object" ? { next: place } : place < sources.length && { next: { source: place } }) };
    },
    after: (row) => ({ source: current, from: sources[current]?.after(row) }),
    matches: (row) =>
      isAtAskedGate(visit, row) &&
      (domain === undefined || splitAddress(row.email).domain === domain) &&
      (sponsors.length === 0 || (row.sponsor !== undefined && sponsors.includes(row.sponsor))),
  });
}

/** Open invitations or accounts with access whose newest mail came back. */
function returnedSource(visit: Visit, view: LifecycleView): LifecycleSource {
  if (view === "invited") return buildReturnedSource(async () => (await readReturnedMails(visit)).invitations, requestRow);
  return buildReturnedSource(async () => (view === "in" ? (await readReturnedMails(visit)).accounts : []), accountLifecycleRow);
}

function readSponsors({ query }: Visit): readonly string[] {
  const typed = query("sponsor").trim();
  return typed === "" ? [] : listSponsorSpellings(typed);
}

/** The rows of a sponsor's people: few, so that one index has the accounts of all views. */
function buildSponsorSources(visit: Visit, sponsors: readonly string[]): Readonly<Record<LifecycleView, readonly LifecycleSource[]>> {
  const soon = new Date(visit.now.getTime() + ENDING_DAYS * MS_PER_DAY);
  const isOver = (account: AccountRow) => isAccessOver(account, visit.now);
  const endsSoon = (account: AccountRow) => {
    const end = earliestEnd(account);
    return end !== undefined && isPast(end, soon);
  };
  const isIn = (account: AccountRow) => account.state === "in" && !isOver(account);
  const accounts = (isMeant: (account: AccountRow) => boolean) => sponsors.map((sponsor) => accountsOfSponsor(visit, sponsor, isMeant));
  const { invited, ended } = buildViewSources(visit);
  return {
    invited,
    in: accounts((account) => isIn(account) && !endsSoon(account)),
    attempts: accounts(triedIn(visit)),
    lost: accounts(lacksSponsor),
    ending: accounts((account) => isIn(account) && endsSoon(account)),
    ended: [...accounts((account) => !isIn(account)), ...ended.slice(-2)],
  };
}

function accountsOfSponsor(visit: Visit, sponsor: string, isMeant: (account: AccountRow) => boolean): LifecycleSource {
  const leftOut: string[] = [];
  const store = visit.world.accounts(({ id }) => leftOut.push(id));
  return {
    async read(from) {
      const { items, next } = await store.pageOfSponsor(sponsor, from as AccountPosition | undefined);
      return { items: items.filter(isMeant).map(accountLifecycleRow), next, unreadable: leftOut.splice(0) };
    },
    after: (row) => (row.kind === "account" ? { id: row.account.id, endsAt: row.account.endsAt } : undefined),
  };
}

function buildViewSources(visit: Visit): Readonly<Record<LifecycleView, readonly LifecycleSource[]>> {
  const now = visit.now.toISOString();
  const [later, soon] = [timeAfter(now, 1), timeAfter(now, ENDING_DAYS * MS_PER_DAY)];
  const isTriedNow = triedIn(visit);
  const isOver = async (request: ApprovalRequest) =>
    request.invitation !== undefined && (await stays(visit, request, (other) => notOver.includes(stateAt(other, visit.now))));
  const mayReturn = async (request: ApprovalRequest) => readReturnEnd(request, visit.now) !== undefined;
  return {
    invited: [requestsIn(visit, "approved"), requestsIn(visit, "admitted", mayReturn)],
    in: [accountsIn(visit, "in", { from: soon })],
    attempts: [accountsIn(visit, "in", { isMeant: async (account) => isTriedNow(account) })],
    lost: (["in", "disabled"] as const).map((state) => accountsIn(visit, state, { isMeant: async (account) => lacksSponsor(account) })),
    // An earlier end that has passed is none before the account is disabled: its cause may be settled.
    ending: [accountsIn(visit, "in", { before: soon, isMeant: async (account) => !isAccessOver(account, visit.now) })],
    ended: [
      accountsIn(visit, "in", { before: later, isMeant: async (account) => isAccessOver(account, visit.now) }),
      accountsIn(visit, "disabled"),
      accountsIn(visit, "ended", { isMeant: (account) => stays(visit, account, (request) => isOpen(request, visit.now)) }),
      requestsIn(visit, "expired", isOver),
      requestsIn(visit, "denied", isOver),
    ],
  };
}

function isAccessOver({ until }: AccountRow, now: Date): boolean {
  return until !== undefined && isPast(until, now);
}

/** True if a gate's policy looks for sign-ins in Entra, so that attempts may be known. */
export function looksForAttempts({ world }: Visit): boolean {
  return world.gates.some((gate) => makeMember(gateExpiry, world.place)(gate)?.asksGraph === true);
}

function triedIn({ world, now }: Visit): (account: AccountRow) => boolean {
  const expiryAt = makeMember(gateExpiry, world.place);
  return (account) => {
    const expiry = expiryAt(account.gate ?? DEFAULT_GATE);
    return expiry !== undefined && isTried(account, expiry, now);
  };
}

/**
 * Returns requests in a state, newest first.
 * @param isMeant true for a request to include; called for all requests of a page in parallel
 */
function requestsIn(
  visit: Visit,
  state: ApprovalState,
  isMeant: (request: ApprovalRequest) => Promise<boolean> = async () => true,
): LifecycleSource {
  const leftOut: string[] = [];
  const store = visit.world.readableApprovals(({ id }) => leftOut.push(id));
  return {
    async read(from) {
      const page = await pageInState(store, state, visit.now, "newest-first", from as Parameters<typeof pageInState>[4]);
      const limited = page.items.map((request) => limitInvitation(request, longestDaysAt(visit, request.gate)));
      return { ...page, items: (await filterAsync(limited, isMeant)).map(requestRow), unreadable: leftOut.splice(0) };
    },
    after: (row) => (row.kind === "request" ? placeAfter(row.request) : undefined),
  };
}

interface AccountsAsked {
  /** The time after which the accounts end: ISO 8601. Only for the soonest end first. @default at any time */
  readonly from?: string;
  /** The time before which the accounts end: ISO 8601. @default at any time */
  readonly before?: string;
  /** @default all accounts */
  readonly isMeant?: (account: AccountRow) => Promise<boolean>;
}

/** The latest end comes first, but of those who are in the soonest, as `expiry list` shows them. */
function accountsIn(
  visit: Visit,
  state: AccountState,
  { from: beginning, before, isMeant = async () => true }: AccountsAsked = {},
): LifecycleSource {
  const first = beginning === undefined ? undefined : { id: "0", endsAt: beginning };
  const leftOut: string[] = [];
  const store = visit.world.accounts(({ id }) => leftOut.push(id));
  return {
    async read(from) {
      const order = state === "in" ? "soonest-first" : "latest-first";
      const { items, next } = await store.pageInState(state, order, (from as AccountPosition | undefined) ?? first, PAGE_ROWS);
      const meantRows = items.filter(({ endsAt }) => before === undefined || endsAt < before);
      const rows = (await filterAsync(meantRows, isMeant)).map(accountLifecycleRow);
      return { items: rows, ...(next !== undefined && meantRows.length === items.length && { next }), unreadable: leftOut.splice(0) };
    },
    after: (row) => (row.kind === "account" ? { id: row.account.id, endsAt: row.account.endsAt } : undefined),
  };
}

async function filterAsync<T>(items: readonly T[], isMeant: (item: T) => Promise<boolean>): Promise<readonly T[]> {
  const keptFlags = await Promise.all(items.map(isMeant));
  return items.filter((_, index) => keptFlags[index]);
}

const notOver: readonly ApprovalState[] = ["pending", "approved", "provisioning", "provisioned", "failed", "admitted"];

/** True if the person has not come back: at the row's gate, all their accounts have ended, and no request makes `isBackBy` true. */
async function stays(
  { world }: Visit,
  { personId, email, gate = DEFAULT_GATE }: Pick<AccountRow, "personId" | "email" | "gate">,
  isBackBy: (request: ApprovalRequest) => boolean,
): Promise<boolean> {
  const isSame = (other: { readonly gate?: string | undefined }) => (other.gate ?? DEFAULT_GATE) === gate;
  const [approvals, accountRows] = [world.readableApprovals(), world.accounts(() => {})];
  const ids = [...new Set([personId, ...personIds(email, await world.hashes())])];
  const [requests, accounts] = await Promise.all([
    Promise.all(ids.map((id) => gatherPages(approvals.byPerson(id)))),
    Promise.all(ids.map((id) => gatherPages(accountRows.byPerson(id)))),
  ]);
  const isBack = requests.flat().some((other) => isSame(other) && isBackBy(other));
  return !isBack && !accounts.flat().some((other) => isSame(other) && other.state !== "ended");
}
