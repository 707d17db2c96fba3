import type { DynamoDBRecord } from "aws-lambda";
import * as v from "valibot";
import { environment, required } from "../adapters/aws/environment";
import { personHash } from "../adapters/aws/person-key";
import { streamReader } from "../adapters/stream-reader";
import { auditStore } from "../adapters/tables/audit";
import { toRecord } from "../adapters/tables/decision-writes";
import type { Item } from "../adapters/tables/item";
import type { World } from "../adapters/world";
import { RESTORED_ATTRIBUTE } from "../engine/columns";
import { invalidMember } from "../engine/fields";
import { grouped } from "../engine/grouped";
import { partsOf } from "../engine/sign-up/email";
import { type DecisionRecord, decisionRecord } from "../engine/sign-up/record";
import { MS_PER_MINUTE } from "../engine/sign-up/time";
import { changeAuditor } from "../features/audit/store/change-auditor";
import { deliveryAuditor } from "../features/audit/worker";
import { type CountPlace, countedAt, isCounted } from "../features/counts/counts";
import type { StreamedDecision } from "../features/counts/store/counted-rows";
import { countStore, readCounts } from "../features/counts/store/counts";
import { domainCountStore } from "../features/counts/store/domain-counts";
import { hoursToCompare, unusualHour } from "../features/counts/unusual";
import { knownDomains } from "../features/look-alikes/store";
import { rowKindOf } from "../features/row-kinds";
import { changePublisher, kindOfChange } from "./publish-changes";

// The two readers of the decisions table's stream.

/** The tables whose changes it publishes. */
const published = ["decisions", "accounts", "listChanges"] as const;

/** Turns what happens in the gate's tables into events. Of the table of decisions, what operators change comes into the audit trail too. */
export function decisionPublisherHandler(world: Pick<World, "settings" | "tables" | "secrets" | "bus" | "clock" | "log">) {
  const publish = changePublisher(world, published);
  const { settings, tables, secrets, clock } = world;
  const auditTable = settings[environment.auditTable];
  const hashes = () => personHash(secrets, required(environment.personKeySecret, settings), clock)();
  const audit =
    auditTable && deliveryAuditor(clock, changeAuditor({ trail: auditStore(tables, auditTable, hashes), hashes }), isAuditedHere);

  return streamReader(world, "decision-publisher", async (delivery) => {
    await publish(delivery);
    // What is delivered again is audited then: an event goes out twice under one id, an entry is written once.
    if (audit) await audit(delivery);
  });
}

/** The trail's own reader has the other tables. */
function isAuditedHere({ dynamodb }: DynamoDBRecord): boolean {
  return dynamodb !== undefined && kindOfChange(dynamodb, ["decisions"])?.audited !== undefined;
}

const SECONDS_PER_DAY = 86_400;
/** A batch comes up to five minutes after its oldest decision: the hour may have ended since. */
const LATE_MS = 10 * MS_PER_MINUTE;

/**
 * Counts new decisions, rings where an hour has far more than is typical, and notes the domains whose people were let in, for look-alikes. Whatever fails, all come again: what a place has counted it does not count again. Replies
 * to a repeated call change a row, and do not count.
 */
export function decisionCounterHandler(world: Pick<World, "settings" | "tables" | "clock" | "log">) {
  const { settings, tables, clock, log } = world;
  const store = countStore(tables, required(environment.ledgerTable, settings));
  const ofDomains = domainCountStore(tables, required(environment.ledgerTable, settings));
  const known = knownDomains(tables, required(environment.ledgerTable, settings));
  const counts = readCounts(tables, required(environment.ledgerTable, settings), () => new Date(clock.now()));
  const days = Number(required(environment.decisionDays, settings));
  const expiryOf = (at: string) => Math.floor(Date.parse(at) / 1_000) + days * SECONDS_PER_DAY;
  let hasBegun = false;

  async function lookAt(place: CountPlace): Promise<void> {
    const hourOf = (ms: number) => new Date(ms).toISOString().slice(0, 13);
    if (place.hour < hourOf(clock.now() - LATE_MS) || place.hour > hourOf(clock.now())) return;
    const weeks = hoursToCompare(place, (await counts.since()) ?? place.hour);
    const [now, ...before] = (await counts.at([place, ...weeks])).map((each) => each.counts);
    const unusual = unusualHour(now ?? {}, before);
    if (unusual === undefined) return;
    log.warn("unusual sign-ups", { ...place, ...unusual });
    log.count("UnusualSignUps");
  }

  async function add(decisions: readonly StreamedDecision[]): Promise<void> {
    const places = grouped(decisions, ({ record }) => JSON.stringify(countedAt(record)));
    for (const [at, some] of places) {
      const [first] = some;
      const place = JSON.parse(at) as CountPlace;
      if (first !== undefined) await store.add(place, some, expiryOf(first.record.at));
      await lookAt(place);
    }
    await ofDomains.add(decisions, expiryOf);
    const letIn = new Map(decisions.flatMap(({ record }) => (isLetIn(record) ? [[partsOf(record.email).domain, record.at] as const] : [])));
    for (const [domain, at] of letIn) await known.letIn(domain, expiryOf(at));
  }

  return streamReader(world, "decision-counter", async (delivery) => {
    if (!hasBegun) await store.begin(new Date(clock.now()));
    hasBegun = true;
    await delivery.together(delivery.read(counted), (some) => add(some.map(({ value }) => value)));
  });
}

/** Whether a decision let somebody in: after sign-in, a later step may still refuse them. */
function isLetIn(record: DecisionRecord): record is DecisionRecord & { readonly email: string } {
  return record.verdict === "continue" && record.step === "before-create-user" && record.email !== undefined;
}

/** What is counted. The others are no matter: a row may come from another version. */
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
  "durationMs",
  "calls",
  "trace",
]);

/** The decision of a new row. What comes from a backup was counted when it was made. */
function counted({ dynamodb }: DynamoDBRecord): StreamedDecision | undefined {
  const image = dynamodb?.NewImage as Item | undefined;
  if (image === undefined || RESTORED_ATTRIBUTE in image || rowKindOf("decisions", image)?.under !== undefined) return undefined;
  const record = toRecord(image);
  if (invalidMember(countedColumns, record) !== undefined) throw new TypeError("The row is no decision.");
  return isCounted(record) ? { sequenceNumber: dynamodb?.SequenceNumber ?? "", record } : undefined;
}
