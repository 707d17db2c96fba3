import type { EntraLogSummary } from "../../../adapters/tables/ledger-rows";
import { decisionWords, reasonText } from "../../../engine/messages/operator/decisions";
import {
  type CountedFigures,
  type CountedService,
  figuresIn,
  LONGEST_BOUND_MS,
  shareWithin,
  summed,
  type TimeCount,
} from "../../../engine/sign-up/counts";
import { type OutcomeKind, outcomeSum, outcomes, outcomeTotals, waitsForApproval } from "../../../engine/sign-up/outcome";
import type { Visit } from "../../app/visit";
import { Mark } from "../../parts/badge";
import { StackedChart } from "../../parts/chart";
import { addressWith } from "../../parts/chips";
import { Icon } from "../../parts/icon";
import { outcomeTexts } from "../../parts/outcome";
import { Table } from "../../parts/table";
import { clockTime, dayName, hourName, Moment } from "../../parts/time";
import { visible } from "../../parts/value";
import { inboxTexts } from "./inbox-texts";
import { decisionsPath, gatesText, outageTitle } from "./items";
import { failuresOf, type Outage, type Range, ranges, spikeIn, type Traffic, type TrafficSpan } from "./traffic";

interface HealthProps {
  readonly visit: Visit;
  readonly traffic: Traffic;
  readonly outages: readonly Outage[];
  readonly range: Range;
  /** The stretch that the page is about; undefined for all that the chart shows. */
  readonly here: ShownTime | undefined;
}

export interface ShownTime {
  readonly from: Date;
  readonly to: Date;
}

/** Of the page's address. */
export const rangeAsks = { range: Object.keys(ranges), from: "any", to: "any" } as const;

/** What fails, and how sign-ups came out, hour by hour. */
export function Health(props: HealthProps) {
  const { visit, traffic, outages } = props;
  const t = visit.say(inboxTexts);
  return (
    <section class="card health" aria-label={t.health} id="health" data-live="60">
      {outages.length === 0 ? <Healthy {...props} /> : outages.map((outage) => <Failing visit={visit} outage={outage} />)}
      <Services visit={visit} traffic={traffic} outages={outages} />
      {traffic.partial ? <p class="note warn">{t.partial}</p> : null}
      <Figures {...props} />
      <Chart {...props} />
      <Spike {...props} />
    </section>
  );
}

function Failing({ visit, outage }: { readonly visit: Visit; readonly outage: Outage }) {
  const t = visit.say(inboxTexts);
  const { kind, since, last, count, gates } = outage;
  const fixes: Readonly<Record<string, string>> = t.fixes;
  return (
    <div class="strip bad">
      <Mark tone="bad" icon="outage" />
      <div>
        <b>{t.failing(timeText(visit, since), outageTitle(visit, outage))}</b>
        <p>
          {t.hit(count.toLocaleString(visit.language), gatesText(visit, gates))} {t.lastFailed} <Moment at={last} />. <b>{t.fix}</b>{" "}
          {fixes[kind] ?? fixes.failed}
        </p>
      </div>
      <div class="actions">
        <a class="button quiet" href={addressWith(visit, [], {})}>
          {t.checkAgain}
        </a>
        <a class="button" href={decisionsPath(new Date(since), visit.now)}>
          {t.openIncident}
        </a>
      </div>
    </div>
  );
}

/** "09:02" of today, else the day too: by the viewer's clock. */
function timeText(visit: Visit, at: string): string {
  const moment = new Date(at);
  const isToday = clockTime(moment, visit.zone).day === clockTime(visit.now, visit.zone).day;
  return isToday ? hourName(visit, moment) : `${dayName(visit, moment)} ${hourName(visit, moment)}`;
}

function Healthy({ visit, traffic }: HealthProps) {
  const t = visit.say(inboxTexts);
  const asked = servicesOf(traffic).filter(({ service }) => service !== undefined);
  const slowest = [...asked].sort((a, b) => boundOf(b.times) - boundOf(a.times))[0];
  return (
    <div class="strip">
      <Mark tone="good" icon="healthy" />
      <p>
        <b>{t.healthy}</b> {asked.length === 0 ? t.noneAsked : t.allAnswer(String(asked.length))}{" "}
        {slowest?.service === undefined || slowest.times.length === 0
          ? ""
          : t.slowest(visible(slowest.service), longestOf(visit, slowest.times, 0.95))}
      </p>
    </div>
  );
}

