import type { Child } from "hono/jsx";
import { failedMark } from "../../../adapters/tables/decision-writes";
import type { InboxItem } from "../../../console/app/inbox-item";
import type { Visit } from "../../../console/app/visit";
import { Mark } from "../../../console/parts/badge";
import { addressWith } from "../../../console/parts/chips";
import { ButtonLink } from "../../../console/parts/forms";
import { outcomeTexts } from "../../../console/parts/outcome";
import { Tabs } from "../../../console/parts/page-head";
import { dayName, durationText, hourName, Moment } from "../../../console/parts/time";
import { pageTexts } from "../../../console/texts/languages";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { outcomeSum, outcomes, outcomeTotals } from "../../../engine/sign-up/recording";
import { MS_PER_HOUR } from "../../../engine/sign-up/time";
import { readClock } from "../../../engine/zone-time";
import { readColdWaits } from "../../counts/cold-calls";
import { type CountedService, countFailures, sumCounts, sumFigures } from "../../counts/counts";
import { answeredShare, CountReachNote, countedName, refusalTable } from "../../counts/pages/count-tables";
import { formatHour, type TimeStretch } from "../../counts/pages/counted-hours";
import { spanName, TimeChart } from "../../counts/pages/time-chart";
import { countedDecisionsPath, decisionsPath } from "../../decisions/pages/decision-search";
import type { Outage, outagesIn } from "../outages";
import { inboxTexts as t } from "./inbox-texts";
import {
  gatesText,
  hoursQuery,
  type NewestCall,
  outageTitle,
  overlap,
  type Range,
  ranges,
  type Traffic,
  type TrafficSpan,
} from "./traffic";
import { type OutageTime, outagesLately, turnedAwayPath } from "./turned-away";

interface HealthProps {
  readonly visit: Visit;
  readonly traffic: Traffic;
  readonly outages: ReturnType<typeof outagesIn>;
  /** Items that nobody has marked as done. */
  readonly others: readonly InboxItem[];
  readonly range: Range;
  /** The time in the page's address. Undefined if the page shows the whole chart. */
  readonly here: TimeStretch | undefined;
  readonly checked?: { readonly service: string; readonly call: NewestCall } | undefined;
}

export const healthAsks = { range: Object.keys(ranges), from: "any", to: "any", check: "any" } as const;

export function Health(props: HealthProps) {
  const { visit, outages, others, traffic } = props;
  const { services } = sumFigures(traffic.lastDay.filter(({ hour }) => hour >= formatHour(new Date(visit.now.getTime() - MS_PER_HOUR))));
  return (
    <section class="card health" aria-label={t.health} id="health" data-live="60">
      {outages.open.length === 0
        ? healthy(visit, services, { over: outages.over, others })
        : outages.open.map((outage) => failing(props, outage))}
      {figures(props)}
      {chart(props)}
    </section>
  );
}

function failing({ visit, checked }: HealthProps, outage: Outage) {
  const { service, kind, since, last, count, gates } = outage;
  const fixes: Readonly<Record<string, string>> = t.fixes;
  const began = new Date(since);
  const isToday = readClock(began, visit.zone).day === readClock(visit.now, visit.zone).day;
  const call = checked?.call;
  return (
    <div class="strip bad">
      <Mark tone="bad" icon="outage" />
      <div>
        <b>{t.failing(isToday ? hourName(visit, began) : spanName(visit, "hour", { from: began }), outageTitle(outage))}</b>
        <p>
          {t.hit(count.toLocaleString(visit.language), gatesText(visit, gates))} {t.lastFailed} <Moment at={last} />. <b>{t.fix}</b>{" "}
          {fixes[kind] ?? fixes.failed}
        </p>
        {checked?.service !== service ? null : (
          <div role="status">
            <p>
              {call === undefined ? t.notAskedSince : [call.isFailing ? t.failedAgain : t.answeredAgain, " ", <Moment at={call.at} />, "."]}
            </p>
          </div>
        )}
      </div>
      <div class="actions">
        <ButtonLink path={addressWith(visit, ["check"], { check: service })} text={t.checkAgain} />
        <ButtonLink path={decisionsPath({ from: began, to: visit.now })} text={t.openIncident} class="button" />
      </div>
    </div>
  );
}

/**
 * If this share of a system's calls failed, the system does not count as healthy. The share is not 0, because some calls fail even on the
 * best of days.
 */
const SEVERAL_FAIL = 0.05;

function healthy(
  visit: Visit,
  services: readonly CountedService[],
  { over, others }: { readonly over: readonly Outage[]; readonly others: readonly InboxItem[] },
) {
  const failingItems = others.filter(({ isFailing }) => isFailing);
  const askedServices = services.filter(({ service }) => service !== undefined);
  const failing = askedServices.filter(
    (each) => !over.some(({ service }) => service === each.service) && countFailures(each) >= SEVERAL_FAIL * each.asked,
  );
  const isSound = failing.length === 0 && failingItems.length === 0;
  const what = askedServices.length === 0 ? t.noneAsked : t.answering(askedServices.map(({ service }) => countedName(service)));
  return (
    <div class="strip">
      <Mark tone={isSound ? "good" : "warn"} icon={isSound ? "healthy" : "warning"} />
      <p>
        <b>{isSound ? (askedServices.length > 0 ? t.healthy : t.noneKnown) : failingItems.length > 0 ? t.unfinished : t.noOutage}</b>{" "}
        {isSound
          ? `${what} ${t.workersNoted}`
          : [
              ...failing.map((each) => t.success(countedName(each.service), answeredShare(visit, each))),
              ...failingItems.map(({ title }) => title),
            ].join(", ")}
      </p>
    </div>
  );
}

