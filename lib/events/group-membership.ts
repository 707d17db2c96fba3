import { Duration, RemovalPolicy, Validations } from "aws-cdk-lib";
import type { EventPattern } from "aws-cdk-lib/aws-events";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { graphEnvironment } from "../../adapters/graph/graph";
import { GROUP_VARIABLE } from "../../adapters/graph/group-membership";
import { ACCOUNT_CREATED } from "../../engine/approvals/event";
import { GUID } from "../../engine/guid";
import { anyObject, optional } from "../../engine/schema";
import { SIGN_UP_DECIDED } from "../../engine/sign-up/event";
import type { GatehouseScope } from "../gatehouse-scope";
import { assertOptionsOf, logRetentionOption, optionSchema, textFitting } from "../options";
import { sourceFile } from "../resources/bundle";
import { gatehouseFunction } from "../resources/gatehouse-function";
import { filledInSecret, grantSecret } from "../resources/secrets";
import { EventQueue } from "./event-queue";

/** The group, who is added to it, and the application that adds them. */
export interface GroupMembershipProps {
  /** The tenant's id. */
  readonly tenantId: string;
  /** The id of an application of the tenant that may read users and change members of groups. */
  readonly clientId: string;
  /** The group's object id. */
  readonly groupId: string;
  /**
   * Which people are added, of all who are let in or get an account by approval: `{ email: [{ suffix: "@contoso.com" }] }`.
   * Name fields that both events have.
   * @default everyone
   */
  readonly detail?: EventPattern["detail"];
  /**
   * How long the function's log is kept.
   * @default as long as the Gatehouse's logs
   */
  readonly logRetention?: RetentionDays;
}

const id = textFitting("a GUID, as the Entra admin centre shows it", GUID);

/** A mistyped name would add everyone. */
const options = optionSchema<GroupMembershipProps>({
  tenantId: id,
  clientId: id,
  groupId: id,
  detail: optional(anyObject("")),
  logRetention: optional(logRetentionOption),
});

/** Entra makes the account within seconds of our answer. */
const FIRST_LOOK = Duration.seconds(30);
const TIMEOUT = Duration.seconds(30);
/** Six times the function's timeout, as Lambda advises; also the pause between two tries. */
const PAUSE = Duration.minutes(3);
/** One hour in all. */
const TRIES = 20;
/** Graph writes to one group are best made one after the other; Lambda allows no fewer than two. */
const CONCURRENCY = 2;

/** Adds everyone who is let in, or gets an account by approval, to an Entra group. */
export class GroupMembership extends Construct {
  /** The application's client secret, which you fill in. */
  readonly clientSecret: ISecret;
  readonly events: EventQueue;

  constructor(gatehouse: GatehouseScope, id: string, props: GroupMembershipProps) {
    super(gatehouse, id);
    assertOptionsOf(options, props, [id]);
    const { tenantId, clientId, groupId, detail, logRetention } = props;
    this.clientSecret = filledInSecret(this, "ClientSecret", {
      description: `Gatehouse: client secret of the Entra application ${clientId}`,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.events = new EventQueue(gatehouse, `${id}Events`, {
      eventPattern: {
        detailType: [SIGN_UP_DECIDED],
        detail: { ...detail, step: ["before-create-user"], verdict: ["continue"], source: ["b2b"] },
      },
      deliveryDelay: FIRST_LOOK,
      visibilityTimeout: PAUSE,
      maxReceives: TRIES,
    });
    // What an approved person gets is the same, whether Entra or Gatehouse makes the account.
    this.events.add("Accounts", { detailType: [ACCOUNT_CREATED], ...(detail !== undefined && { detail }) });
    const adder = gatehouseFunction(this, "Function", {
      ...gatehouse.functionDefaults,
      ...(logRetention !== undefined && { logRetention }),
      description: "Adds people who were let in to an Entra group",
      entry: sourceFile("lambda", "group-membership"),
      environment: {
        [graphEnvironment.tenant]: tenantId,
        [graphEnvironment.client]: clientId,
        [GROUP_VARIABLE]: groupId,
      },
      timeout: TIMEOUT,
    });
    grantSecret(adder, graphEnvironment.secret, this.clientSecret);
    adder.addEventSource(
      new SqsEventSource(this.events.queue, { batchSize: 1, maxConcurrency: CONCURRENCY, reportBatchItemFailures: true }),
    );
    Validations.of(adder).acknowledge({
      id: "Serverless-LambdaEventSourceMappingDestination",
      reason: "What fails goes to the queue's own dead-letter queue.",
    });
    gatehouse.addOutput(`${id}ClientSecret`, this.clientSecret.secretArn, "Put the Entra application's client secret in here");
  }
}
