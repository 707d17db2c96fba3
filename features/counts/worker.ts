import type { DynamoDBRecord } from "aws-lambda";
import * as v from "valibot";
import { composeHandler } from "../../adapters/aws/compose-handler";
import { environment, requireVariable } from "../../adapters/aws/environment";
import { streamReader } from "../../adapters/stream-reader";
import { toRecord } from "../../adapters/tables/decision-indexes";
import { decisionTable, keyColumns } from "../../adapters/tables/decision-writes";
import type { Item } from "../../adapters/tables/item";
import { getItem } from "../../adapters/tables/table";
import { type WorkNotes, workNotes } from "../../adapters/tables/work-notes";
import type { World } from "../../adapters/world";
import { groupBy } from "../../engine/collections";
import { RESTORED_ATTRIBUTE } from "../../engine/columns";
import { invalidMember } from "../../engine/fields";
import { type DecisionRecord, decisionRecord } from "../../engine/sign-up/record";
import { MS_PER_MINUTE } from "../../engine/sign-up/time";
import type { Work } from "../../engine/work";
import { getRowKind, rowKinds } from "../row-kinds";
import { type CountPlace, countedAt, isCounted } from "./counts";
import type { StreamedDecision } from "./store/counted-rows";
import { countStore, readCounts } from "./store/counts";
import { domainCountStore } from "./store/domain-counts";
import { hoursToCompare, unusualHour } from "./unusual";

const SECONDS_PER_DAY = 86_400;
/** An hour is compared until this long after its end, because a batch comes up to five minutes after its oldest decision. */
const LATE_MS = 10 * MS_PER_MINUTE;

/**
 * After any failure, the whole delivery is repeated, but each row counts a decision only once. If Entra repeats a call, the decision's
 * existing row is changed. Only new rows are counted.
 */
export function decisionCounterHandler(world: Pick<World, "settings" | "tables" | "clock" | "log">) {
  const { settings, tables, clock, log } = world;
  const store = countStore(tables, requireVariable(environment.ledgerTable, settings));
  const ofDomains = domainCountStore(tables, requireVariable(environment.ledgerTable, settings));
  const counts = readCounts(tables, requireVariable(environment.ledgerTable, settings), () => new Date(clock.now()));
  const days = Number(requireVariable(environment.decisionDays, settings));
  const computeExpiry = (at: string) => Math.floor(Date.parse(at) / 1_000) + days * SECONDS_PER_DAY;
  const notes: Readonly<Partial<Record<Work, WorkNotes>>> = {
    "sign-ups": workNotes(world, "sign-ups"),
    limits: workNotes(world, "limits"),
  };
  const lookForShadows = shadowWatch(world, requireVariable(environment.decisionsTable, settings));
  let hasBegun = false;

  /** The first batch is counted whole, so counting began with its oldest decision. */
  async function begin(decisions: readonly StreamedDecision[]): Promise<void> {
    if (!hasBegun) await store.begin(new Date(Math.min(clock.now(), ...decisions.map(({ record }) => Date.parse(record.at)))));
    hasBegun = true;
  }

  async function lookAt(place: CountPlace): Promise<void> {
    const formatHour = (ms: number) => new Date(ms).toISOString().slice(0, 13);
    if (place.hour < formatHour(clock.now() - LATE_MS) || place.hour > formatHour(clock.now())) return;
    const weeks = hoursToCompare(place, (await counts.since()) ?? place.hour);
    const [now, ...before] = (await counts.at([place, ...weeks])).map((each) => each.counts);
    const unusual = unusualHour(now ?? {}, before);
    if (unusual === undefined) return;
    log.warn("unusual sign-ups", { ...place, ...unusual });
    log.count("UnusualSignUps");
  }

  async function add(decisions: readonly StreamedDecision[]): Promise<void> {
    const places = groupBy(decisions, ({ record }) => JSON.stringify(countedAt(record)));
    for (const [at, some] of places) {
      const [first] = some;
      const place = JSON.parse(at) as CountPlace;
      if (first !== undefined) await store.add(place, some, computeExpiry(first.record.at));
      await lookAt(place);
    }
    await ofDomains.add(decisions, computeExpiry);
    const records = decisions.map(({ record }) => record);
    for (const { work, part, at, why, share, passed } of findStepOutcomes(records)) {
      if (why !== undefined) await notes[work]?.failed(why, { part, at, share });
      if (passed) await notes[work]?.succeeded(part);
    }
    await lookForShadows(records);
    for (const { noteDecisions } of rowKinds)
      await noteDecisions?.(records, computeExpiry, tables, requireVariable(environment.ledgerTable, settings));
  }

  const readStream = streamReader(world, "decision-counter", async (delivery) => {
    const decisions = delivery.read(parseDecision);
    await begin(decisions.map(({ value }) => value));
    await delivery.together(decisions, (some) => add(some.map(({ value }) => value)));
  });
  return composeHandler(world, readStream);
}

