import { grouped } from "../../../engine/grouped";
import { outcomeSum } from "../../../engine/sign-up/outcome";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { Visit } from "../../app/visit";
import { figuresOf } from "../../parts/counted-hours";
import { gateAsked, gateName, hasGates } from "../../parts/gates";
import { dayOf } from "../../parts/time";
import type { ChartSeries } from "../../parts/time-chart";
import { visible } from "../../parts/value";
import { askedOutcomes, askedRefusals, type CountedDecisions, type CountedSpan } from "./decision-counts";
import { type DecisionSearch, type Split, splits } from "./decision-search";
import { decisionListTexts } from "./list-texts";

/** Parts of a bar that have a colour of their own; the others are one. */
const MOST_PARTS = 5;
const OTHERS = "";
/** The filter that leads to what a part counts. */
const filters: Readonly<Record<Split, string>> = { reason: "reason", rule: "rule", gate: "gate", provider: "issuer", domain: "domain" };

type Parts = ReadonlyMap<string, number>;

/** How a chart shows its spans. */
export interface SplitChart {
  readonly series: readonly (ChartSeries & { readonly filter?: Readonly<Record<string, string>>; readonly total: number })[];
  countsOf(span: CountedSpan): Readonly<Record<string, number>>;
}

/** What of the splits was counted of a search. */
export function splitsOf(
  visit: Visit,
  { outcome, having: { rule, reason } }: DecisionSearch,
  { unit }: Pick<CountedDecisions, "unit">,
): readonly Split[] {
  const isWhole = outcome === undefined && rule === undefined && reason === undefined;
  return splits.filter((split) => {
    if (split === "gate") return hasGates(visit);
    if (split === "provider") return isWhole;
    return split !== "domain" || (isWhole && unit === "day" && gateAsked(visit) === undefined);
  });
}

/** The bars by what the address asks for; undefined by outcome. */
export async function splitChart(visit: Visit, search: DecisionSearch, counted: CountedDecisions): Promise<SplitChart | undefined> {
  const by = splitsOf(visit, search, counted).find((each) => each === visit.query("by"));
  if (by === undefined) return undefined;
  const { spans } = counted;
  const partsOf = by === "domain" ? await domainParts(visit, spans) : (span: CountedSpan) => partsIn(by, search, span);
  const parts = new Map(spans.map((span) => [span, partsOf(span)]));
  const totals = together(spans.filter(({ isAsked }) => isAsked).map((span) => parts.get(span) ?? new Map()));
  const keys = [...totals]
    .filter(([key]) => key !== OTHERS)
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST_PARTS)
    .map(([key]) => key);
  const countsOf = (span: CountedSpan) => folded(parts.get(span) ?? new Map(), keys);
  const all = folded(totals, keys);
  const series = [...keys, OTHERS].map((key, index) => ({
    key,
    name: key === OTHERS ? decisionListTexts.others : by === "gate" ? gateName(key) : visible(key),
    color: key === OTHERS ? "others" : `part-${index + 1}`,
    total: all[key] ?? 0,
    ...(key !== OTHERS && { filter: { [filters[by]]: key } }),
  }));
  return { series: series.filter(({ total }) => total > 0), countsOf };
}

function partsIn(by: Exclude<Split, "domain">, search: DecisionSearch, { hours }: CountedSpan): Parts {
  if (by === "gate")
    return new Map([...grouped(hours, ({ gate }) => gate)].map(([gate, some]) => [gate, outcomeSum(askedOutcomes(search, some))]));
  if (by === "provider") return together(figuresOf(hours).providers.map(({ issuer = OTHERS, count }) => new Map([[issuer, count]])));
  return together(askedRefusals(search, hours).map((each) => new Map([[each[by] ?? OTHERS, each.count]])));
}

/** Refusals of the domains with the most refused people: counted by the day, in UTC. */
async function domainParts({ world, now }: Visit, spans: readonly CountedSpan[]): Promise<(span: CountedSpan) => Parts> {
  const from = spans[0]?.from ?? now;
  const top = (await world.domainCounts.topDomains(from)).slice(0, MOST_PARTS).map(({ domain }) => domain);
  const counted = await world.domainCounts.domainDays(top, Math.ceil((now.getTime() - from.getTime()) / MS_PER_DAY) + 1);
  return ({ from, to, outcomes }) => {
    const day = dayOf(new Date((from.getTime() + to.getTime()) / 2));
    const refused = top.map((domain) => [domain, counted.get(domain)?.days.find((each) => each.day === day)?.answers.block ?? 0] as const);
    const others = outcomes.block - refused.reduce((sum, [, count]) => sum + count, 0);
    return new Map([...refused, [OTHERS, Math.max(0, others)]]);
  };
}

function together(all: readonly Parts[]): Parts {
  const sum = new Map<string, number>();
  for (const parts of all) for (const [key, count] of parts) sum.set(key, (sum.get(key) ?? 0) + count);
  return sum;
}

function folded(parts: Parts, keys: readonly string[]): Readonly<Record<string, number>> {
  const own = Object.fromEntries(keys.map((key) => [key, parts.get(key) ?? 0]));
  const others = [...parts].reduce((sum, [key, count]) => (keys.includes(key) ? sum : sum + count), 0);
  return { ...own, [OTHERS]: others };
}
