import { type DecisionPlace, pickPlace } from "../../../adapters/tables/decision-indexes";
import type { Asks, Visit } from "../../../console/app/visit";
import { DOMAIN_DAYS } from "../../../console/parts/domain-link";
import type { FieldProblem } from "../../../console/parts/forms";
import { isAtAskedGate } from "../../../console/parts/gates";
import { PAGE_ROWS, type PageSource } from "../../../console/parts/paging";
import { minuteIn, readBegin, readEnd, zoneFrom } from "../../../console/parts/time";
import { findMeantDomain } from "../../../engine/meant-entries";
import { normaliseDomain, normaliseEmail, splitAddress } from "../../../engine/sign-up/email";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { normaliseIssuer } from "../../../engine/sign-up/issuers";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { type OutcomeKind, outcomeSum, outcomes, toOutcomeKind } from "../../../engine/sign-up/recording";
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from "../../../engine/sign-up/time";
import { readClock, startOfDay } from "../../../engine/zone-time";
import { lastStepAt, type TimeStretch } from "../../counts/pages/counted-hours";
import type { CountedDays, DomainFigures } from "../../counts/store/domain-counts";
import { type DecisionMarks, type DecisionPage, DOMAIN_ROWS, type ListedDecision } from "../store/decisions";
import { decisionsTexts as t } from "./decisions-texts";

/** The values of the URL's parameter `last`, each with its length in days. The current hour or day is part of that length. */
export const timeSpans = { "24h": 1, "7d": 7, "30d": 30 } as const;
export type TimeSpan = keyof typeof timeSpans;
const DEFAULT_SPAN: TimeSpan = "24h";

export const timeAsks: readonly string[] = ["last", "from", "to", "zone"];

/** No decision is older than this day. Without this limit, a search would also read all earlier months. */
const FIRST_DAY = "2020-01-01";
/** The number of days before a typed end, if only the end is given. */
const DAYS_BEFORE = 7;

export interface AskedTime {
  readonly from: Date;
  readonly to: Date;
  /** The span that ends now. Undefined if the ends are given, or if everything is shown. */
  readonly span?: TimeSpan;
  /** True if all stored decisions are searched. */
  readonly whole?: true;
}

/** A search for an address or a domain (`isKeyed`) is not limited to recent days by default. */
function timeAsked(visit: Visit, isKeyed: boolean): AskedTime | { readonly problems: readonly FieldProblem[] } {
  const text = t.badDays;
  const [typedFrom, typedTo] = [visit.query("from"), visit.query("to")];
  const askedSpan = visit.query("last");
  if (typedFrom === "" && typedTo === "") {
    const span = Object.hasOwn(timeSpans, askedSpan) ? (askedSpan as TimeSpan) : isKeyed ? undefined : DEFAULT_SPAN;
    return span === undefined ? { from: new Date(FIRST_DAY), to: visit.now, whole: true } : { ...spanUntil(visit, span), span };
  }
  const zone = zoneOfDays(visit);
  const end = typedTo === "" ? visit.now : readEnd(typedTo, zone);
  const first = isKeyed || end === undefined ? new Date(FIRST_DAY) : new Date(end.getTime() - DAYS_BEFORE * MS_PER_DAY);
  const from = typedFrom === "" ? first : readBegin(typedFrom, zone);
  const areTurned = from !== undefined && end !== undefined && from > end;
  const problems = [
    ...(from === undefined ? [{ field: "from", text }] : []),
    ...(end === undefined || areTurned ? [{ field: "to", text }] : []),
  ];
  if (problems.length > 0 || from === undefined || end === undefined) return { problems };
  const to = new Date(Math.min(end.getTime(), visit.now.getTime()));
  return { from: new Date(Math.min(Math.max(from.getTime(), Date.parse(FIRST_DAY)), to.getTime())), to };
}

