import { Aspects, RemovalPolicy } from "aws-cdk-lib";
import { EventBus } from "aws-cdk-lib/aws-events";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { environment, workerEnvironment } from "../../adapters/aws/environment";
import type { Step } from "../../engine/sign-up/sign-up";
import type { GatehouseScope } from "../gatehouse-scope";
import { physicalName } from "../resources/physical-name";
import { RetainedTable } from "../resources/retained-table";
import { generatedSecret, grantSecret } from "../resources/secrets";

export interface GateRecordsProps {
  /** Days that a decision is kept. */
  readonly days: number;
  /** Days that a decision is kept if it lets somebody continue at after-sign-in. */
  readonly afterSignInDays: number;
}

/** About 380 random bits, more than the 256 bits of the hash. */
const PERSON_KEY_LENGTH = 64;

/** Keys of decision records are reference codes. The keys of the table's other rows are words. */
const RECORDS = "????-????";

/** The table of decision records, the key of the hashes in them, and the event bus. The bus is made only if something uses it. */
export class GateRecords extends Construct {
  readonly table: RetainedTable;
  /** Key of the hashes that stand for people in tables, events and logs. */
  readonly personKey: ISecret;
  readonly days: number;
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
      // The key outlives the stack, like the tables: if it were lost, nobody could find a person in them.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }

  /** The event bus, which is made at its first use. */
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

  /** Calls `use` with the bus, as soon as something makes the bus. */
  whenHeard(use: (bus: EventBus) => void): void {
    if (this.heard === undefined) this.waiting.push(use);
    else use(this.heard);
  }

  /** Calls `use` if nothing in the app has used the bus when the template is written. */
  unlessHeard(use: () => void): void {
    Aspects.of(this).add({ visit: (node) => void (node === this && this.heard === undefined && use()) });
  }

  /** Lets a step's function keep records and read `personKey`. */
  grantKeep(lambda: LambdaFunction, step: Step): void {
    // The function reads the record of an earlier try of the same call.
    this.table.grantRows(lambda, "BatchGetItem");
    this.table.grantRowsUnder(lambda, RECORDS, "PutItem");
    this.grantPersonKey(lambda);
    lambda.addEnvironment(environment.decisionDays, String(this.days));
    if (step === "after-sign-in") lambda.addEnvironment(environment.afterSignInDays, String(this.afterSignInDays));
  }

  grantUpdate(lambda: LambdaFunction): void {
    this.table.grantRowsUnder(lambda, RECORDS, "UpdateItem");
    this.grantPersonKey(lambda);
  }

  grantPersonKey(lambda: LambdaFunction): void {
    grantSecret(lambda, environment.personKeySecret, this.personKey);
  }

  /** Lets a function put events on the bus and list its EventBridge rules, nothing else. */
  grantPublish(lambda: LambdaFunction): void {
    this.grantPut(lambda);
    // AWS accepts no bus as this action's resource. table-stream.ts acknowledges the finding about "*".
    lambda.addToRolePolicy(new PolicyStatement({ actions: ["events:ListRules"], resources: ["*"] }));
  }

  grantPut(lambda: LambdaFunction): void {
    this.bus.grantPutEventsTo(lambda);
    lambda.addEnvironment(workerEnvironment.eventBus, this.bus.eventBusName);
    for (const [name, value] of Object.entries(this.eventVariables)) lambda.addEnvironment(name, value);
  }
}
