import type { Child } from "hono/jsx";
import type { Visit } from "../../../console/app/visit";
import { LABELS, StackedChart } from "../../../console/parts/chart";
import { outcomeTexts } from "../../../console/parts/outcome";
import { type Column, Table } from "../../../console/parts/table";
import { dayName, hourName } from "../../../console/parts/time";
import { visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { pageTexts } from "../../../console/texts/languages";
import { type OutcomeCounts, outcomeSum, outcomes, waitsForApproval } from "../../../engine/sign-up/recording";
import { MS_PER_HOUR } from "../../../engine/sign-up/time";
import { readClock } from "../../../engine/zone-time";
import { reasonMeanings, reasonsInWords } from "../../reasons";
import { type GateHour, sumFigures } from "../counts";
import type { TimeStretch } from "./counted-hours";

interface ChartSpan extends TimeStretch {
  readonly counts: Readonly<Partial<OutcomeCounts>>;
  /** The typical counts at the same time of other weeks. */
  readonly typical?: OutcomeCounts | undefined;
  readonly isFailing?: boolean;
  readonly isHere?: boolean;
}

interface TimeChartProps {
  /** Hours and days are shown in the visit's time zone. */
  readonly visit: Visit;
  readonly label: string;
  /** Oldest first. */
  readonly spans: readonly ChartSpan[];
  /** "hour": the axis names hours. "part": the axis names days, and the name of a bar is its day and hour. "day": all names are days. */
  readonly unit: "hour" | "part" | "day";
  /** Undefined for a stretch whose bar has no link. */
  address(stretch: TimeStretch): string | undefined;
  readonly height?: number;
  readonly children?: Child;
}

export function TimeChart({ visit, label, spans, unit, address, height, children }: TimeChartProps) {
  const hasTypical = spans.some(({ typical }) => typical !== undefined);
  const number = (count: number | undefined) => count?.toLocaleString(visit.language) ?? "";
  const countedOutcomes = outcomes.filter((kind) => spans.some(({ counts }) => counts[kind]));
  const shown = spans.map((span) => ({ ...span, name: spanName(visit, unit, span), path: address(span) }));
  const spoken = ({ counts }: ChartSpan) =>
    countedOutcomes.flatMap((kind) => (counts[kind] ? [`${outcomeTexts[kind]} ${number(counts[kind])}`] : [])).join(", ");
  return (
    <StackedChart
      label={label}
      language={visit.language}
      height={height}
      bars={shown.map((span, index) => ({
        ...span,
        label: axisLabel(visit, unit, spans, index),
        spoken: `${span.name}: ${spoken(span) || t.none}`,
        parts: countedOutcomes.map((kind) => ({ color: kind, count: span.counts[kind] ?? 0 })),
        typical: span.typical && outcomeSum(span.typical),
      }))}
    >
      <Table
        caption={label}
        columns={[
          [frameTexts.time, ({ name, path }) => (path === undefined ? name : <a href={path}>{name}</a>)],
          ...countedOutcomes.map(
            (kind): Column<(typeof shown)[number]> => [
              { name: outcomeTexts[kind], number: true },
              ({ counts }) => number(counts[kind] ?? 0),
            ],
          ),
          hasTypical && [{ name: t.typical, number: true }, ({ typical }) => number(typical && outcomeSum(typical))],
        ]}
        rows={shown}
      />
      {children}
    </StackedChart>
  );
}

/**
 * The label below a bar, empty for most bars. A bar of midnight has the day instead of the hour. If bars are longer than an hour, a label
 * in the same month as the previous label is only a number, to fit a phone.
 */
function axisLabel(visit: Visit, unit: TimeChartProps["unit"], spans: readonly TimeStretch[], index: number): string {
  // Number of bars from one label to the next.
  const least = Math.ceil(spans.length / LABELS);
  const { from } = spans[index] as TimeStretch;
  if (unit !== "hour") {
    if (index % least > 0) return "";
    const [day, before] = [from, spans[index - least]?.from].map((at) => (at === undefined ? "" : readClock(at, visit.zone).day));
    return before?.slice(0, -2) === day?.slice(0, -2) ? String(Number(day?.slice(-2))) : dayName(visit, from);
  }
  const every = [1, 2, 3, 4, 6, 8, 12].find((hours) => hours >= least) ?? 24;
  const hour = Number(hourName(visit, from).slice(0, 2));
  if (hour === 0) return dayName(visit, from);
  return hour % every === 0 ? hourName(visit, from) : "";
}

/** "20 Nov 10:00". If the clock shows an hour twice, the hour has its offset: "25 Oct 02:00 UTC+01:00". */
export function spanName(visit: Visit, unit: TimeChartProps["unit"], { from }: Pick<TimeStretch, "from">): string {
  if (unit === "day") return dayName(visit, from);
  const hour = hourName(visit, from);
  const neighbours = [-MS_PER_HOUR, MS_PER_HOUR].map((apart) => hourName(visit, new Date(from.getTime() + apart)));
  return [dayName(visit, from), hour, ...(neighbours.includes(hour) ? [readClock(from, visit.zone).offset] : [])].join(" ");
}

export function mainReason(visit: Visit, hours: readonly GateHour[], count: number): string {
  const most = sumFigures(hours).refusals.find(({ reason }) => reason !== undefined && !waitsForApproval(reason));
  if (most?.reason === undefined) return "";
  const share = Math.floor((100 * Math.min(most.count, count)) / count);
  return t.mostly(share.toLocaleString(visit.language), visible(reasonsInWords(visit.say(reasonMeanings), [most.reason])));
}

const t = pageTexts({
  typical: ["typical for the time", "같은 시간대 평소 수준"],
  none: ["none", "없음"],
  mostly: [(share: string, reason: string) => `${share}\u00a0% of them: ${reason}`, (share, reason) => `그중 ${share}%: ${reason}`],
});