/** All other columns are ignored, because a row may come from another version. */
const countedColumns = v.pick(decisionRecord, [
  "at",
  "step",
  "gate",
  "personId",
  "email",
  "issuers",
  "verdict",
  "rule",
  "reasons",
  "calls",
  "coldMs",
  "trace",
]);

/**
 * Undefined for a row that is not counted: a drill, a row of another kind, or a row from a backup. The decision of a row from a backup was
 * counted when it was made.
 */
function parseDecision({ dynamodb }: DynamoDBRecord): StreamedDecision | undefined {
  const image = dynamodb?.NewImage as Item | undefined;
  if (image === undefined || RESTORED_ATTRIBUTE in image || getRowKind("decisions", image)?.under !== undefined) return undefined;
  const record = toRecord(image);
  if (invalidMember(countedColumns, record) !== undefined) throw new TypeError("The row is no decision.");
  return isCounted(record) ? { sequenceNumber: dynamodb?.SequenceNumber ?? "", record } : undefined;
}

/** Facts about a gate's step, from one decision. */
export interface StepOutcome {
  readonly work: Work;
  /** A step, after its gate's name unless the gate is the default one: "partners/before-create-user". */
  readonly part: string;
  readonly at: string;
  /** Absent if the step works. */
  readonly why?: string;
}

/** Facts about a step, from the decisions of a delivery. */
export interface StepOutcomes extends StepOutcome {
  readonly share: { readonly failed: number; readonly of: number };
  /** True if the newest of them went through. */
  readonly passed: boolean;
}

const LIMIT = "limit";

/** Leaves out decisions that do not tell: a failed system outside has its outage, and not every sign-up reaches a limit. */
export function findStepOutcomes(records: readonly DecisionRecord[]): readonly StepOutcomes[] {
  const telling = records.flatMap((record) => [...signUpOutcome(record), ...limitOutcome(record)]);
  const groups = groupBy(telling, ({ work, part }) => `${work} ${part}`).values();
  return [...groups].flatMap((outcomes) => {
    const sorted = outcomes.toSorted((one, other) => (one.at < other.at ? -1 : 1));
    const failures = sorted.filter(({ why }) => why !== undefined);
    const newest = sorted.at(-1);
    const telling = failures.at(-1) ?? newest;
    if (telling === undefined) return [];
    return [{ ...telling, share: { failed: failures.length, of: sorted.length }, passed: newest?.why === undefined }];
  });
}

function signUpOutcome(record: DecisionRecord): readonly StepOutcome[] {
  const { at, failure, thrown, trace = [] } = record;
  const outcome = { work: "sign-ups", part: stepName(record), at } as const;
  if (failure === undefined) return [outcome];
  if (trace.some(({ upstreamFailure }) => upstreamFailure !== undefined)) return [];
  const rule = trace.find(({ said, shadow }) => said === "failed" && !shadow)?.rule;
  return [{ ...outcome, why: [failure, rule, thrown?.error].filter((part) => part !== undefined).join(" ") }];
}

function limitOutcome(record: DecisionRecord): readonly StepOutcome[] {
  const results = (record.trace ?? []).filter(({ rule, shadow }) => rule === LIMIT && !shadow);
  if (results.length === 0) return [];
  const outcome = { work: "limits", part: stepName(record), at: record.at } as const;
  return results.some(({ evidence }) => evidence?.count === "unread") ? [{ ...outcome, why: "count unread" }] : [outcome];
}

export function stepName({ gate, step }: Pick<DecisionRecord, "gate" | "step">): string {
  return gate === undefined ? step : `${gate}/${step}`;
}

/** Longer than the function of shadowed rules takes, with its waits for the record. */
const ANSWERED_MS = MS_PER_MINUTE;

/**
 * Notes steps whose shadowed rules were never asked: their function could not be started, or ended early. Of each step, looks at one
 * decision of a delivery, at the earliest a minute after the decision.
 */
export function shadowWatch(world: Pick<World, "settings" | "tables" | "clock" | "log">, decisionsTable: string) {
  const { tables, clock } = world;
  const decisions = decisionTable(tables, decisionsTable);
  const notes = workNotes(world, "shadows");
  const due = new Map<string, DecisionRecord>();

  return async (records: readonly DecisionRecord[]): Promise<void> => {
    for (const record of records) if (findUnanswered(record) !== undefined && !due.has(stepName(record))) due.set(stepName(record), record);
    for (const [part, { reference, id, at }] of due) {
      if (clock.now() - Date.parse(at) < ANSWERED_MS) continue;
      due.delete(part);
      const item = await getItem(decisions, { ...keyColumns({ reference, id }) });
      const rule = item && findUnanswered(toRecord(item));
      if (rule !== undefined) await notes.failed(`${rule}: no answer`, { part, at });
    }
  };
}

/** Returns the first shadowed rule without an answer. A sign-up that failed asks none. */
function findUnanswered({ trace = [], failure }: DecisionRecord): string | undefined {
  return failure === undefined ? trace.find(({ shadow, said }) => shadow && said === "unfinished")?.rule : undefined;
}
