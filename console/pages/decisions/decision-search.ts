import { afterOf, type DecisionPlace } from "../../../adapters/tables/decision-indexes";
import type { DecisionMarks, ListedDecision } from "../../../adapters/tables/decisions";
import { normaliseDomain, normaliseEmail, partsOf } from "../../../engine/sign-up/email";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { normaliseIssuer, steps } from "../../../engine/sign-up/sign-up";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { Asks, Visit } from "../../app/visit";
import type { FieldProblem } from "../../parts/forms";
import { isAtAskedGate } from "../../parts/gates";
import { PAGE_ROWS, type PageSource } from "../../parts/paging";
import { clockTime, endOfDay, startOfDay, zoneFrom } from "../../parts/time";
import { decisionsTexts } from "./decisions-texts";

const DEFAULT_DAYS = 7;
/** Nothing is older: days before it are not looked at, one by one. */
const FIRST_DAY = "2020-01-01";
/** Whole records read together: of each the provider alone is kept. */
const WHOLE_AT_ONCE = 100;
export const verdicts = ["continue", "block", "invalid"] as const;
/** By what else decisions are found, in fields of the form that are folded at first. */
export const moreFields = ["step", "rule", "reason", "entry", "domain", "issuer"] as const;

/** What the address of a search may ask for. */
export const decisionAsks: Asks = {
  ...Object.fromEntries(["reference", "email", "from", "to", "zone", ...moreFields].map((name) => [name, "any"] as const)),
  verdict: verdicts,
  step: steps,
  gate: "gates",
};

/** The part of the visit's address that says what is searched for. */
export function searchAsked({ query }: Visit): string {
  const asked = Object.keys(decisionAsks).flatMap((name) => (query(name) === "" ? [] : [[name, query(name)] as const]));
  return String(new URLSearchParams(Object.fromEntries(asked)));
}

export interface DecisionSearch {
  readonly email: string | undefined;
  /** All that is asked for beside address, provider, gate and days: each has to hold. */
  readonly having: DecisionMarks;
  /** The identity provider that somebody signed in with. */
  readonly issuer: string | undefined;
  readonly from: Date;
  readonly to: Date;
}

/** What the visit's address asks for, or all that is wrong with it. The days are whole. */
export function searchOf(visit: Visit): DecisionSearch | { readonly problems: readonly FieldProblem[] } {
  const t = visit.say(decisionsTexts);
  const typed = visit.query("email");
  const email = typed === "" ? undefined : normaliseEmail(typed);
  const domain = visit.query("domain") === "" ? undefined : normaliseDomain(visit.query("domain").replace(/^@/, ""));
  const issuer = issuerAsked(visit);
  const zone = zoneOfDays(visit);
  const dayAgo = (days: number) => clockTime(new Date(visit.now.getTime() - days * MS_PER_DAY), zone).day;
  const lastDay = visit.query("to") || dayAgo(0);
  // Those of a person or a domain are found by key: no day is too far back for them.
  const isKeyed = email !== undefined || domain !== undefined;
  const from = startOfDay(visit.query("from") || (isKeyed ? FIRST_DAY : dayAgo(DEFAULT_DAYS - 1)), zone);
  const end = endOfDay(lastDay, zone);
  const areTurned = from !== undefined && end !== undefined && from > end;
  const problems = [
    ...(typed !== "" && email === undefined ? [{ field: "email", text: t.badEmail }] : []),
    ...(from === undefined ? [{ field: "from", text: t.badDays }] : []),
    ...(end === undefined || areTurned ? [{ field: "to", text: t.badDays }] : []),
    ...(visit.query("domain") !== "" && domain === undefined ? [{ field: "domain", text: t.badDomain }] : []),
    ...(issuer === "" ? [{ field: "issuer", text: t.badIssuer }] : []),
  ];
  if (problems.length > 0 || from === undefined || end === undefined) return { problems };
  const to = new Date(Math.min(end.getTime(), visit.now.getTime()));
  const earliest = Math.min(Math.max(from.getTime(), Date.parse(FIRST_DAY)), to.getTime());
  return { email, having: marksOf(visit, domain), issuer, from: new Date(earliest), to };
}

