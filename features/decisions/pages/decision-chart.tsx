import type { Visit } from "../../../console/app/visit";
import { addressWith } from "../../../console/parts/chips";
import { gateAsked, gateName, hasGates } from "../../../console/parts/gates";
import { dayOf } from "../../../console/parts/time";
import { visible } from "../../../console/parts/value";
import { grouped } from "../../../engine/grouped";
import { outcomeSum } from "../../../engine/sign-up/outcome";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { RefusalTable, ServiceTable } from "../../counts/pages/count-tables";
import { figuresOf, type TimeStretch } from "../../counts/pages/counted-hours";
import { type ChartSeries, outcomeSeries, SpikeLine, TimeChart } from "../../counts/pages/time-chart";
import { askedOutcomes, askedRefusals, type CountedDecisions, type CountedSpan } from "./decision-counts";
import { type DecisionSearch, type Split, splits } from "./decision-search";
import { minuteText } from "./decision-time";
import { decisionsTexts as t } from "./decisions-texts";

/** Reasons of refusals, named below the chart. */
const SHOWN_REASONS = 8;
const HEIGHT = 48;

interface ChartProps {
  readonly visit: Visit;
  readonly search: DecisionSearch;
  readonly counted: CountedDecisions;
}

/** What was decided hour by hour or day by day: each bar leads to what it counts. */
export async function decisionsChart({ visit, search, counted }: ChartProps) {
  const split = await splitChart(visit, search, counted);
  const { unit, hours } = counted;
  const address = (stretch: TimeStretch) => spanAddress(visit, stretch);
  const isNarrow = counted.spans.some(({ isAsked }) => !isAsked);
  const spans = counted.spans.map((span) => ({
    ...span,
    counts: split?.countsOf(span) ?? span.outcomes,
    isHere: span.isAsked && isNarrow,
  }));
  return (
    <>
      {split === undefined ? null : (
        <ul class="key">
          {split.series.map(({ color, name, total, filter }) => {
            const part = (
              <>
                <i class={color} />
                {name} <b>{total.toLocaleString(visit.language)}</b>
              </>
            );
            return <li>{filter === undefined ? part : <a href={addressWith(visit, ["by", ...Object.keys(filter)], filter)}>{part}</a>}</li>;
          })}
        </ul>
      )}
      <TimeChart
        visit={visit}
        label={t.chart}
        series={split?.series ?? outcomeSeries()}
        spans={spans}
        unit={unit}
        height={HEIGHT}
        address={address}
      >
        <RefusalTable
          visit={visit}
          refusals={askedRefusals(search, hours).slice(0, SHOWN_REASONS)}
          path={(filters) => addressWith(visit, ["rule", "reason"], filters)}
        />
        <ServiceTable visit={visit} services={figuresOf(hours).services} />
      </TimeChart>
      <SpikeLine visit={visit} spans={spans} unit={unit} address={address} refusalsOf={(span) => askedRefusals(search, span.hours)} />
    </>
  );
}

/** This list of that time alone. */
function spanAddress(visit: Visit, { from, to }: TimeStretch): string {
  const { zone } = visit;
  return addressWith(visit, ["from", "to", "zone", "last"], { from: minuteText(from, zone), to: minuteText(to, zone), zone });
}

/** Parts of a bar that have a colour of their own; the others are one. */
const MOST_PARTS = 5;
const OTHERS = "";
/** The filter that leads to what a part counts. */
const filters: Readonly<Record<Split, string>> = { reason: "reason", rule: "rule", gate: "gate", provider: "issuer", domain: "domain" };

type Parts = ReadonlyMap<string, number>;

/** How a chart shows its spans. */
interface SplitChart {
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
async function splitChart(visit: Visit, search: DecisionSearch, counted: CountedDecisions): Promise<SplitChart | undefined> {
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
    name: key === OTHERS ? t.others : by === "gate" ? gateName(key) : visible(key),
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
  const top = (await world.domainCounts.namesOfTop(from)).slice(0, MOST_PARTS);
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