function boundOf(times: readonly TimeCount[]): number {
  const found = shareWithin(times, 0.95);
  return found === undefined ? 0 : (found.upToMs ?? Number.POSITIVE_INFINITY);
}

/** Of the last day. */
function servicesOf({ hours }: Traffic): readonly CountedService[] {
  return figuresIn(summed(hours.map(({ counts }) => counts))).services;
}

/** Each system with its share of answers and its time, in one line. */
function Services({ visit, traffic, outages }: Pick<HealthProps, "visit" | "traffic" | "outages">) {
  const t = visit.say(inboxTexts);
  const services = servicesOf(traffic);
  const down = new Set(outages.map(({ service }) => service));
  return (
    <ul class="key systems">
      {services.map((each) => (
        <li>
          <i class={down.has(each.service ?? "") ? "block" : failuresOf(each) > 0 ? "invalid" : "continue"} />
          {each.service === undefined ? t.otherServices : visible(each.service)} {t.success(shareText(visit, each))}
          {each.times.length === 0 ? "" : `, ${longestOf(visit, each.times, 0.5)}`}
        </li>
      ))}
      <li class="hint" title={t.lag}>
        {t.updated(hourName(visit, visit.now))}
      </li>
    </ul>
  );
}

/** Rounded down: a hundred says that none failed. */
function shareText({ language }: Visit, service: CountedService): string {
  if (service.asked === 0) return "0";
  return (Math.floor((1_000 * (service.asked - failuresOf(service))) / service.asked) / 10).toLocaleString(language);
}

/** The longest of a share of times, in words. */
function longestOf(visit: Visit, times: readonly TimeCount[], share: number): string {
  const t = visit.say(inboxTexts);
  const found = shareWithin(times, share);
  if (found === undefined) return "";
  const longest = t.milliseconds(found.upToMs ?? LONGEST_BOUND_MS);
  return found.upToMs === undefined ? t.longer(longest) : longest;
}

/** The spans that the page is about. */
export function spansHere({ traffic, here }: Pick<HealthProps, "traffic" | "here">): readonly TrafficSpan[] {
  return here === undefined ? traffic.spans : traffic.spans.filter(({ from, to }) => from < here.to && to > here.from);
}

function Figures(props: HealthProps) {
  const { visit, range } = props;
  const t = visit.say(inboxTexts);
  const spans = spansHere(props);
  const sum = outcomeTotals(spans.map((span) => span.outcomes));
  const known = spans.flatMap(({ typical }) => (typical === undefined ? [] : [typical]));
  const typical = known.length === 0 || known.length < spans.length ? undefined : outcomeTotals(known);
  const [first, last] = [spans[0], spans.at(-1)];
  return (
    <div class="figures">
      <ul class="key">
        {outcomes
          .filter((kind) => sum[kind] > 0 || kind === "continue" || kind === "block")
          .map((kind) => (
            <li>
              <a href={first === undefined || last === undefined ? "/decisions" : outcomePath(kind, first.from, last.to)}>
                <i class={kind} />
                {visit.say(outcomeTexts)[kind]} <b>{sum[kind].toLocaleString(visit.language)}</b>
              </a>
              {kind === "block" && typical !== undefined && standsOut(sum.block, typical.block) ? (
                <span class="bad"> {t.typically(typical.block.toLocaleString(visit.language))}</span>
              ) : null}
            </li>
          ))}
        {typical === undefined ? null : (
          <li class="hint">
            <span class="dash" /> {t.typical}
          </li>
        )}
      </ul>
      <nav aria-label={t.rangesLabel}>
        <ul class="tabs">
          {(Object.keys(ranges) as Range[]).map((each) => (
            <li>
              <a
                href={addressWith(visit, ["range", "from", "to"], each === "day" ? {} : { range: each })}
                aria-current={each === range ? "page" : undefined}
              >
                {t.ranges[each]}
              </a>
            </li>
          ))}
        </ul>
      </nav>
    </div>
  );
}

