import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { Archive, EventBus } from "aws-cdk-lib/aws-events";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import * as v from "valibot";
import { environment } from "../../adapters/aws/environment";
import { COUNTS_PREFIX } from "../../adapters/tables/counts";
import { LOOK_ALIKE_PREFIX } from "../../adapters/tables/look-alikes";
import { INCIDENTS } from "../../engine/incidents/incident";
import { optionSchema } from "../../engine/option-schema";
import { PARTNER } from "../../engine/partners/partner";
import { POSTURE } from "../../engine/posture/posture";
import { EVENT_SOURCE } from "../../engine/sign-up/event";
import type { Step } from "../../engine/sign-up/sign-up";
import type { AuditTrail } from "../audit/audit-trail";
import type { GatehouseScope } from "../gatehouse-scope";
import { sourceFile } from "../resources/bundle";
import { keyAt } from "../resources/encryption";
import { gatehouseFunction, WORKER_MEMORY_MB } from "../resources/gatehouse-function";
import { physicalName } from "../resources/physical-name";
import { RetainedTable } from "../resources/retained-table";
import { generatedSecret, grantSecret } from "../resources/secrets";
import { readChanges } from "../resources/table-stream";

export interface DecisionsProps {
  /** How long a decision is kept, in days. */
  readonly days: number;
  /** The same of those that let somebody go on after sign-in. */
  readonly afterSignInDays: number;
  readonly events: EventOptions;
  /** Whether the policy asks for partners: an event says when one is removed. */
  readonly hasPartners: boolean;
}

/** The form in which events go out. */
export interface EventOptions {
  /**
   * "ocsf": each event also goes out as OCSF 1.1.0, from the source `gatehouse.ocsf`, for security tools: docs/events.md.
   * @default only Gatehouse's own form
   */
  readonly format?: "ocsf";
}

export const eventOptions = optionSchema<EventOptions>({ format: v.optional(v.picklist(["ocsf"])) });

/** Each run of the publisher is paid for: nobody waits for an event as people wait for an answer. */
const PUBLISHING_WINDOW = Duration.seconds(30);

/** Letters and digits: more than the hash takes in. */
const PERSON_KEY_LENGTH = 64;

/** How keys of records look: a reference code, each "?" one character. How gates are set, and partners, stand under words. */
const RECORDS = "????-????";

/** The table of decision records, and the bus on which each becomes an event. */
export class Decisions extends Construct {
  readonly table: RetainedTable;
  readonly bus: EventBus;
  readonly publisher: LambdaFunction;
  private readonly props: DecisionsProps;
  /** Keys the hashes that stand for people in tables, events and logs. */
  readonly personKey: ISecret;

