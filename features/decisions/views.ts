import type { View } from "../../adapters/operator/view";
import { gatePolicies, type WorldMember } from "../../adapters/operator/world";
import { type DecisionPlace, pickPlace } from "../../adapters/tables/decision-indexes";
import { readNamedAddress } from "../../engine/directory-account";
import { keepGiven } from "../../engine/json";
import { readTypedDomain } from "../../engine/meant-entries";
import type { PageSource, Query } from "../../engine/operator/list";
import { DRILL, isDrill } from "../../engine/sign-up/drill";
import { splitAddress } from "../../engine/sign-up/email";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { normaliseIssuer } from "../../engine/sign-up/issuers";
import type { Policy } from "../../engine/sign-up/policy";
import type { DecisionRecord } from "../../engine/sign-up/record";
import { type OutcomeKind, outcomes, toOutcomeKind } from "../../engine/sign-up/recording";
import type { Step } from "../../engine/sign-up/sign-up";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import { decisionFilters } from "./filters";
import { type DecisionMarks, type DecisionPage, type DecisionStore, decisionStore, type ListedDecision } from "./store/decisions";

/** `went-on`: a first step let the person go on to the form. */
export const searchedOutcomes = [...outcomes, "went-on"] as const;
type SearchedOutcome = (typeof searchedOutcomes)[number];

/** The conditions of a search, without its time. */
export interface SearchedDecisions {
  readonly email: string | undefined;
  /** Conditions for the database, which must all hold. */
  readonly having: DecisionMarks;
  /** The database can only search by verdict and step, so the found decisions are also filtered by the outcome. */
  readonly outcome: SearchedOutcome | undefined;
  readonly step: Step | undefined;
  readonly issuer: string | undefined;
}

interface Typed extends Omit<SearchedDecisions, "having"> {
  readonly domain: string | undefined;
  readonly reason: string;
  readonly entry: string;
}

/** @param lastSteps the step of each gate after which a person is let in */
export function toSearched({ email, outcome, step, issuer, domain, reason, entry }: Typed, lastSteps: readonly Step[]): SearchedDecisions {
  const having = {
    ...buildOutcomeMarks(outcome, lastSteps),
    ...keepGiven({ step, reason: reason || undefined, domain }),
    ...(entry !== "" && { entry: [...new Set([entry, entry.toLowerCase()])] }),
  };
  return { email, having, outcome, step, issuer };
}

function buildOutcomeMarks(outcome: SearchedOutcome | undefined, lastSteps: readonly Step[]): DecisionMarks {
  if (outcome === undefined) return {};
  if (outcome === "went-on") return { verdict: "continue", step: "after-sign-in" };
  // A person who waits for approval has the verdict `block` in the database.
  if (outcome !== "continue") return { verdict: outcome === "waiting" ? "block" : outcome };
  const [step, ...others] = new Set(lastSteps);
  return { verdict: "continue", ...(others.length === 0 && step !== undefined && { step }) };
}

/** An issuer may be typed in the form of an entry: `issuer:google.com`. If nothing follows the colon, returns an empty text. */
export function readIssuer(text: string): string {
  return normaliseIssuer(text.replace(/^\s*issuer:/i, ""));
}

/** True if the decision has the searched outcome, or if no outcome is searched. A person who goes on to the form is not let in yet. */
function hasOutcome(record: ListedDecision, outcome: SearchedOutcome | undefined, lastStep: DecisionReader["lastStep"]): boolean {
  if (outcome === undefined) return true;
  const kind: OutcomeKind = toOutcomeKind(record);
  if (kind !== "continue") return kind === outcome;
  const isLast = record.step === lastStep(record.gate ?? DEFAULT_GATE);
  return outcome === (isLast ? "continue" : record.step === "after-sign-in" ? "went-on" : undefined);
}

/**
 * True if the decision meets the conditions. The database may also return decisions that do not, and ignores the conditions in a search by
 * address.
 */
function isHaving(record: ListedDecision, { step, having: { verdict, reason, entry, domain } }: SearchedDecisions): boolean {
  return (
    (step === undefined || step === record.step) &&
    (verdict === undefined || verdict === record.verdict) &&
    (reason === undefined || record.reasons.includes(reason)) &&
    (entry === undefined || (record.entry !== undefined && entry.includes(record.entry))) &&
    (domain === undefined || (record.email !== undefined && splitAddress(record.email).domain === domain))
  );
}

/** Has `issuers` if the search asks for the person's identity provider. */
export type FoundDecision = ListedDecision & Pick<DecisionRecord, "issuers">;

export type DecisionSource = PageSource<FoundDecision, DecisionPlace> & { matches(record: ListedDecision): boolean };

export interface DecisionReader {
  readonly decisions: Pick<DecisionStore, "page" | "whole">;
  /** The step after which a gate lets a person in. */
  lastStep(gate: string): Step;
  /** True if counts show that reading everyone's decisions is faster than reading the domain's index. */
  isOfMany(domain: string): Promise<boolean>;
  /** True for decisions to show. */
  isMeant(record: ListedDecision): boolean;
}

