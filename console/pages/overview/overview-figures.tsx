import type { ListedDecision } from "../../../adapters/tables/decisions";
import { grouped } from "../../../engine/grouped";
import { type CountedFigures, type Counts, countedAt, decisionCounts, figuresIn, summed } from "../../../engine/sign-up/counts";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { Visit } from "../../app/visit";
import { dayOf } from "../../parts/time";

/** Who asked for approval, and waits, got an answer that stops the sign-up, but no refusal. */
type Answers = CountedFigures["answers"] & { readonly waiting: number };

const WAITING: readonly string[] = ["approval.requested", "approval.pending", "approval.approved"];

/** What the overview shows. */
export interface Figures {
  /** The oldest first, each of the days. */
  readonly days: readonly ({ readonly day: string } & Answers)[];
  /** Of all days together. */
  readonly all: CountedFigures & { readonly answers: Answers };
  /** Of the last day and night. */
  readonly lastDay: CountedFigures;
  readonly troubles: readonly Trouble[];
}

/** Failures of one kind. */
interface Trouble {
  readonly service: string | undefined;
  readonly kind: string;
  readonly count: number;
  /** The hour of the last one. */
  readonly last: string;
}

export function figuresOf(hours: readonly CountedHour[], now: Date): Figures {
  const days = Array.from({ length: DAYS }, (_, index) => dayOf(new Date(now.getTime() - (DAYS - 1 - index) * MS_PER_DAY)));
  const yesterday = new Date(now.getTime() - MS_PER_DAY).toISOString().slice(0, 13);
  const of = (some: readonly CountedHour[]) => withWaiting(figuresIn(summed(some.map(({ counts }) => counts))));
  return {
    days: days.map((day) => ({ day, ...of(hours.filter(({ hour }) => hour.startsWith(day))).answers })),
    all: of(hours),
    lastDay: of(hours.filter(({ hour }) => hour >= yesterday)),
    troubles: troublesOf(hours),
  };
}

function withWaiting({ answers, refusals, ...others }: CountedFigures): Figures["all"] {
  const isWaiting = ({ reason }: { readonly reason?: string }) => reason !== undefined && WAITING.includes(reason);
  const counted = refusals.filter(isWaiting).reduce((sum, { count }) => sum + count, 0);
  const waiting = Math.min(counted, answers.block);
  return {
    ...others,
    answers: { ...answers, block: answers.block - waiting, waiting },
    refusals: refusals.filter((each) => !isWaiting(each)),
  };
}

function troublesOf(hours: readonly CountedHour[]): readonly Trouble[] {
  const troubles = new Map<string, Trouble>();
  for (const { hour, counts } of hours) {
    for (const { service, failures } of figuresIn(counts).services) {
      for (const [kind, count] of Object.entries(failures)) {
        const key = `${kind} ${service ?? ""}`;
        const known = troubles.get(key);
        const last = known !== undefined && known.last > hour ? known.last : hour;
        troubles.set(key, { service, kind, count: count + (known?.count ?? 0), last });
      }
    }
  }
  return [...troubles.values()].sort((a, b) => b.count - a.count);
}

/** The days that the overview shows, today among them. */
const DAYS = 14;
const MS_PER_HOUR = 3_600_000;
/** What is read of decisions themselves: a page must not read for minutes. */
const MAX_RECORDS = 300;

/** What was counted in one hour at one gate. */
interface CountedHour {
  /** `2026-11-21T14`, in UTC. */
  readonly hour: string;
  readonly counts: Counts;
}

interface Counted {
  readonly hours: readonly CountedHour[];
  /** Since when is counted; undefined where counting has not begun: then some of the newest decisions were counted just now. */
  readonly since: string | undefined;
  /** Whether there are more decisions than were counted just now. */
  readonly partial: boolean;
}

/** The numbers of all days that the overview shows, at every gate. */
export async function countedHours(visit: Visit): Promise<Counted> {
  const { world, now } = visit;
  const from = Date.parse(`${dayOf(new Date(now.getTime() - (DAYS - 1) * MS_PER_DAY))}T00:00:00Z`);
  const since = await world.counts.since();
  if (since === undefined) return await countedNow(visit, new Date(from));
  const places = [];
  for (let at = from; at <= now.getTime(); at += MS_PER_HOUR) {
    const hour = new Date(at).toISOString().slice(0, 13);
    places.push(...world.gates.map((gate) => ({ hour, gate })));
  }
  return { hours: await world.counts.at(places), since, partial: false };
}

/** Right after an update nothing is counted yet. */
async function countedNow(visit: Visit, from: Date): Promise<Counted> {
  const records = await newestDecisions(visit, from);
  const failed = await visit.world.decisions.whole(records.filter(({ upstreamFailed }) => upstreamFailed));
  const whole = new Map(failed.map((record) => [record.id, record]));
  const all = records.map((record) => whole.get(record.id) ?? (record as unknown as DecisionRecord));
  const hours = [...grouped(all, (record) => countedAt(record).hour)].map(([hour, some]) => ({ hour, counts: decisionCounts(some) }));
  return { hours, since: undefined, partial: records.length >= MAX_RECORDS };
}

/** The newest decisions since a moment, so many at most. */
export async function newestDecisions({ world, now }: Visit, from: Date): Promise<readonly ListedDecision[]> {
  const records: ListedDecision[] = [];
  for await (const page of world.decisions.between(from, now, MAX_RECORDS)) {
    records.push(...page);
    if (records.length >= MAX_RECORDS) break;
  }
  return records;
}

const WIDTH = 720;
const HEIGHT = 200;
const LEFT = 34;
const BOTTOM = 22;
const TOP = 8;
const stacked = ["continue", "invalid", "waiting", "block"] as const;

/** Stacked bars, one a day. The table beside them says the same. */
export function Chart({ days, label }: { readonly days: Figures["days"]; readonly label: string }) {
  const highest = Math.max(...days.map((day) => day.continue + day.block + day.invalid + day.waiting));
  const top = roundUp(highest);
  const unit = (HEIGHT - TOP - BOTTOM) / top;
  const width = (WIDTH - LEFT) / days.length;
  const y = (count: number) => HEIGHT - BOTTOM - count * unit;
  return (
    <svg class="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      {[0, top / 2, top].map((count) => (
        <>
          <line class="grid" x1={LEFT} x2={WIDTH} y1={y(count)} y2={y(count)} />
          <text x={LEFT - 6} y={y(count) + 4} text-anchor="end">
            {count}
          </text>
        </>
      ))}
      {days.map((day, index) => {
        const x = LEFT + index * width;
        let below = 0;
        return (
          <>
            {stacked.map((verdict) => {
              const count = day[verdict];
              below += count;
              return count === 0 ? null : (
                <rect class={verdict} x={x + width * 0.18} width={width * 0.64} y={y(below)} height={count * unit} rx="2" />
              );
            })}
            <text x={x + width / 2} y={HEIGHT - 6} text-anchor="middle">
              {day.day.slice(5).replace("-", "/")}
            </text>
          </>
        );
      })}
    </svg>
  );
}

/** 1, 2, 5 or 10 times a power of ten, even, so that its half is whole. */
function roundUp(count: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(count, 2)));
  const step = [1, 2, 4, 6, 8, 10].find((each) => each * power >= count) ?? 10;
  return Math.max(2, step * power);
}
