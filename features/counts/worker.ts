import type { DynamoDBRecord } from "aws-lambda";
import * as v from "valibot";
import { composeHandler } from "../../adapters/aws/compose-handler";
import { environment, requireVariable } from "../../adapters/aws/environment";
import { streamReader } from "../../adapters/stream-reader";
import { toRecord } from "../../adapters/tables/decision-indexes";
import type { Item } from "../../adapters/tables/item";
import { type WorkNotes, workNotes } from "../../adapters/tables/work-notes";
import type { World } from "../../adapters/world";
import { groupBy } from "../../engine/collections";
import { RESTORED_ATTRIBUTE } from "../../engine/columns";
import { invalidMember } from "../../engine/fields";
import { decisionRecord } from "../../engine/sign-up/record";
import { MS_PER_MINUTE } from "../../engine/sign-up/time";
import type { Work } from "../../engine/work";
import { getRowKind, rowKinds } from "../row-kinds";
import { type CountPlace, countedAt, isCounted } from "./counts";
import { findStepOutcomes } from "./failed-steps";
import type { StreamedDecision } from "./store/counted-rows";
import { countStore, readCounts } from "./store/counts";
import { domainCountStore } from "./store/domain-counts";
import { shadowWatch } from "./store/shadow-watch";
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
