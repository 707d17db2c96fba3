import { Aspects, RemovalPolicy } from "aws-cdk-lib";
import { EventBus } from "aws-cdk-lib/aws-events";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { environment } from "../../adapters/aws/environment";
import { workerEnvironment } from "../../adapters/aws/worker-environment";
import type { Step } from "../../engine/sign-up/sign-up";
import type { GatehouseScope } from "../gatehouse-scope";
import { physicalName } from "../resources/physical-name";
import { RetainedTable } from "../resources/retained-table";
import { generatedSecret, grantSecret } from "../resources/secrets";

export interface GateRecordsProps {
  /** Days that a decision is kept. */
  readonly days: number;
  /** The same of those that let somebody go on after sign-in. */
  readonly afterSignInDays: number;
}

/** Letters and digits: more than the hash takes in. */
const PERSON_KEY_LENGTH = 64;

/** Keys of records: a reference code, each "?" one character. Other rows of the table have words as keys. */
const RECORDS = "????-????";

/** The table of decision records, the bus on which each becomes an event where something listens, and the key of the hashes in both. */
export class GateRecords extends Construct {
  readonly table: RetainedTable;
  /** Keys the hashes that stand for people in tables, events and logs. */
  readonly personKey: ISecret;
  /** Days that a decision is kept. */
  readonly days: number;
  /** For functions that put events on the bus. */
  readonly eventVariables: Record<string, string> = {};
  private readonly afterSignInDays: number;
  private heard: EventBus | undefined;
  private readonly waiting: ((bus: EventBus) => void)[] = [];

  constructor(
    private readonly gatehouse: GatehouseScope,
    id: string,
    { days, afterSignInDays }: GateRecordsProps,
  ) {
    super(gatehouse, id);
    this.days = days;
    this.afterSignInDays = afterSignInDays;
    this.table = new RetainedTable(this, "Table", gatehouse, "decisions");
    this.personKey = generatedSecret(this, "PersonKey", {
      description: "Keys the hashes that stand for people in Gatehouse's tables, events and logs: see docs/data-protection.md",
      length: PERSON_KEY_LENGTH,
      notRotatedBecause: "It opens nothing, and a second rotation loses what the first key hashed: rotated when it leaked.",
      // The tables outlive the stack, and only the key finds a person in them.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }

  /** Made for what first listens, or puts events of its own on it. */
  get bus(): EventBus {
    return this.makeBus();
  }

  makeBus(): EventBus {
    if (this.heard !== undefined) return this.heard;
    const bus = new EventBus(this, "Bus", {
      eventBusName: physicalName(this.gatehouse, "events"),
      description: "What Gatehouse decided, for systems that act on it",
    });
    this.heard = bus;
    for (const use of this.waiting) use(bus);
    return bus;
  }

  /** Calls back once there is a bus: at once, later, or never. */
  whenHeard(use: (bus: EventBus) => void): void {
    if (this.heard === undefined) this.waiting.push(use);
    else use(this.heard);
  }

  /** Calls back if nothing in the app has asked for the bus until the template is written. */
  unlessHeard(use: () => void): void {
    Aspects.of(this).add({ visit: (node) => void (node === this && this.heard === undefined && use()) });
  }

  /** Lets a step's function read and write records, and passes it the settings. */
  grantKeep(lambda: LambdaFunction, step: Step): void {
    // The read that a step makes anyway also looks for the record of a repeated call; the write keeps this one. No index.
    this.table.grantRows(lambda, "BatchGetItem");
    this.table.grantRowsUnder(lambda, RECORDS, "PutItem");
    this.grantPersonKey(lambda);
    lambda.addEnvironment(environment.decisionDays, String(this.days));
    if (step === "after-sign-in") lambda.addEnvironment(environment.afterSignInDays, String(this.afterSignInDays));
  }

  /** Lets a function add to records. */
  grantUpdate(lambda: LambdaFunction): void {
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

  /** Lets a function put events on the bus. */
  grantPut(lambda: LambdaFunction): void {
    this.bus.grantPutEventsTo(lambda);
    lambda.addEnvironment(workerEnvironment.eventBus, this.bus.eventBusName);
    for (const [name, value] of Object.entries(this.eventVariables)) lambda.addEnvironment(name, value);
  }
}
