import { decisionWords, reasonMeaning } from "../../../engine/messages/operator/decisions";
import { outcomeSum, outcomes } from "../../../engine/sign-up/outcome";
import type { Visit } from "../../app/visit";
import { type ChartBar, StackedChart } from "../../parts/chart";
import { addressWith } from "../../parts/chips";
import { gateName, hasGates } from "../../parts/gates";
import { outcomeTexts } from "../../parts/outcome";
import { Table } from "../../parts/table";
import { dayName, hourName } from "../../parts/time";
import { visible } from "../../parts/value";
import type { CountedDecisions, CountedSpan } from "./decision-counts";
import { minuteText } from "./decision-time";
import { decisionListTexts } from "./list-texts";

/** Reasons of refusals, named below the chart. */
const SHOWN_REASONS = 8;
const HEIGHT = 48;
/** What stands out: so many refusals, and so many times what is usual among so many hours or days. */
const SPIKE = { least: 20, times: 3, among: 6 };

interface ChartProps {
  readonly visit: Visit;
  readonly counted: CountedDecisions;
}

/** What was decided hour by hour or day by day: each bar leads to what it counts. */
export function DecisionsChart({ visit, counted }: ChartProps) {
  const t = visit.say(decisionListTexts);
  const spike = spikeOf(counted);
  return (
    <>
      <StackedChart
        label={t.chart}
        bars={counted.spans.map((span) => barOf(visit, counted, span))}
        height={HEIGHT}
        table={{ summary: t.asTable, content: <Numbers visit={visit} counted={counted} /> }}
        language={visit.language}
      />
      {spike === undefined ? null : <Spike visit={visit} span={spike} isByHour={counted.isByHour} />}
    </>
  );
}

function barOf(visit: Visit, { isByHour, spans }: CountedDecisions, span: CountedSpan): ChartBar {
  const t = visit.say(decisionListTexts);
  const names = visit.say(outcomeTexts);
  const counts = outcomes.flatMap((kind) => (span.counts[kind] === 0 ? [] : [`${names[kind]} ${number(visit, span.counts[kind])}`]));
  const day = dayName(visit, span.from);
  return {
    label: isByHour ? hourName(visit, span.from) : day,
    spoken: `${isByHour ? `${day} ${hourName(visit, span.from)}` : day}: ${counts.length === 0 ? t.noDecisions : counts.join(", ")}`,
    path: pathOf(visit, span),
    counts: span.counts,
    isHere: span.isAsked && spans.some((each) => !each.isAsked),
  };
}

/** This list of that hour or day alone. */
function pathOf(visit: Visit, { from, to }: CountedSpan): string {
  const { zone } = visit;
  return addressWith(visit, ["from", "to", "zone", "last"], { from: minuteText(from, zone), to: minuteText(to, zone), zone });
}

/** The hour or day in which far more were refused than in the others that saw anybody. */
function spikeOf({ spans }: CountedDecisions): CountedSpan | undefined {
  const seen = spans.filter(({ counts }) => outcomeSum(counts) > 0);
  const refused = seen.map(({ counts }) => counts.block).sort((a, b) => a - b);
  const usual = refused[Math.floor(refused.length / 2)] ?? 0;
  const highest = refused.at(-1) ?? 0;
  if (seen.length < SPIKE.among || highest < SPIKE.least || highest < usual * SPIKE.times) return undefined;
  return seen.find(({ counts }) => counts.block === highest);
}

function Spike({ visit, span, isByHour }: { readonly visit: Visit; readonly span: CountedSpan; readonly isByHour: boolean }) {
  const t = visit.say(decisionListTexts);
  const [most] = span.refusals.filter(({ reason }) => reason !== undefined);
  const share = most === undefined ? 0 : Math.min(1, most.count / Math.max(1, span.counts.block));
  const when = isByHour ? `${dayName(visit, span.from)} ${hourName(visit, span.from)}` : dayName(visit, span.from);
  const percent = share.toLocaleString(visit.language, { style: "percent" });
  return (
    <p class="spike">
      <a href={pathOf(visit, span)}>{t.spike(when, number(visit, span.counts.block))}</a>
      {most?.reason === undefined ? null : `, ${t.mostly(percent, reasonMeaning(visit.say(decisionWords), most.reason))}`}
    </p>
  );
}

/** The chart in numbers, and the same decisions by reason, gate and system outside. */
function Numbers({ visit, counted: { spans, isByHour, refusals, gates, services } }: ChartProps) {
  const t = visit.say(decisionListTexts);
  const w = visit.say(decisionWords);
  const kinds = outcomes.map((kind) => ({ name: visit.say(outcomeTexts)[kind], number: true as const }));
  return (
    <>
      <Table
        caption={t.byReason}
        columns={[{ name: t.reason }, { name: t.rule }, { name: t.count, number: true }]}
        rows={refusals
          .slice(0, SHOWN_REASONS)
          .map(({ rule, reason, count }) => [
            reason === undefined ? (
              t.otherReasons
            ) : (
              <a href={addressWith(visit, ["rule", "reason"], { ...(rule !== undefined && { rule }), reason })}>
                {visible(reasonMeaning(w, reason))}
              </a>
            ),
            <code>{visible(rule ?? "")}</code>,
            number(visit, count),
          ])}
        empty={t.noRefusals}
      />
      {hasGates(visit) ? (
        <Table
          caption={t.byGate}
          columns={[{ name: t.gate }, { name: t.count, number: true }]}
          rows={gates.map(({ gate, count }) => [
            <a href={addressWith(visit, ["gate"], { gate })}>{gateName(visit, gate)}</a>,
            number(visit, count),
          ])}
          empty=""
        />
      ) : null}
      {services.length === 0 ? null : (
        <Table
          caption={t.byService}
          columns={[{ name: t.service }, { name: t.asked, number: true }, { name: t.failed, number: true }]}
          rows={services.map(({ service, asked, failures }) => [
            visible(service ?? t.otherServices),
            number(visit, asked),
            number(
              visit,
              Object.values(failures).reduce((sum, count) => sum + count, 0),
            ),
          ])}
          empty=""
        />
      )}
      <Table
        caption={t.chart}
        columns={[{ name: t.time }, ...kinds]}
        rows={spans.map((span) => [
          <a href={pathOf(visit, span)}>
            {isByHour ? `${dayName(visit, span.from)} ${hourName(visit, span.from)}` : dayName(visit, span.from)}
          </a>,
          ...outcomes.map((kind) => number(visit, span.counts[kind])),
        ])}
        empty=""
      />
    </>
  );
}

function number(visit: Visit, count: number): string {
  return count.toLocaleString(visit.language);
}