function standsOut(count: number, typical: number): boolean {
  return count >= 1.5 * typical && count - typical >= 5;
}

/** Who waits for approval was refused for that. */
function outcomePath(kind: OutcomeKind, from: Date, to: Date): string {
  const asked = kind === "waiting" ? "reason=approval.requested" : `verdict=${kind}`;
  return `${decisionsPath(from, new Date(to.getTime() - 1))}&${asked}`;
}

function Chart({ visit, traffic, outages, range, here }: HealthProps) {
  const t = visit.say(inboxTexts);
  const { spans } = traffic;
  const since = outages.map((outage) => outage.since).sort()[0];
  const [first, last] = [spans[0], spans.at(-1)];
  if (first === undefined || last === undefined) return null;
  return (
    <StackedChart
      label={t.chart(labelOf(visit, range, first.from, true), labelOf(visit, range, last.to, true))}
      language={visit.language}
      bars={spans.map((span) => ({
        label: labelOf(visit, range, span.from),
        spoken: spokenOf(visit, span),
        path: addressWith(visit, ["from", "to", "view"], { from: hourText(span.from), to: hourText(span.to) }),
        counts: span.outcomes,
        typical: span.typical && outcomeSum(span.typical),
        isFailing: since !== undefined && span.to.toISOString() > since,
        isHere: here !== undefined && span.from < here.to && span.to > here.from,
      }))}
      table={{ summary: t.asTable, content: <AsTable visit={visit} range={range} spans={spans} /> }}
    />
  );
}

/** `2026-11-21T14`, in UTC. */
export function hourText(moment: Date): string {
  return moment.toISOString().slice(0, 13);
}

/** Hours of the day, else days; by the viewer's clock. */
function labelOf(visit: Visit, range: Range, moment: Date, isWhole = false): string {
  if (isWhole) return `${dayName(visit, moment)} ${hourName(visit, moment)}`;
  return range === "day" ? hourName(visit, moment) : dayName(visit, moment);
}

export function stretchText(visit: Visit, { from, to }: ShownTime): string {
  const [start, end] = [labelOf(visit, "day", from, true), labelOf(visit, "day", to, true)];
  const isOneDay = clockTime(from, visit.zone).day === clockTime(to, visit.zone).day;
  return visit.say(inboxTexts).until(start, isOneDay ? labelOf(visit, "day", to) : end);
}

function spokenOf(visit: Visit, { from, to, outcomes: counted }: TrafficSpan): string {
  const [letIn, waiting, corrected, refused] = outcomes.map((kind) => counted[kind].toLocaleString(visit.language));
  return visit.say(inboxTexts).spoken(stretchText(visit, { from, to }), letIn ?? "", waiting ?? "", corrected ?? "", refused ?? "");
}

function AsTable({ visit, range, spans }: Pick<HealthProps, "visit" | "range"> & { readonly spans: readonly TrafficSpan[] }) {
  const t = visit.say(inboxTexts);
  return (
    <Table
      caption={t.asTable}
      columns={[
        { name: t.when },
        ...outcomes.map((kind) => ({ name: visit.say(outcomeTexts)[kind], number: true as const })),
        { name: t.typical, number: true },
      ]}
      rows={spans.map(({ from, outcomes: counted, typical }) => [
        labelOf(visit, range, from, true),
        ...outcomes.map((kind) => counted[kind].toLocaleString(visit.language)),
        typical === undefined ? "" : outcomeSum(typical).toLocaleString(visit.language),
      ])}
      empty=""
    />
  );
}

/** The stretch that stands out, by name. */
function Spike({ visit, traffic, range }: HealthProps) {
  const t = visit.say(inboxTexts);
  const spike = spikeIn(traffic.spans);
  if (spike === undefined) return null;
  const { span, refused, typical } = spike;
  const most = figuresIn(span.counts).refusals.find(({ reason }) => !waitsForApproval(reason));
  const share = most === undefined ? 0 : Math.floor((100 * Math.min(most.count, refused)) / refused);
  const count = (value: number) => value.toLocaleString(visit.language);
  return (
    <p class="standout">
      <Icon name="warning" />{" "}
      <a href={addressWith(visit, ["from", "to", "view"], { from: hourText(span.from), to: hourText(span.to) })}>
        {t.spike(range === "month" ? labelOf(visit, range, span.from) : stretchText(visit, span), count(refused), count(typical))}
      </a>{" "}
      {most?.reason === undefined ? "" : t.spikeMost(String(share), visible(reasonText(visit.say(decisionWords), [most.reason])))}
    </p>
  );
}

