import { type CountedFigures, figuresIn, summed } from "../../../engine/sign-up/counts";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { dayOf } from "../../parts/moment";
import { type CountedHour, DAYS } from "./counted";

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