interface Stretch {
  readonly from: Date;
  readonly to: Date;
}

/** @param parts the parts of the search's time that are read, newest first @default all of the search's time */
export function searchDecisions(
  search: SearchedDecisions & Stretch,
  { decisions, lastStep, isOfMany, isMeant }: DecisionReader,
  parts: readonly Stretch[] = [search],
): DecisionSource {
  const { domain } = search.having;
  let ofMany: Promise<boolean> | undefined;
  const step = lookingSteps();
  // Numbers count no tests of a deployment, so their rows have none. Only a search for their address, domain or reason finds them.
  const isForAll = search.email === undefined && domain === undefined && search.having.reason !== DRILL;
  const isTest = ({ email }: ListedDecision) => isForAll && email !== undefined && isDrill({ email });
  const matches = (record: ListedDecision) =>
    !isTest(record) && isMeant(record) && isHaving(record, search) && hasOutcome(record, search.outcome, lastStep);
  /** Reads a page from the newest part whose reading is not finished. */
  async function pageAt(place: DecisionPlace | undefined): Promise<DecisionPage> {
    const moment = place === undefined ? search.to : new Date("until" in place ? place.until : place.at);
    const [part, following] = parts.filter(({ from }) => from <= moment);
    if (part === undefined) return { items: [], searched: 0 };
    if (domain !== undefined && search.email === undefined) ofMany ??= isOfMany(domain);
    const stretch = { ...search, ...part, isOfMany: (await ofMany) === true };
    const page = await step((lookAt) => decisions.page({ ...stretch, lookAt }, moment <= part.to ? place : undefined));
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
          ...(await withIssuers(decisions, some)).filter(({ issuers = [] }) =>
            issuers.some((each) => each.toLowerCase() === search.issuer),
          ),
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

const WHOLE_AT_ONCE = 100;

/** Reads whole records, because the records of a list lack the providers, the trace and the fields to correct. */
export async function withIssuers(
  decisions: Pick<DecisionStore, "whole">,
  foundDecisions: readonly ListedDecision[],
): Promise<readonly FoundDecision[]> {
  const more = new Map<string, Pick<DecisionRecord, "issuers" | "trace" | "asked">>();
  for (let start = 0; start < foundDecisions.length; start += WHOLE_AT_ONCE) {
    const whole = await decisions.whole(foundDecisions.slice(start, start + WHOLE_AT_ONCE));
    for (const { id, issuers, trace, asked } of whole) more.set(id, { issuers, trace, asked });
  }
  return foundDecisions.map((record) => ({ ...record, ...more.get(record.id) }));
}

/** Rows of a page, which a search tries to fill. */
const PAGE_ROWS = 50;
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

const readDecisions: WorldMember<Pick<DecisionStore, "page" | "whole">> = {
  needs: [
    { table: "decisions", actions: "BatchGetItem Query" },
    { table: "decisions indexes", actions: "Query" },
  ],
  make: ({ tables, nameOf }) => decisionStore(tables, nameOf("decisions")),
};

/** A door without policies takes it that each gate lets people in before it creates them. */
function findLastStep(policies: readonly Policy[] | undefined): Step {
  return policies?.every(({ step }) => step !== "before-create-user") ? "after-sign-in" : "before-create-user";
}

const uses = { decisions: readDecisions, gatePolicies };

/** No decision is older than this day. Without this limit, a search would also read all earlier months. */
export const FIRST_DAY = "2020-01-01";

/** The begin of a search for everybody's decisions of which only the end is given: seven days before it. */
export function beginBefore(end: Date): Date {
  return new Date(end.getTime() - 7 * MS_PER_DAY);
}

/** Decisions, newest first. */
export const decisionsView = {
  name: "decisions",
  uses,
  filters: decisionFilters,
  async source(query: Query<typeof decisionFilters>, { decisions, gatePolicies }) {
    const { email, verdict, step, reason = "", domain, issuer, entry = "", from = new Date(FIRST_DAY), to = new Date() } = query;
    const typed = {
      email: email === undefined ? undefined : (readNamedAddress(email) ?? email),
      outcome: verdict as SearchedOutcome | undefined,
      step: step as Step | undefined,
      issuer: issuer === undefined ? undefined : readIssuer(issuer),
      domain: domain === undefined ? undefined : (readTypedDomain(domain) ?? domain),
    };
    const search = { ...toSearched({ ...typed, reason, entry }, []), from, to };
    return searchDecisions(search, {
      decisions,
      lastStep: (gate) => findLastStep(gatePolicies(gate)),
      isOfMany: async () => false,
      isMeant: () => true,
    });
  },
  json: (record) => record,
} satisfies View<typeof uses, typeof decisionFilters, FoundDecision, DecisionPlace>;

export const views = [decisionsView];
