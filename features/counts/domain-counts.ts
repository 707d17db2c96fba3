import { splitAddress } from "../../engine/sign-up/email";
import type { DecisionRecord } from "../../engine/sign-up/record";
import { eachOutcome, type OutcomeCounts, type OutcomeKind, toOutcomeKind, waitsForApproval } from "../../engine/sign-up/recording";
import { computeShortHash } from "../../engine/table-keys";
import type { Counts } from "./counts";

export interface DomainAnswers {
  /** All decisions except those after sign-in that let people go on to the form: these are in `wentOn`. */
  readonly answers: OutcomeCounts;
  /** Decisions after sign-in that let people go on to the form. These people are let in or refused later, or they never return. */
  readonly wentOn: number;
  /**
   * The most frequent first. A decision counts under each of its reasons. `reason` is absent for all reasons beyond the limit of a row's
   * names.
   */
  readonly reasons: readonly { readonly reason?: string; readonly count: number }[];
}

/** Limit of a row's names, for each kind. */
const MOST_NAMES = 20;
const LONGEST_NAME = 80;
const OTHERS = "*";
const NONE = "-";

/** The domain under which a decision counts. Undefined without an address, and for a token, which stops nobody. */
export function countedDomain({ email, step }: Pick<DecisionRecord, "email" | "step">): string | undefined {
  return email === undefined || step === "before-sending-token" ? undefined : splitAddress(email).domain;
}

export function domainCounts(records: readonly DecisionRecord[], currentCounts: Counts): Counts {
  const counts: Record<string, number> = {};
  const count = (name: string) => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  const limitName = (kind: string, name: string) => {
    const whole = `${kind} ${name}`;
    const knownNames = new Set([...Object.keys(currentCounts), ...Object.keys(counts)].filter((each) => each.startsWith(`${kind} `)));
    return name.length <= LONGEST_NAME && (knownNames.has(whole) || knownNames.size < MOST_NAMES) ? whole : `${kind} ${OTHERS}`;
  };
  for (const record of records) {
    const { step, verdict, reasons = [] } = record;
    count(`answers ${step} ${toOutcomeKind(record)}`);
    if (verdict !== "continue") for (const reason of new Set(reasons.length === 0 ? [NONE] : reasons)) count(limitName("reasons", reason));
  }
  return counts;
}

export function domainAnswers(counts: Counts): DomainAnswers {
  const of = (step: string, outcome: OutcomeKind) => counts[`answers ${step} ${outcome}`] ?? 0;
  const isJudgedLater = Object.keys(counts).some((name) => name.startsWith("answers before-create-user "));
  const rankCounts = (kind: string) =>
    Object.entries(counts)
      .flatMap(([name, count]) => (name.startsWith(`${kind} `) ? [{ name: name.slice(kind.length + 1), count }] : []))
      .sort((a, b) => b.count - a.count);
  const reasons = rankCounts("reasons");
  const answers = eachOutcome((outcome) =>
    outcome === "continue"
      ? of(isJudgedLater ? "before-create-user" : "after-sign-in", outcome)
      : of("after-sign-in", outcome) + of("before-create-user", outcome),
  );
  // Earlier versions counted people on the waiting list as refused, but under their reason.
  const waitingCount = reasons.reduce((sum, { name, count }) => sum + (waitsForApproval(name) ? count : 0), 0);
  const miscounted = Math.min(answers.block, Math.max(0, waitingCount - answers.waiting));
  return {
    answers: { ...answers, waiting: answers.waiting + miscounted, block: answers.block - miscounted },
    wentOn: isJudgedLater ? of("after-sign-in", "continue") : 0,
    reasons: reasons.map(({ name, count }) => ({ ...(name !== OTHERS && { reason: name }), count })),
  };
}

export interface DomainFigures extends DomainAnswers {
  /** Approximate number of people who tried: see `peopleInSketch`. */
  readonly people: number;
  /** Approximate number of people who were refused at least once, without those who wait for approval. */
  readonly refused: number;
  /** The time of the first and the last decision: ISO 8601. */
  readonly first?: string;
  readonly last?: string;
}

/** A domain's figures for one day: `2026-11-21`, UTC. */
export interface DomainDay extends DomainFigures {
  readonly day: string;
}

export interface CountedDays {
  /** Oldest first. */
  readonly days: readonly DomainDay[];
  readonly all: DomainFigures;
}

/**
 * Places, to estimate the number of different people without storing who. Each person has one of 4,096 places, computed from a keyed hash.
 * Without the key, nobody can compute the place. The union of several days' sets counts the people of all these days.
 */
export type PeopleSketch = ReadonlySet<number>;

const PLACES = 4_096;
/** Up to this number, places are stored one by one, with two bytes each. More places are stored as one bit each. */
const FEW = 255;
const BITMAP_BYTES = PLACES / 8;

/** Up to this number of people, the estimate is almost exact: among 20 people, two have the same place in only one of twenty cases. */
export const EXACT_PEOPLE = 20;

/** @param personId a keyed hash */
export function sketchPlace(personId: string): number {
  return computeShortHash(personId) % PLACES;
}

/** Estimates the number of people: within 1% up to a few hundred, and within 4% up to 20,000. The estimate never exceeds 20,000. */
export function peopleInSketch(sketch: PeopleSketch): number {
  const free = Math.max(PLACES - sketch.size, PLACES / 128);
  return Math.round(PLACES * Math.log(PLACES / free));
}

export function packedSketch(sketch: PeopleSketch): Buffer {
  const places = [...sketch].sort((a, b) => a - b);
  if (places.length <= FEW) return Buffer.from(places.flatMap((place) => [place >> 8, place & 255]));
  const bytes = Buffer.alloc(BITMAP_BYTES);
  for (const place of places) bytes.writeUInt8(bytes.readUInt8(place >> 3) | (1 << (place & 7)), place >> 3);
  return bytes;
}

export function sketchIn(sketchBytes: Buffer): Set<number> {
  if (sketchBytes.length !== BITMAP_BYTES)
    return new Set(Array.from({ length: sketchBytes.length >> 1 }, (_, at) => sketchBytes.readUInt16BE(2 * at)));
  const places = Array.from({ length: PLACES }, (_, place) => place);
  return new Set(places.filter((place) => (sketchBytes.readUInt8(place >> 3) >> (place & 7)) & 1));
}
