import type { Asks, Visit } from "../../../console/app/visit";
import { describeDomainProblem } from "../../../console/parts/address-problem";
import type { FieldProblem } from "../../../console/parts/forms";
import { isAtAskedGate } from "../../../console/parts/gates";
import { DOMAIN_DAYS } from "../../../console/parts/links";
import { minuteIn, readBegin, readEnd, zoneFrom } from "../../../console/parts/time";
import { readNamedAddress } from "../../../engine/directory-account";
import { readTypedDomain } from "../../../engine/meant-entries";
import { outcomeSum } from "../../../engine/sign-up/recording";
import { steps } from "../../../engine/sign-up/sign-up";
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from "../../../engine/sign-up/time";
import { readClock, startOfDay } from "../../../engine/zone-time";
import type { CountedDays, DomainFigures } from "../../counts/domain-counts";
import { type CountReach, clipToCounts, lastStepAt, type TimeStretch } from "../../counts/pages/counted-hours";
import { DOMAIN_ROWS } from "../store/decisions";
import {
  beginBefore,
  type DecisionSource,
  FIRST_DAY,
  readIssuer,
  type SearchedDecisions,
  searchDecisions,
  searchedOutcomes,
  toSearched,
} from "../views";
import { decisionsTexts as t } from "./decisions-texts";

/** The values of the URL's parameter `last`, each with its length in days. The current hour or day is part of that length. */
export const timeSpans = { "24h": 1, "7d": 7, "30d": 30 } as const;
export type TimeSpan = keyof typeof timeSpans;
const DEFAULT_SPAN: TimeSpan = "24h";

export const timeAsks: readonly string[] = ["last", "from", "to", "zone"];

export interface AskedTime {
  readonly from: Date;
  readonly to: Date;
  /** The span that ends now. Undefined if the ends are given, or if everything is shown. */
  readonly span?: TimeSpan;
  /** True if all stored decisions are searched. */
  readonly whole?: true;
}

function readTime(visit: Visit, isKeyed: boolean): AskedTime | { readonly problems: readonly FieldProblem[] } {
  const text = t.badDays;
  const [typedFrom, typedTo] = [visit.query("from"), visit.query("to")];
  const askedSpan = visit.query("last");
  if (typedFrom === "" && typedTo === "") {
    const span = Object.hasOwn(timeSpans, askedSpan) ? (askedSpan as TimeSpan) : isKeyed ? undefined : DEFAULT_SPAN;
    return span === undefined ? { from: new Date(FIRST_DAY), to: visit.now, whole: true } : { ...spanUntil(visit, span), span };
  }
  const zone = zoneOfDays(visit);
  const end = typedTo === "" ? visit.now : readEnd(typedTo, zone);
  const first = isKeyed || end === undefined ? new Date(FIRST_DAY) : beginBefore(end);
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

/** The path of the counted decisions of a stretch. Undefined if no part of it is counted. */
export function countedDecisionsPath(
  visit: Visit,
  stretch: TimeStretch,
  { reach, began }: { readonly reach: CountReach; readonly began: Date },
  filters?: Readonly<Record<string, string>>,
): string | undefined {
  const counted = clipToCounts(visit, stretch, reach, began);
  return counted && decisionsPath(counted, filters);
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

/** `q` is an email address, a domain or a reference code. */
export const decisionAsks: Asks = {
  ...Object.fromEntries(["q", "domain", "from", "to", "zone", "reason", "entry", "issuer"].map((name) => [name, "any"] as const)),
  last: Object.keys(timeSpans),
  verdict: searchedOutcomes,
  step: steps,
  gate: "gates",
};

export function readSearchText({ query }: Visit): string {
  const parameters = Object.keys(decisionAsks).flatMap((name) => (query(name) === "" ? [] : [[name, query(name)] as const]));
  return String(new URLSearchParams(Object.fromEntries(parameters)));
}

export type DecisionSearch = AskedTime & SearchedDecisions;

function domainIn(text: string): string | undefined {
  return text === "" ? undefined : readTypedDomain(text);
}

export function parseSearch(visit: Visit): DecisionSearch | { readonly problems: readonly FieldProblem[] } {
  const typedText = visit.query("q");
  const email = readNamedAddress(typedText);
  const inText = email === undefined ? domainIn(typedText) : undefined;
  const chosen = visit.query("domain");
  const domain = inText ?? domainIn(chosen);
  const badDomain = describeDomainProblem(chosen);
  const chosenIssuer = visit.query("issuer");
  const issuer = chosenIssuer === "" ? undefined : readIssuer(chosenIssuer);
  const time = readTime(visit, email !== undefined || domain !== undefined);
  const problems: FieldProblem[] = [];
  if (typedText !== "" && email === undefined && inText === undefined) problems.push({ field: "q", text: t.badText });
  if ("problems" in time) problems.push(...time.problems);
  if (badDomain !== undefined) problems.push({ field: "domain", text: badDomain });
  if (issuer === "") problems.push({ field: "issuer", text: t.badIssuer });
  if (problems.length > 0 || "problems" in time) return { problems };
  const [outcome, step] = [
    searchedOutcomes.find((each) => each === visit.query("verdict")),
    steps.find((each) => each === visit.query("step")),
  ];
  const lastSteps = visit.world.gates.map((gate) => lastStepAt(visit, gate));
  const query = { email, domain, outcome, step, issuer, reason: visit.query("reason"), entry: visit.query("entry") };
  return { ...time, ...toSearched(query, lastSteps) };
}

/** @param parts the parts of the search's time that are read, newest first @default all of the search's time */
export function decisionSource(visit: Visit, search: DecisionSearch, parts?: readonly TimeStretch[]): DecisionSource {
  const { decisions } = visit.world;
  const isOfMany = async (domain: string) => {
    const countsByDomain = await countedOfDomain(visit, domain);
    return countsByDomain !== undefined && hasMany(countsByDomain.all);
  };
  const lastStep = (gate: string) => lastStepAt(visit, gate);
  return searchDecisions(search, { decisions, isOfMany, lastStep, isMeant: (record) => isAtAskedGate(visit, record) }, parts);
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