/** Refusals by rule and reason, of the stretch that is shown: each leads to its decisions. */
export function Refusals(props: Pick<HealthProps, "visit" | "traffic" | "here">) {
  const { visit } = props;
  const t = visit.say(inboxTexts);
  const spans = spansHere(props);
  const { refusals } = figuresIn(summed(spans.map(({ counts }) => counts)));
  const [from, to] = [spans[0]?.from ?? visit.now, spans.at(-1)?.to ?? visit.now];
  const listed = ({ rule, reason = "" }: CountedFigures["refusals"][number]) =>
    `${decisionsPath(from, new Date(to.getTime() - 1))}&${new URLSearchParams({ ...(rule !== undefined && { rule }), reason })}`;
  return (
    <details class="card">
      <summary>{t.refusals}</summary>
      <Table
        caption={t.refusals}
        columns={[{ name: t.rule }, { name: t.reason }, { name: t.count, number: true }]}
        rows={refusals
          .filter(({ reason }) => !waitsForApproval(reason))
          .map((each) => [
            each.reason === undefined ? t.otherReasons : each.rule === undefined ? t.noRule : <code>{visible(each.rule)}</code>,
            each.reason === undefined ? "" : <a href={listed(each)}>{visible(reasonText(visit.say(decisionWords), [each.reason]))}</a>,
            each.count.toLocaleString(visit.language),
          ])}
        empty={t.noRefusals}
      />
    </details>
  );
}

/** Systems outside, times of the gate's own, and what Entra's log said when somebody last looked. */
export function Systems({
  visit,
  traffic,
  here,
  seen,
}: Pick<HealthProps, "visit" | "traffic" | "here"> & { readonly seen: EntraLogSummary | undefined }) {
  const t = visit.say(inboxTexts);
  const { services, times } = figuresIn(summed(spansHere({ traffic, here }).map(({ counts }) => counts)));
  return (
    <details class="card">
      <summary>{t.services}</summary>
      {times.length === 0 ? null : <p>{t.tookTypical(longestOf(visit, times, 0.5), longestOf(visit, times, 0.95))}</p>}
      <Table
        caption={t.services}
        columns={[{ name: t.system }, ...[t.asked, t.answered, t.half, t.most].map((name) => ({ name, number: true as const }))]}
        rows={services.map((each) => [
          each.service === undefined ? t.otherServices : visible(each.service),
          each.asked.toLocaleString(visit.language),
          each.asked === 0 ? "" : t.percent(shareText(visit, each)),
          longestOf(visit, each.times, 0.5),
          longestOf(visit, each.times, 0.95),
        ])}
        empty={t.noServices}
      />
      {seen === undefined ? null : <EntraLog visit={visit} seen={seen} />}
    </details>
  );
}

/** What `entra check --since` found when it was last run: nothing else here has a right to read Entra's log. */
function EntraLog({ visit, seen: { at, since, until, outcomes: seen } }: { readonly visit: Visit; readonly seen: EntraLogSummary }) {
  const t = visit.say(inboxTexts);
  return (
    <>
      <h2>{t.entraLog}</h2>
      <p>
        <Moment at={since} /> – <Moment at={until} />
      </p>
      <Table
        caption={t.entraLog}
        columns={[{ name: t.signUps }, { name: t.count, number: true }]}
        rows={Object.entries(seen)
          .sort(([, a], [, b]) => b - a)
          .map(([outcome, count]) => [t.entraOutcomes[outcome] ?? visible(outcome), count])}
        empty={t.noSignUps}
      />
      <p class="hint">
        {t.lookedAt} <Moment at={at} />: <code>npx --no-install entra-gatehouse entra check --since 7d</code>
      </p>
    </>
  );
}
