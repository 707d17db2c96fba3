import { keepGiven } from "../../engine/json";
import { isDrill } from "../../engine/sign-up/drill";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import type { DecisionRecord } from "../../engine/sign-up/record";
import { type OutcomeCounts, waitsForApproval } from "../../engine/sign-up/recording";
import type { Step } from "../../engine/sign-up/sign-up";
import { coldCallName } from "./cold-calls";

/** Numbers by name. Only this file builds and reads the names. */
export type Counts = Readonly<Record<string, number>>;

export interface CountedFigures {
  readonly answers: Readonly<Record<DecisionRecord["verdict"], number>>;
  /** The most frequent first. No rule: the gate failed closed. No reason: all reasons beyond the limit of a row's names. */
  readonly refusals: readonly { readonly rule?: string; readonly reason?: string; readonly count: number }[];
  readonly services: readonly CountedService[];
  /** The time of the newest counted decision: ISO 8601. */
  readonly until?: string;
}

/** Each sign-up counts once, even with several calls. */
export interface CountedService {
  /** The system's name. Undefined stands for all systems beyond the limit of a row's names. */
  readonly service: string | undefined;
  readonly asked: number;
  /** Number of failures, by kind. */
  readonly failures: Readonly<Record<string, number>>;
  /** ISO 8601. Absent if no first failure is stored, for example because the counts are older than an update of Gatehouse. */
  readonly firstFailure?: string;
  readonly lastFailure?: string;
  readonly lastAnswer?: string;
}

/** Stands for all names beyond the limit of a row's names. */
const OTHERS = "*";
/** Stands for the rule of a sign-up that no rule refused: the gate failed closed. */
const NO_RULE = "-";
const OK = "ok";
/** Each service has these times beside its counts, in epoch seconds. */
const FIRST_FAILURE = "first-failed";
const LAST_FAILURE = "last-failed";
const LAST_ANSWER = "last-answered";
/** The time of the newest counted decision. */
const COUNTED = "counted";
const momentKinds: readonly string[] = [FIRST_FAILURE, LAST_FAILURE, LAST_ANSWER, COUNTED];
const MS_PER_SECOND = 1_000;
/** Limits for each row: a policy's own codes could otherwise add any number of names. */
const MOST_REFUSALS = 40;
const MOST_SERVICES = 10;
/** The longest name, in characters. */
const LONGEST_NAME = 80;

export interface CountPlace {
  /** `2026-11-21T14`, in UTC. */
  readonly hour: string;
  readonly gate: string;
}

/** The counts of one hour at one gate. */
export interface GateHour extends CountPlace {
  readonly counts: Counts;
}

export function countedAt({ at, gate = DEFAULT_GATE }: Pick<DecisionRecord, "at" | "gate">): CountPlace {
  return { hour: at.slice(0, 13), gate };
}

/** True if a decision is counted. A drill is not counted, because it is not a person's sign-up. */
export function isCounted({ email }: Pick<DecisionRecord, "email">): boolean {
  return email === undefined || !isDrill({ email });
}