/** Returns a stretch whose first bar is for a whole hour or day: it begins at a full hour, or at midnight by the visitor's clock. */
function spanUntil({ now, zone }: Visit, span: TimeSpan): AskedTime {
  if (span === "24h") return { from: new Date(Math.floor(now.getTime() / MS_PER_HOUR) * MS_PER_HOUR - 23 * MS_PER_HOUR), to: now };
  const { day } = readClock(new Date(now.getTime() - (timeSpans[span] - 1) * MS_PER_DAY), zone);
  return { from: startOfDay(day, zone) ?? now, to: now };
}

/**
 * Returns the time zone of the days in the page's address. The address names it as `zone`, so that a colleague in another zone sees the
 * same days. If the address has no `zone` and only moments in UTC, returns the visitor's zone.
 */
export function zoneOfDays(visit: Visit): string {
  const ends = [visit.query("from"), visit.query("to")].filter((end) => end !== "");
  const areMoments = ends.every((end) => end.endsWith("Z"));
  return visit.query("zone") === "" && areMoments ? visit.zone : zoneFrom(visit.query("zone"));
}

export function decisionsPath({ from, to }: TimeStretch, filters: Readonly<Record<string, string>> = {}): string {
  return `/decisions?${new URLSearchParams({ from: from.toISOString(), to: to.toISOString(), ...filters })}`;
}

/** The minute as an address or a field has it: `2026-11-20T09:00`. */
export function minuteText(moment: Date, zone: string): string {
  const { day, time } = readClock(moment, zone);
  return `${day}T${time.slice(0, 5)}`;
}

/** The minute, in UTC if the clock shows it twice and `moment` is in the second of the two. */
export function minuteInAddress(moment: Date, zone: string): string {
  const text = minuteText(moment, zone);
  // UTC shows no minute twice, so `moment` is always in the first.
  const isFirst = zone === "UTC" || minuteIn(text, zone)?.getTime() === Math.floor(moment.getTime() / MS_PER_MINUTE) * MS_PER_MINUTE;
  return isFirst ? text : `${minuteText(moment, "UTC")}Z`;
}

/** Number of whole records that are read together. */
const WHOLE_AT_ONCE = 100;

/** `went-on`: a first step let the person go on to the form. */
export const searchedOutcomes = [...outcomes, "went-on"] as const;

/** `q` is an email address, a domain or a reference code. */
export const decisionAsks: Asks = {
  ...Object.fromEntries(["q", "domain", "from", "to", "zone", "reason", "entry", "issuer"].map((name) => [name, "any"] as const)),
  last: Object.keys(timeSpans),
  verdict: searchedOutcomes,
  gate: "gates",
};

export function searchAsked({ query }: Visit): string {
  const parameters = Object.keys(decisionAsks).flatMap((name) => (query(name) === "" ? [] : [[name, query(name)] as const]));
  return String(new URLSearchParams(Object.fromEntries(parameters)));
}

export interface DecisionSearch extends AskedTime {
  readonly email: string | undefined;
  /** Further conditions, which must all hold. */
  readonly having: DecisionMarks;
  /** The database can only search by verdict and step, so the found decisions are also filtered by the outcome. */
  readonly outcome: (typeof searchedOutcomes)[number] | undefined;
  readonly issuer: string | undefined;
}

function domainIn(text: string): string | undefined {
  return text === "" ? undefined : normaliseDomain(text.replace(/^@/, ""));
}

export function parseSearch(visit: Visit): DecisionSearch | { readonly problems: readonly FieldProblem[] } {
  const typedText = visit.query("q");
  const email = normaliseEmail(typedText);
  const inText = email === undefined ? domainIn(typedText) : undefined;
  const chosen = visit.query("domain");
  const domain = inText ?? domainIn(chosen);
  const chosenIssuer = visit.query("issuer");
  // An issuer may be typed in the form of an entry: `issuer:google.com`. If nothing follows the colon, the search is invalid.
  const issuer = chosenIssuer === "" ? undefined : normaliseIssuer(chosenIssuer.replace(/^\s*issuer:/i, ""));
  const time = timeAsked(visit, email !== undefined || domain !== undefined);
  const problems = [
    ...(typedText !== "" && email === undefined && inText === undefined ? [{ field: "q", text: t.badText }] : []),
    ...("problems" in time ? time.problems : []),
    ...(chosen !== "" && domain === undefined ? [{ field: "domain", text: t.badDomain(findMeantDomain(chosen)) }] : []),
    ...(issuer === "" ? [{ field: "issuer", text: t.badIssuer }] : []),
  ];
  if (problems.length > 0 || "problems" in time) return { problems };
  const outcome = searchedOutcomes.find((each) => each === visit.query("verdict"));
  return { ...time, email, having: readMarks(visit, outcome, domain), outcome, issuer };
}