  constructor(gatehouse: GatehouseScope, id: string, props: DecisionsProps) {
    super(gatehouse, id);
    this.props = props;
    this.table = new RetainedTable(this, "Table", gatehouse, "decisions");
    const eventBusName = physicalName(gatehouse, "events");
    this.bus = new EventBus(this, "Bus", {
      ...(eventBusName !== undefined && { eventBusName }),
      description: "What Gatehouse decided, for systems that act on it",
    });
    this.publisher = this.makePublisher(gatehouse, props.hasPartners);
    this.personKey = generatedSecret(this, "PersonKey", {
      description: "Keys the hashes that stand for people in Gatehouse's tables, events and logs: see docs/data-protection.md",
      length: PERSON_KEY_LENGTH,
      notRotatedBecause: "It opens nothing, and a second rotation loses what the first key hashed: rotated when it leaked.",
      // The tables outlive the stack, and without the key nobody finds a person in them.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }

  /** Lets the publisher bring into the trail who set a gate: the stream's other reader counts. */
  auditPostures(trail: AuditTrail): void {
    trail.grantTell(this.publisher);
    this.grantPersonKey(this.publisher);
  }

  /** Lets a step's function read and write records, and passes it the settings. */
  grantKeep(lambda: LambdaFunction, step: Step): void {
    // The read that a step makes anyway also looks for the record of a repeated call; the write keeps this one. No index.
    this.table.grantRows(lambda, "BatchGetItem");
    this.table.grantRowsUnder(lambda, RECORDS, "PutItem");
    this.grantPersonKey(lambda);
    lambda.addEnvironment(environment.decisionDays, String(this.props.days));
    if (step === "after-sign-in") lambda.addEnvironment(environment.afterSignInDays, String(this.props.afterSignInDays));
  }

  /** Lets the function that asks shadowed rules add what they say to records. */
  grantShadow(lambda: LambdaFunction): void {
    this.table.grantRowsUnder(lambda, RECORDS, "UpdateItem");
    this.grantPersonKey(lambda);
  }

  /** Lets a function hash what stands for people. */
  grantPersonKey(lambda: LambdaFunction): void {
    grantSecret(lambda, environment.personKeySecret, this.personKey);
  }

  /** Lets a function put events on the bus and ask whether a rule listens, and nothing else. */
  grantPublish(lambda: LambdaFunction): void {
    this.grantPut(lambda);
    // AWS takes no bus as its resource; as for `dynamodb:ListStreams`, the finding is acknowledged where streams are read.
    lambda.addToRolePolicy(new PolicyStatement({ actions: ["events:ListRules"], resources: ["*"] }));
  }

  /** Lets a function put events on the bus, in the forms that the stack asks for. */
  grantPut(lambda: LambdaFunction): void {
    this.bus.grantPutEventsTo(lambda);
    lambda.addEnvironment(environment.eventBus, this.bus.eventBusName);
    const { format } = this.props.events;
    if (format !== undefined) lambda.addEnvironment(environment.eventFormat, format);
  }

  /** Publishes the steps of incidents too, which are in the table of change sets. */
  publishIncidents(gatehouse: GatehouseScope, listChanges: RetainedTable): void {
    // Of a table that was handed in without its stream, the audit trail warns.
    if (listChanges.table.tableStreamArn === undefined) return;
    readChanges(gatehouse, this.publisher, listChanges, { reader: "decision-publisher", keys: { set: { S: [INCIDENTS] } } });
  }

  /** Publishes what happens to the accounts of people who were let in too. */
  publishAccounts(gatehouse: GatehouseScope, accounts: RetainedTable): void {
    readChanges(gatehouse, this.publisher, accounts, { reader: "decision-publisher" });
  }

  private makePublisher(gatehouse: GatehouseScope, hasPartners: boolean): LambdaFunction {
    const { functionDefaults, alarms } = gatehouse;
    const publisher = gatehouseFunction(this, "Publisher", {
      ...functionDefaults,
      description: "Publishes decisions as events",
      entry: sourceFile("lambda", "decision-publisher"),
      memoryMb: WORKER_MEMORY_MB,
      timeout: Duration.seconds(30),
    });
    this.grantPublish(publisher);
    readChanges(gatehouse, publisher, this.table, {
      reader: "decision-publisher",
      maxBatchingWindow: PUBLISHING_WINDOW,
      removedKeys: { reference: { S: [POSTURE, ...(hasPartners ? [PARTNER] : [])] } },
    });
    alarms.alarmOnLag("EventLag", publisher, "Decisions wait to be published as events.", { window: PUBLISHING_WINDOW });
    return publisher;
  }
}

export interface EventArchiveProps {
  /** How long events are kept. */
  readonly days: number;
}

/** Keeps events so that they can be sent again: to a receiver that was down, or to a new one. */
export class EventArchive extends Construct {
  constructor(gatehouse: GatehouseScope, id: string, { days }: EventArchiveProps) {
    super(gatehouse, id);
    new Archive(this, "Archive", {
      description: "What Gatehouse decided",
      sourceEventBus: gatehouse.bus,
      eventPattern: { source: [EVENT_SOURCE] },
      kmsKey: keyAt(this),
      retention: Duration.days(days),
    });
  }
}

export interface DecisionCountsProps {
  readonly decisions: RetainedTable;
  /** Holds the counts. */
  readonly ledger: RetainedTable;
  /** How long they are kept, in days. */
  readonly days: number;
}

/** The longest that there is: each run is a write, and charts wait longer than that. */
const COUNTING_WINDOW = Duration.minutes(5);
/** As many as come in that time at a hundred a minute. */
const BATCH_SIZE = 1_000;

/** Counts decisions by hour and gate, so that no page has to read them. */
export class DecisionCounts extends Construct {
  readonly counter: LambdaFunction;

  constructor(gatehouse: GatehouseScope, id: string, { decisions, ledger, days }: DecisionCountsProps) {
    super(gatehouse, id);
    this.counter = gatehouseFunction(this, "Counter", {
      ...gatehouse.functionDefaults,
      description: "Counts decisions for the console's inbox",
      entry: sourceFile("lambda", "decision-counter"),
      environment: { [environment.decisionDays]: String(days) },
      memoryMb: WORKER_MEMORY_MB,
      timeout: Duration.seconds(60),
    });
    // Reads which names a row has room for, adds to it, and says once since when is counted. Reads the same hour of other weeks.
    ledger.grantRowsUnder(this.counter, COUNTS_PREFIX, "BatchGetItem", "GetItem", "PutItem", "UpdateItem");
    // Notes which domains' people are let in, for look-alikes.
    ledger.grantRowsUnder(this.counter, LOOK_ALIKE_PREFIX, "GetItem", "UpdateItem");
    readChanges(gatehouse, this.counter, decisions, {
      reader: "decision-counter",
      batchSize: BATCH_SIZE,
      maxBatchingWindow: COUNTING_WINDOW,
      events: ["INSERT"],
    });
    gatehouse.alarms.alarmOn("UnusualSignUps", {
      metric: gatehouse.alarms.counted("UnusualSignUps"),
      what: "Far more people sign up than is usual at this hour.",
      // Counted every five minutes at most while it lasts: one alarm an attack, not one a count.
      periods: { ringing: 1, of: 12 },
    });
    gatehouse.alarms.alarmOnLag("CountsLag", this.counter, "Decisions wait to be counted.", { window: COUNTING_WINDOW });
  }
}