export function spansHere({ traffic: { spans }, here }: Pick<HealthProps, "traffic" | "here">): readonly TrafficSpan[] {
  return here === undefined ? spans : spans.filter((span) => overlap(span, here));
}

function computeTimeStretch({ now }: Visit, spans: readonly TrafficSpan[]): TimeStretch {
  return { from: spans[0]?.from ?? now, to: spans.at(-1)?.to ?? now };
}

function figures(props: HealthProps) {
  const { visit, range, traffic } = props;
  const spans = spansHere(props);
  const sum = outcomeTotals(spans.map((span) => span.outcomes));
  const knownCounts = spans.flatMap(({ typical }) => typical ?? []);
  const typical = knownCounts.length === 0 || knownCounts.length < spans.length ? undefined : outcomeTotals(knownCounts);
  const standsOut = typical !== undefined && sum.block >= 1.5 * typical.block && sum.block - typical.block >= 5;
  return (
    <div class="figures">
      <ul class="key">
        {outcomes.map((kind) => (
          <li>
            <a href={countedDecisionsPath(visit, computeTimeStretch(visit, spans), traffic, { verdict: kind })}>
              <i class={kind} />
              {outcomeTexts[kind]} <b>{sum[kind].toLocaleString(visit.language)}</b>
            </a>
            {kind === "block" && standsOut ? <span class="bad"> {t.typically(typical.block.toLocaleString(visit.language))}</span> : null}
          </li>
        ))}
        {knownCounts.length === 0 ? null : (
          <li class="hint">
            <span class="dash" /> {t.typical}
          </li>
        )}
        {coldCalls(visit, spans)}
        <li>
          <CountReachNote visit={visit} reach={traffic.reach} />
        </li>
      </ul>
      <Tabs
        label={t.rangesLabel}
        each={(Object.keys(ranges) as Range[]).map((each) => ({
          name: t.ranges[each],
          path: addressWith(visit, ["range", "from", "to"], each === "day" ? {} : { range: each }),
          isHere: each === range,
        }))}
      />
    </div>
  );
}

/**
 * Shows the number of cold calls, not their share of the sign-ups, because a sign-up has two calls. Shows nothing if no calls were cold.
 */
function coldCalls(visit: Visit, spans: readonly TrafficSpan[]) {
  const cold = readColdWaits(sumCounts(spans.flatMap(({ hours }) => hours.map(({ counts }) => counts))));
  if (cold === undefined) return null;
  const signUps = outcomeSum(outcomeTotals(spans.map(({ outcomes }) => outcomes)));
  const format = (count: number) => count.toLocaleString(visit.language);
  const times = t.coldWait(durationText(visit, cold.medianMs), durationText(visit, cold.p95Ms));
  return (
    <li class="hint">
      {t.cold(format(cold.count), format(signUps))}: {times}
    </li>
  );
}

function chart(props: HealthProps) {
  const { visit, traffic, range, outages } = props;
  const { from, to } = computeTimeStretch(visit, traffic.spans);
  const here = spansHere(props);
  const failing = [...outages.open.map(({ since }) => ({ since, last: visit.now.toISOString() })), ...outages.over];
  const spans = traffic.spans.map((span) => ({
    ...span,
    counts: span.outcomes,
    isFailing: failing.some(({ since, last }) => overlap(span, { from: new Date(since), to: new Date(last) })),
    isHere: props.here !== undefined && overlap(span, props.here),
  }));
  const { refusals } = sumFigures(here.flatMap(({ hours }) => hours));
  return (
    <TimeChart
      visit={visit}
      label={t.chart(stretchText(visit, { from, to }))}
      spans={spans}
      unit={ranges[range].unit}
      address={(stretch) => addressWith(visit, ["from", "to", "view"], hoursQuery(stretch))}
    >
      {refusalTable(visit, refusals, (reason) => countedDecisionsPath(visit, computeTimeStretch(visit, here), traffic, { reason }))}
    </TimeChart>
  );
}

/** Returns "20 Nov 09:00 to 10:00". */
export function stretchText(visit: Visit, { from, to }: TimeStretch): string {
  const end = new Date(to.getTime() + 1);
  const isOneDay = readClock(from, visit.zone).day === readClock(to, visit.zone).day;
  const last = isOneDay ? hourName(visit, end) : `${dayName(visit, end)} ${hourName(visit, end)}`;
  return t.until(spanName(visit, "hour", { from }), last);
}

export async function outageOfDecision(visit: Visit, record: DecisionRecord): Promise<Child> {
  const failedService = record.verdict === "continue" ? undefined : failedMark(record);
  if (typeof failedService !== "string") return null;
  const outages = await outagesLately(visit);
  // All times are compared by the second, because the times of outages come from counts, which store seconds.
  const at = toSecond(record.at);
  const isIts = ({ service, since }: OutageTime) => service === failedService && toSecond(since) <= at;
  const its = outages.open.find(isIts) ?? outages.over.find((outage) => isIts(outage) && at <= toSecond(outage.last));
  if (its === undefined) return null;
  return (
    <section>
      <p class="note bad">
        {outageTexts.part(countedName(failedService))} <Moment at={its.since} />. <a href={turnedAwayPath(its)}>{outageTexts.turnedAway}</a>
      </p>
    </section>
  );
}

const toSecond = (at: string) => at.slice(0, "2026-11-26T10:12:41".length);

const outageTexts = pageTexts({
  part: [(service: string) => `Part of the outage of ${service} since`, (service) => `${service} 장애의 일부, 시작:`],
  turnedAway: ["Who was turned away", "거절된 사람 보기"],
});