function readMarks(visit: Visit, outcome: DecisionSearch["outcome"], domain: string | undefined): DecisionMarks {
  const [reason, entry] = [visit.query("reason"), visit.query("entry")];
  return {
    ...outcomeMarks(visit, outcome),
    ...(reason !== "" && { reason }),
    ...(entry !== "" && { entry: [...new Set([entry, entry.toLowerCase()])] }),
    ...(domain !== undefined && { domain }),
  };
}

function outcomeMarks({ world, ...visit }: Visit, outcome: DecisionSearch["outcome"]): DecisionMarks {
  if (outcome === undefined) return {};
  if (outcome === "went-on") return { verdict: "continue", step: "after-sign-in" };
  // A person who waits for approval has the verdict `block` in the database.
  if (outcome !== "continue") return { verdict: outcome === "waiting" ? "block" : outcome };
  const [step, ...others] = new Set(world.gates.map((gate) => lastStepAt({ ...visit, world }, gate)));
  return { verdict: "continue", ...(others.length === 0 && step !== undefined && { step }) };
}

/** True if the decision has the searched outcome, or if no outcome is searched. A person who goes on to the form is not let in yet. */
function hasOutcome(visit: Visit, record: ListedDecision, outcome: DecisionSearch["outcome"]): boolean {
  if (outcome === undefined) return true;
  const kind: OutcomeKind = toOutcomeKind(record);
  if (kind !== "continue") return kind === outcome;
  const isLast = record.step === lastStepAt(visit, record.gate ?? DEFAULT_GATE);
  return outcome === (isLast ? "continue" : record.step === "after-sign-in" ? "went-on" : undefined);
}

/**
 * True if the decision meets the conditions. The database may also return decisions that do not, and ignores the conditions in a search by
 * address.
 */
function isHaving(record: ListedDecision, { verdict, reason, entry, domain }: DecisionMarks): boolean {
  return (
    (verdict === undefined || verdict === record.verdict) &&
    (reason === undefined || record.reasons.includes(reason)) &&
    (entry === undefined || (record.entry !== undefined && entry.includes(record.entry))) &&
    (domain === undefined || (record.email !== undefined && splitAddress(record.email).domain === domain))
  );
}

/** Has `issuers` if the search asks for the person's identity provider. */
export type FoundDecision = ListedDecision & Pick<DecisionRecord, "issuers">;

type DecisionSource = PageSource<FoundDecision, DecisionPlace> & { matches(record: ListedDecision): boolean };

