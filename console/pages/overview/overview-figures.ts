import type { ListedDecision } from "../../../adapters/tables/decisions";
import { grouped } from "../../../engine/grouped";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { dayOf } from "../../parts/moment";

export const DAYS = 14;
const SLOWEST = 5;

type Verdict = DecisionRecord["verdict"];

/** What the overview shows. */
export interface Figures {
  /** The oldest first, each of the days. */
  readonly days: readonly ({ readonly day: string } & Readonly<Record<Verdict, number>>)[];
  readonly totals: Readonly<Record<Verdict, number>>;
  /** The most frequent first. */
  readonly refusals: readonly { readonly rule: string | undefined; readonly reason: string; readonly count: number }[];
  readonly slowest: readonly ListedDecision[];
  /** Milliseconds; undefined where there was no answer. */
  readonly durations: { readonly half: number; readonly most: number } | undefined;
  readonly troubles: readonly { readonly service: string; readonly kind: string; readonly count: number; readonly last: string }[];
}

/**
 * @param records the newest first
 * @param failed those of them in which a call outside failed
 */
export function figuresOf(records: readonly ListedDecision[], failed: readonly DecisionRecord[], now: Date): Figures {
  const days = Array.from({ length: DAYS }, (_, index) => dayOf(new Date(now.getTime() - (DAYS - 1 - index) * MS_PER_DAY)));
  const counted = (some: readonly ListedDecision[]) => ({
    continue: some.filter(({ verdict }) => verdict === "continue").length,
    block: some.filter(({ verdict }) => verdict === "block").length,
    invalid: some.filter(({ verdict }) => verdict === "invalid").length,
  });
  const byDay = grouped(records, ({ at }) => at.slice(0, 10));
  const durations = records.map(({ durationMs }) => durationMs).sort((a, b) => a - b);
  const share = (part: number) => durations[Math.min(durations.length - 1, Math.floor(durations.length * part))];
  const [half, most] = [share(0.5), share(0.95)];
  return {
    days: days.map((day) => ({ day, ...counted(byDay.get(day) ?? []) })),
    totals: counted(records),
    refusals: refusalsOf(records),
    slowest: records.toSorted((a, b) => b.durationMs - a.durationMs).slice(0, SLOWEST),
    durations: half === undefined || most === undefined ? undefined : { half, most },
    troubles: troublesOf(failed),
  };
}

function refusalsOf(records: readonly ListedDecision[]): Figures["refusals"] {
  const refused = records.filter(({ verdict }) => verdict !== "continue");
  const each = refused.flatMap(({ rule, reasons }) => [...new Set(reasons)].map((reason) => ({ rule, reason })));
  return [...grouped(each, ({ rule, reason }) => `${rule ?? ""} ${reason}`).values()]
    .flatMap((same) => (same[0] === undefined ? [] : [{ ...same[0], count: same.length }]))
    .sort((a, b) => b.count - a.count);
}

function troublesOf(records: readonly DecisionRecord[]): Figures["troubles"] {
  const each = records.flatMap(({ trace, at }) =>
    trace.flatMap(({ upstreamFailure }) => (upstreamFailure === undefined ? [] : [{ ...upstreamFailure, last: at }])),
  );
  return [...grouped(each, ({ service, kind }) => `${service} ${kind}`).values()]
    .flatMap((same) =>
      same[0] === undefined ? [] : [{ service: same[0].service, kind: same[0].kind, last: same[0].last, count: same.length }],
    )
    .sort((a, b) => b.count - a.count);
}
