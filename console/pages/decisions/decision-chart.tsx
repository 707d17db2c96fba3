import type { Visit } from "../../app/visit";
import { addressWith } from "../../parts/chips";
import { RefusalTable, ServiceTable } from "../../parts/count-tables";
import { figuresOf, type TimeStretch } from "../../parts/counted-hours";
import { outcomeSeries, SpikeLine, TimeChart } from "../../parts/time-chart";
import { askedRefusals, type CountedDecisions } from "./decision-counts";
import type { DecisionSearch } from "./decision-search";
import { minuteText } from "./decision-time";
import { decisionListTexts as t } from "./list-texts";
import { splitChart } from "./splits";

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
