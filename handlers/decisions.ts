import { isDeepStrictEqual } from "node:util";
import type { DynamoDBRecord } from "aws-lambda";
import * as v from "valibot";
import { changeAuditor } from "../adapters/audit/change-auditor";
import { environment, required } from "../adapters/aws/environment";
import { personHash } from "../adapters/aws/person-key";
import { incidentIn } from "../adapters/incidents/store";
import { auditStore } from "../adapters/tables/audit";
import type { StreamedDecision } from "../adapters/tables/counted-rows";
import { countStore, readCounts } from "../adapters/tables/counts";
import { toRecord } from "../adapters/tables/decisions";
import { domainCountStore } from "../adapters/tables/domain-counts";
import { type Item, toRow } from "../adapters/tables/item";
import { knownDomains } from "../adapters/tables/look-alikes";
import type { World } from "../adapters/world";
import { type AccountRow, readAccount } from "../engine/access/account";
import { type AccountEvent, accountEvent } from "../engine/access/event";
import { RESTORED_ATTRIBUTE } from "../engine/columns";
import type { DomainEvent } from "../engine/events/event-kind";
import { invalidMember } from "../engine/fields";
import { grouped } from "../engine/grouped";
import { type IncidentEvent, incidentEvent } from "../engine/incidents/event";
import { INCIDENTS } from "../engine/incidents/incident";
import { PARTNER_CHANGED, type PartnerEvent, partnerChanged } from "../engine/partners/event";
import { PARTNER } from "../engine/partners/partner";
import { POSTURE_CHANGED, type PostureEvent, postureChanged } from "../engine/posture/event";
import { POSTURE } from "../engine/posture/posture";
import { type CountPlace, countedAt, isCounted } from "../engine/sign-up/counts";
import { partsOf } from "../engine/sign-up/email";
import { SIGN_UP_DECIDED, signUpDecided } from "../engine/sign-up/event";
import { type DecisionRecord, decisionRecord } from "../engine/sign-up/record";
import { MS_PER_MINUTE } from "../engine/sign-up/time";
import { hoursToCompare, unusualHour } from "../engine/sign-up/unusual";
import { deliveryAuditor } from "./audit";
import { changePublisher } from "./publish-changes";
import { streamReader } from "./stream-reader";

// The two readers of the decisions table's stream.

/** Turns new and revised decisions, steps of incidents, accounts that arrive, changes of how gates are set and of partners into events; the last two also come into the audit trail. */
export function decisionPublisherHandler(world: Pick<World, "settings" | "tables" | "secrets" | "bus" | "clock" | "log">) {
  const publish = changePublisher(world, (change) => {
    if (change.Keys?.set?.S === INCIDENTS) return incidentNews(change.OldImage as Item | undefined, change.NewImage as Item);
    if (change.Keys?.reference?.S === POSTURE) return postureEvent(change);
    if (change.Keys?.reference?.S === PARTNER) return partnerEvent(change);
    return isAccount(change) ? accountNews(change) : decisionEvent(change);
  });
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

type RowChange = NonNullable<DynamoDBRecord["dynamodb"]>;

/** Of the table of decisions, operators change only how gates are set and the domains of partners. */
function isAuditedHere({ dynamodb: change }: DynamoDBRecord): boolean {
  return change?.Keys?.reference?.S === POSTURE || change?.Keys?.reference?.S === PARTNER;
}

function partnerEvent({
  Keys,
  NewImage,
  OldImage,
  SequenceNumber = "",
  ApproximateCreationDateTime = 0,
}: RowChange): PartnerEvent | undefined {
  const [before, after] = [OldImage, NewImage].map((image) => image && toRow(image as Item));
  const at = new Date(ApproximateCreationDateTime * 1_000);
  const detail = partnerChanged(String(Keys?.id?.S), before, after, { id: SequenceNumber, at });
  return detail && { type: PARTNER_CHANGED, detail };
}

function postureEvent({
  Keys,
  NewImage,
  OldImage,
  SequenceNumber = "",
  ApproximateCreationDateTime = 0,
}: RowChange): PostureEvent | undefined {
  if (isDeepStrictEqual(NewImage, OldImage)) return undefined;
  const at = new Date(ApproximateCreationDateTime * 1_000);
  const row = NewImage && toRow(NewImage as Item);
  return { type: POSTURE_CHANGED, detail: postureChanged(String(Keys?.id?.S), row, { id: SequenceNumber, at }) };
}

function decisionEvent({ NewImage, OldImage }: RowChange): DomainEvent | undefined {
  const record = toRecord(NewImage as Item);
  // A row made or changed by hand may lack what an event has to say.
  if (!v.is(decisionRecord.entries.revision, record.revision)) throw new TypeError("The row has no revision.");
  // What a shadowed rule says is added later, and is no news to others.
  if (OldImage !== undefined && isDeepStrictEqual({ ...OldImage, trace: undefined }, { ...NewImage, trace: undefined })) return undefined;
  return { type: SIGN_UP_DECIDED, detail: signUpDecided(record), ipAddress: record.ipAddress };
}

/** Of the tables that are read here, that of accounts alone has a key of one attribute. */
function isAccount({ Keys }: RowChange): boolean {
  return Keys?.id !== undefined && Keys.reference === undefined;
}

function accountNews({ NewImage, OldImage }: RowChange): AccountEvent | undefined {
  return accountEvent(OldImage && accountIn(OldImage as Item), readAccount(toRow(NewImage as Item)));
}

/** Undefined too where the row could not be read before somebody fixed it. */
function accountIn(image: Item): AccountRow | undefined {
  try {
    return readAccount(toRow(image));
  } catch {
    return undefined;
  }
}

function incidentNews(before: Item | undefined, image: Item): IncidentEvent | undefined {
  const after = incidentIn(image);
  if (after === undefined) throw new TypeError("The row is no incident.");
  return incidentEvent(before && incidentIn(before), after);
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
  if (image === undefined || RESTORED_ATTRIBUTE in image || [POSTURE, PARTNER].includes(image.reference?.S ?? "")) return undefined;
  const record = toRecord(image);
  if (invalidMember(countedColumns, record) !== undefined) throw new TypeError("The row is no decision.");
  return isCounted(record) ? { sequenceNumber: dynamodb?.SequenceNumber ?? "", record } : undefined;
}