/** Whose days an address means: it says so itself, so that it means the same to a colleague elsewhere. Without days, the visitor's. */
export function zoneOfDays(visit: Visit): string {
  const hasDays = visit.query("from") !== "" || visit.query("to") !== "";
  return hasDays ? zoneFrom(visit.query("zone")) : visit.zone;
}

/** As the list's entries name a provider too: `issuer:google.com`. Empty where nothing follows the colon. */
function issuerAsked(visit: Visit): string | undefined {
  const typed = visit.query("issuer");
  return typed === "" ? undefined : normaliseIssuer(typed.replace(/^\s*issuer:/i, ""));
}

function marksOf(visit: Visit, domain: string | undefined): DecisionMarks {
  // What is none of the answers and steps asks for all of them.
  const asked = (name: string, known?: readonly string[]) => {
    const wanted = visit.query(name);
    return wanted === "" || known?.includes(wanted) === false ? {} : { [name]: wanted };
  };
  const entry = visit.query("entry");
  return {
    ...asked("verdict", verdicts),
    ...asked("step", steps),
    ...asked("rule"),
    ...asked("reason"),
    ...(entry !== "" && { entry: [...new Set([entry, entry.toLowerCase()])] }),
    ...(domain !== undefined && { domain }),
  };
}

/** What the database gives may be of others, and it looks for nothing where an address is asked for. */
function isHaving(record: ListedDecision, { verdict, step, rule, reason, entry, domain }: DecisionMarks): boolean {
  const isSame = (wanted: string | undefined, found: string | undefined) => wanted === undefined || wanted === found;
  return (
    isSame(verdict, record.verdict) &&
    isSame(step, record.step) &&
    isSame(rule, record.rule) &&
    (reason === undefined || record.reasons.includes(reason)) &&
    (entry === undefined || (record.entry !== undefined && entry.includes(record.entry))) &&
    (domain === undefined || (record.email !== undefined && partsOf(record.email).domain === domain))
  );
}

/** A decision, with the person's identity provider where that was asked for. */
export type FoundDecision = ListedDecision & Pick<DecisionRecord, "issuers">;

type DecisionSource = PageSource<FoundDecision, DecisionPlace> & { matches(record: ListedDecision): boolean };

/** The decisions of a search, newest first. */
export function decisionSource(visit: Visit, search: DecisionSearch): DecisionSource {
  const { world } = visit;
  const matches = (record: ListedDecision) => isAtAskedGate(visit, record) && isHaving(record, search.having);
  return {
    async read(place) {
      const { items, next, searched, unreadable } = await world.decisions.page(search, place);
      if (search.issuer === undefined) return { items, next, searched, unreadable };
      const candidates = items.filter(matches);
      const found: FoundDecision[] = [];
      // Whole records are read until there is a page of them: the database may have found thousands.
      for (let start = 0; start < candidates.length; start += PAGE_ROWS) {
        const some = candidates.slice(start, start + PAGE_ROWS);
        found.push(
          ...(await withIssuers(visit, some)).filter(({ issuers = [] }) => issuers.some((each) => each.toLowerCase() === search.issuer)),
        );
        const last = some.at(-1);
        if (found.length < PAGE_ROWS || last === undefined || start + PAGE_ROWS >= candidates.length) continue;
        return { items: found, next: afterOf(last), searched: items.indexOf(last) + 1, unreadable };
      }
      return { items: found, next, searched, unreadable };
    },
    after: afterOf,
    matches,
  };
}

/** Lists do not hold the identity provider: the records themselves are read. */
export async function withIssuers({ world }: Visit, found: readonly ListedDecision[]): Promise<readonly FoundDecision[]> {
  const issuersOf = new Map<string, DecisionRecord["issuers"]>();
  for (let start = 0; start < found.length; start += WHOLE_AT_ONCE) {
    const whole = await world.decisions.whole(found.slice(start, start + WHOLE_AT_ONCE));
    for (const { id, issuers } of whole) issuersOf.set(id, issuers);
  }
  return found.map((record) => ({ ...record, issuers: issuersOf.get(record.id) }));
}