/** @param parts the parts of the search's time that are read, newest first @default all of the search's time */
export function decisionSource(visit: Visit, search: DecisionSearch, parts: readonly TimeStretch[] = [search]): DecisionSource {
  const { world } = visit;
  const { domain } = search.having;
  let ofMany: Promise<boolean> | undefined;
  const step = lookingSteps();
  const matches = (record: ListedDecision) =>
    isAtAskedGate(visit, record) && isHaving(record, search.having) && hasOutcome(visit, record, search.outcome);
  /** Reads a page from the newest part whose reading is not finished. */
  async function pageAt(place: DecisionPlace | undefined): Promise<DecisionPage> {
    const moment = place === undefined ? search.to : new Date("until" in place ? place.until : place.at);
    const [part, following] = parts.filter(({ from }) => from <= moment);
    if (part === undefined) return { items: [], searched: 0 };
    if (domain !== undefined && search.email === undefined)
      ofMany ??= countedOfDomain(visit, domain).then((countsByDomain) => countsByDomain !== undefined && hasMany(countsByDomain.all));
    const stretch = { ...search, ...part, isOfMany: (await ofMany) === true };
    const page = await step((lookAt) => world.decisions.page({ ...stretch, lookAt }, moment <= part.to ? place : undefined));
    if (page.next !== undefined || following === undefined) return page;
    return { ...page, next: { until: following.to.toISOString() } };
  }
  return {
    async read(place) {
      const { items, next, searched, unreadable } = await pageAt(place);
      if (search.issuer === undefined) return { items, next, searched, unreadable };
      const candidates = items.filter(matches);
      const foundDecisions: FoundDecision[] = [];
      // Whole records are read only until they fill a page, because the database may have found thousands of candidates.
      for (let start = 0; start < candidates.length; start += PAGE_ROWS) {
        const some = candidates.slice(start, start + PAGE_ROWS);
        foundDecisions.push(
          ...(await withIssuers(visit, some)).filter(({ issuers = [] }) => issuers.some((each) => each.toLowerCase() === search.issuer)),
        );
        const last = some.at(-1);
        if (foundDecisions.length < PAGE_ROWS || last === undefined || start + PAGE_ROWS >= candidates.length) continue;
        return { items: foundDecisions, next: pickPlace(last), searched: items.indexOf(last) + 1, unreadable };
      }
      return { items: foundDecisions, next, searched, unreadable };
    },
    after: pickPlace,
    matches,
  };
}

/** Reads whole records, because the records of a list lack the providers, the trace and the fields to correct. */
export async function withIssuers({ world }: Visit, foundDecisions: readonly ListedDecision[]): Promise<readonly FoundDecision[]> {
  const more = new Map<string, Pick<DecisionRecord, "issuers" | "trace" | "asked">>();
  for (let start = 0; start < foundDecisions.length; start += WHOLE_AT_ONCE) {
    const whole = await world.decisions.whole(foundDecisions.slice(start, start + WHOLE_AT_ONCE));
    for (const { id, issuers, trace, asked } of whole) more.set(id, { issuers, trace, asked });
  }
  return foundDecisions.map((record) => ({ ...record, ...more.get(record.id) }));
}

/** `FEW` rows are read at the beginning of a search: they often fill a page. `MANY` rows are as many as one read can return. */
const FEW = 250;
const MANY = 2_000;

/**
 * Each read asks for `FEW` rows until `FEW` rows were searched in total. Each later read asks for as many rows as a page needs, estimated
 * from the results so far.
 */
export function lookingSteps() {
  let [looked, found] = [0, 0];
  return async <T extends { readonly items: readonly unknown[]; readonly searched: number }>(
    read: (lookAt: number) => Promise<T>,
  ): Promise<T> => {
    const filling = Math.ceil((PAGE_ROWS * looked) / found);
    const page = await read(looked < FEW ? FEW : Math.min(Math.max(filling, FEW), MANY));
    looked += page.searched;
    found += page.items.length;
    return page;
  };
}

/** If a domain has more decisions than this in its 14 counted days, it has about twice `DOMAIN_ROWS` in its 90 stored days. */
const MANY_COUNTED = DOMAIN_ROWS / 3;

/** True if the domain has so many decisions that reading everyone's decisions quickly fills a page with those of the domain. */
export function hasMany({ answers }: Pick<DomainFigures, "answers">): boolean {
  return outcomeSum(answers) > MANY_COUNTED;
}

const countedOf = new WeakMap<Visit, Map<string, Promise<CountedDays | undefined>>>();

/** Each visit reads the counts of a domain only once. */
export function countedOfDomain(visit: Visit, domain: string): Promise<CountedDays | undefined> {
  const countsByDomain = countedOf.get(visit) ?? new Map<string, Promise<CountedDays | undefined>>();
  const read =
    countsByDomain.get(domain) ??
    visit.world.domainCounts.domainDays([domain], DOMAIN_DAYS).then((countsOfDomains) => countsOfDomains.get(domain));
  countedOf.set(visit, countsByDomain.set(domain, read));
  return read;
}
