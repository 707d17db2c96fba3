import { afterOf, type DecisionMarks, type DecisionPlace, type ListedDecision } from "../../../adapters/tables/decisions";
import { normaliseDomain, normaliseEmail, partsOf } from "../../../engine/sign-up/email";
import { normaliseIssuer, steps } from "../../../engine/sign-up/sign-up";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { Asks } from "../../app/asks";
import type { Visit } from "../../app/visit";
import { PAGE_ROWS, type PageSource } from "../../paging/page-asked";
import type { FieldProblem } from "../../parts/error-summary";
import { isAtAskedGate } from "../../parts/gates";
import { clockTime, endOfDay, startOfDay, zoneFrom } from "../../parts/zone";
import { decisionsTexts } from "./decisions-texts";

const DEFAULT_DAYS = 7;
/** Kept for no longer: nothing is older. */
const FIRST_DAY = "2020-01-01";
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
  /** What of this the database can look for: it need not give what the filters leave out. */
  readonly having: DecisionMarks;
  /** All that is asked for beside address, provider and days: each has to hold. */
  readonly filters: readonly ((record: ListedDecision) => boolean)[];
  /** The identity provider that somebody signed in with. */
  readonly issuer: string | undefined;
  readonly from: Date;
  readonly to: Date;
}

/** What the visit's address asks for. The days are whole. */
export function searchOf(visit: Visit): DecisionSearch | { readonly problem: FieldProblem } {
  const t = visit.say(decisionsTexts);
  const typed = visit.query("email");
  const email = typed === "" ? undefined : normaliseEmail(typed);
  if (typed !== "" && email === undefined) return { problem: { field: "email", text: t.badEmail } };
  const domain = visit.query("domain") === "" ? undefined : normaliseDomain(visit.query("domain").replace(/^@/, ""));
  if (visit.query("domain") !== "" && domain === undefined) return { problem: { field: "domain", text: t.badDomain } };
  const issuer = issuerAsked(visit);
  if (issuer === "") return { problem: { field: "issuer", text: t.badIssuer } };
  const zone = zoneOfDays(visit);
  const dayAgo = (days: number) => clockTime(new Date(visit.now.getTime() - days * MS_PER_DAY), zone).day;
  const lastDay = visit.query("to") || dayAgo(0);
  const from = startOfDay(visit.query("from") || (email === undefined ? dayAgo(DEFAULT_DAYS - 1) : FIRST_DAY), zone);
  const end = endOfDay(lastDay, zone);
  if (from === undefined || end === undefined || from > end)
    return { problem: { field: from === undefined ? "from" : "to", text: t.badDays } };
  const to = new Date(Math.min(end.getTime(), visit.now.getTime()));
  return { email, having: marksOf(visit, domain), filters: filtersOf(visit, domain), issuer, from, to };
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

function filtersOf(visit: Visit, domain: string | undefined): DecisionSearch["filters"] {
  const asked = (name: string, fits: (record: ListedDecision, wanted: string) => boolean) => {
    const wanted = visit.query(name);
    return wanted === "" ? [] : [(record: ListedDecision) => fits(record, wanted)];
  };
  return [
    (record) => isAtAskedGate(visit, record),
    // What is none of the answers and steps asks for all of them.
    ...asked("verdict", ({ verdict }, wanted) => verdict === wanted || !verdicts.some((each) => each === wanted)),
    ...asked("step", ({ step }, wanted) => step === wanted || !steps.some((each) => each === wanted)),
    ...asked("rule", ({ rule }, wanted) => rule === wanted),
    ...asked("reason", ({ reasons }, wanted) => reasons.includes(wanted)),
    ...asked("entry", ({ entry }, wanted) => entry === wanted || entry === wanted.toLowerCase()),
    ...(domain === undefined ? [] : [({ email }: ListedDecision) => email !== undefined && partsOf(email).domain === domain]),
  ];
}

type DecisionSource = PageSource<ListedDecision, DecisionPlace> & { matches(record: ListedDecision): boolean };

/** The decisions of a search, newest first. */
export function decisionSource({ world }: Visit, search: DecisionSearch): DecisionSource {
  const matches = (record: ListedDecision) => search.filters.every((fits) => fits(record));
  return {
    async read(place) {
      const { items, next, searched } = await world.decisions.page(search, place);
      if (search.issuer === undefined) return { items, next, searched };
      const candidates = items.filter(matches);
      const found: ListedDecision[] = [];
      // Whole records are read until there is a page of them: the database may have found thousands.
      for (let start = 0; start < candidates.length; start += PAGE_ROWS) {
        const some = candidates.slice(start, start + PAGE_ROWS);
        found.push(...(await signedInWith(world.decisions, search.issuer, some)));
        const last = some.at(-1);
        if (found.length < PAGE_ROWS || last === undefined || start + PAGE_ROWS >= candidates.length) continue;
        return { items: found, next: afterOf(last), searched: items.indexOf(last) + 1 };
      }
      return { items: found, next, searched };
    },
    after: afterOf,
    matches,
  };
}

/** Of some decisions those of one provider. Lists do not say which that was: the records themselves are read. */
async function signedInWith(
  decisions: Visit["world"]["decisions"],
  issuer: string,
  found: readonly ListedDecision[],
): Promise<readonly ListedDecision[]> {
  const whole = await decisions.whole(found);
  const theirs = new Set(whole.filter(({ issuers = [] }) => issuers.some((each) => each.toLowerCase() === issuer)).map(({ id }) => id));
  return found.filter(({ id }) => theirs.has(id));
}
