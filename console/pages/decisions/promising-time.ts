import { grouped } from "../../../engine/grouped";
import { outcomeSum } from "../../../engine/sign-up/outcome";
import { MS_PER_HOUR, MS_PER_MINUTE } from "../../../engine/sign-up/time";
import type { Visit } from "../../app/visit";
import { figuresOf, type GateHour, hoursIn, type TimeStretch } from "../../parts/counted-hours";
import { askedHours, askedOutcomes, isCountedLong } from "./decision-counts";
import type { DecisionSearch } from "./decision-search";

/** The stream's shards are read side by side: one may be that far behind the others. */
const SHARDS_APART_MS = MS_PER_MINUTE;

/**
 * The parts of a search's time that may hold what it looks for, the newest first: hours that were counted without it are left out.
 * Undefined where nothing is: counts do not tell, or it is found by key.
 */
export async function promisingTime(visit: Visit, search: DecisionSearch): Promise<readonly TimeStretch[] | undefined> {
  const { email, outcome, having } = search;
  const isByReason = having.rule !== undefined || having.reason !== undefined;
  const isKeyed = email !== undefined || having.domain !== undefined;
  if (isKeyed || !(isByReason || outcome !== undefined) || !isCountedLong(search)) return undefined;
  const since = await visit.world.counts.since();
  const counted = await askedHours(visit, search);
  const until = counted
    .flatMap((hour) => figuresOf([hour]).until ?? [])
    .sort()
    .at(-1);
  if (since === undefined || until === undefined) return undefined;
  const known = Date.parse(until) - SHARDS_APART_MS;
  // Refusals are counted by reason together with what people are asked to correct.
  const looked = { ...search, ...(isByReason && { outcome: undefined }) };
  const isWithout = (hours: readonly GateHour[]) =>
    outcomeSum(askedOutcomes(looked, hours)) === 0 && !(isByReason && figuresOf(hours).refusals.some(({ reason }) => reason === undefined));
  const byHour = grouped(counted, ({ hour }) => hour);
  const parts = hoursIn(search).flatMap((hour): readonly TimeStretch[] => {
    const start = Date.parse(`${hour}:00:00Z`);
    const end = start + MS_PER_HOUR - 1;
    const from = start < Date.parse(since) || !isWithout(byHour.get(hour) ?? []) ? start : Math.max(start, known);
    return from > end ? [] : [{ from: new Date(from), to: new Date(end) }];
  });
  return joined(parts, search).reverse();
}

/** Neighbours as one, within the time that is asked for. */
function joined(parts: readonly TimeStretch[], { from, to }: TimeStretch): TimeStretch[] {
  const all: { from: Date; to: Date }[] = [];
  for (const part of parts) {
    const last = all.at(-1);
    if (last !== undefined && last.to.getTime() + 1 === part.from.getTime()) last.to = part.to;
    else all.push({ ...part });
  }
  return all
    .map((part) => ({ from: part.from < from ? from : part.from, to: part.to > to ? to : part.to }))
    .filter((part) => part.from <= part.to);
}