/** The names in `currentCounts` also count towards the limit of names. */
export function decisionCounts(records: readonly DecisionRecord[], currentCounts: Counts = {}): Counts {
  const counts = new Map<string, number>();
  const names = { refused: namesIn(currentCounts, "refused"), asked: servicesIn(currentCounts) };
  const count = (...parts: readonly (string | number)[]) => {
    const name = parts.join(" ");
    counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  const roomFor = (kind: keyof typeof names, name: string, most: number) => {
    const knownNames = names[kind];
    if (name.length > LONGEST_NAME || (!knownNames.has(name) && knownNames.size >= most)) return false;
    knownNames.add(name);
    return true;
  };
  for (const record of records) {
    const { step, verdict, rule = NO_RULE, reasons = [] } = record;
    count("answers", step, verdict);
    const cold = coldCallName(record);
    if (cold !== undefined) count(cold);
    if (verdict !== "continue") {
      for (const reason of new Set(reasons)) {
        const name = `${rule} ${reason}`;
        count("refused", roomFor("refused", name, MOST_REFUSALS) ? name : OTHERS);
      }
    }
    for (const { service, failure = OK } of askedOutside(record))
      count("asked", failure, roomFor("asked", service, MOST_SERVICES) ? service : OTHERS);
  }
  return Object.fromEntries(counts);
}

/**
 * Returns the moments that replace the stored ones. `currentCounts` already include `records`; a system that the counts do not name gets no
 * moments.
 */
export function decisionMoments(records: readonly DecisionRecord[], currentCounts: Counts): Counts {
  const services = servicesIn(currentCounts);
  const knownMoments = Object.fromEntries(Object.entries(currentCounts).filter(([name]) => isMomentName(name)));
  const foundMoments = records.flatMap((record) => {
    const moment = Date.parse(record.at) / MS_PER_SECOND;
    const seconds = Math.floor(moment);
    const ofServices = [...askedOutside(record)].flatMap(({ service, failure }) => {
      const kinds = failure === undefined ? [LAST_ANSWER] : [FIRST_FAILURE, LAST_FAILURE];
      return services.has(service) ? kinds.map((kind) => ({ [`${kind} ${service}`]: seconds })) : [];
    });
    return [{ [`${COUNTED} until`]: moment }, ...ofServices];
  });
  return sumCounts([knownMoments, ...foundMoments]);
}

function isMomentName(name: string): boolean {
  return momentKinds.includes(cutAt(name)[0]);
}

function askedOutside({ calls = [], trace = [] }: Partial<DecisionRecord>) {
  const askedServices = new Map<string, { readonly service: string; readonly failure?: string }>();
  for (const { service } of calls) askedServices.set(service, { service });
  for (const { upstreamFailure } of trace) {
    if (upstreamFailure === undefined) continue;
    const { service, kind } = upstreamFailure;
    askedServices.set(service, { service, failure: /^[a-z-]{1,20}$/.test(kind) ? kind : "failed" });
  }
  return askedServices.values();
}

function namesIn(counts: Counts, kind: string): Set<string> {
  return new Set(Object.keys(counts).flatMap((name) => (name.startsWith(`${kind} `) ? [name.slice(kind.length + 1)] : [])));
}

function servicesIn(counts: Counts): Set<string> {
  return new Set([...namesIn(counts, "asked")].map((name) => cutAt(name)[1]));
}

function cutAt(text: string): readonly [string, string] {
  const [first] = text.split(" ", 1) as [string];
  return [first, text.slice(first.length + 1)];
}

export function sumCounts(all: readonly Counts[]): Counts {
  const sum: Record<string, number> = {};
  for (const counts of all)
    for (const [name, count] of Object.entries(counts)) {
      const before = sum[name];
      if (before === undefined || !isMomentName(name)) sum[name] = (before ?? 0) + count;
      else sum[name] = cutAt(name)[0] === FIRST_FAILURE ? Math.min(before, count) : Math.max(before, count);
    }
  return sum;
}

export function sumFigures(hours: readonly GateHour[], lastStep?: Step): CountedFigures {
  return figuresIn(sumCounts(hours.map(({ counts }) => counts)), lastStep);
}

export function countFailures(service: CountedService | undefined): number {
  return Object.values(service?.failures ?? {}).reduce((sum, count) => sum + count, 0);
}

/** @param lastStep the step after which people are in. A "continue" at an earlier step does not count. @default each step counts */
export function figuresIn(counts: Counts, lastStep?: Step): CountedFigures {
  const answers = { continue: 0, block: 0, invalid: 0 };
  const refusals: { rule?: string; reason?: string; count: number }[] = [];
  const services = new Map<string, ServiceCounts>();
  let until: string | undefined;
  const getService = (name: string) => {
    const knownService = services.get(name) ?? { asked: 0, failures: {}, moments: {} };
    services.set(name, knownService);
    return knownService;
  };
  for (const [name, count] of Object.entries(counts)) {
    const [kind, rest] = cutAt(name);
    const [first, second] = cutAt(rest);
    // With `lastStep`, "continue" counts only at that step, and a token never counts, because a token belongs to a sign-in.
    const isCounted = lastStep === undefined || (first !== "before-sending-token" && (second !== "continue" || first === lastStep));
    if (kind === "answers" && Object.hasOwn(answers, second) && isCounted) answers[second as keyof typeof answers] += count;
    const rule = first === NO_RULE ? undefined : first;
    if (kind === "refused") refusals.push(rest === OTHERS ? { count } : { ...keepGiven({ rule }), reason: second, count });
    if (kind === "asked") {
      const service = getService(second);
      service.asked += count;
      if (first !== OK) service.failures[first] = count;
    }
    if (kind === COUNTED) until = formatMoment(count);
    else if (momentKinds.includes(kind)) getService(rest).moments[kind] = formatMoment(count);
  }
  return {
    ...keepGiven({ until }),
    answers,
    refusals: refusals.sort((a, b) => b.count - a.count),
    services: [...services]
      .map(([service, { moments, ...figures }]) => ({
        ...figures,
        service: service === OTHERS ? undefined : service,
        ...keepGiven({ firstFailure: moments[FIRST_FAILURE], lastFailure: moments[LAST_FAILURE], lastAnswer: moments[LAST_ANSWER] }),
      }))
      .sort((a, b) => b.asked - a.asked),
  };
}

function formatMoment(seconds: number): string {
  return new Date(Math.round(seconds * MS_PER_SECOND)).toISOString();
}

interface ServiceCounts {
  asked: number;
  readonly failures: Record<string, number>;
  readonly moments: Record<string, string>;
}

export function outcomesIn({ answers, refusals }: Pick<CountedFigures, "answers" | "refusals">): OutcomeCounts {
  const waitingCount = refusals.reduce((sum, { reason, count }) => sum + (waitsForApproval(reason) ? count : 0), 0);
  const waiting = Math.min(waitingCount, answers.block);
  return { ...answers, waiting, block: answers.block - waiting };
}

/** Names in the vendors' own spelling. The keys are the names that the gate, policies and secrets use. */
const vendors: Readonly<Record<string, string>> = { idology: "IDology", experian: "Experian", dns: "DNS" };

export function serviceName(service: string): string {
  return Object.hasOwn(vendors, service) ? (vendors[service] ?? service) : service;
}
