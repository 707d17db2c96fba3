import { Duration, Stack, Validations } from "aws-cdk-lib";
import { type CfnRule, Rule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as FunctionTarget } from "aws-cdk-lib/aws-events-targets";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { CfnConfigurationSet, CfnConfigurationSetEventDestination } from "aws-cdk-lib/aws-ses";
import { Construct } from "constructs";
import { STACK_TAG } from "../../../adapters/mail/mail-place";
import { ABOUT_PREFIX, BACK_PREFIX, SENT_PREFIX } from "../../../adapters/mail/mail-states";
import { WAITING_PREFIX } from "../../../adapters/mail/waiting-mails";
import type { GateScope } from "../../../lib/feature";
import { featureWorker, grantWorkNotes } from "../../../lib/resources/gatehouse-function";
import { SENDING_DISABLED, SENDING_ENABLED } from "../../mails/events";

/** Types of events that say what became of a mail. SES calls them otherwise in a configuration set (`set`) and in an event (`event`). */
const reported = [
  { set: "REJECT", event: "Reject" },
  { set: "BOUNCE", event: "Bounce" },
  { set: "COMPLAINT", event: "Complaint" },
  { set: "DELIVERY", event: "Delivery" },
  { set: "DELIVERY_DELAY", event: "DeliveryDelay" },
];

/** Hears from SES what becomes of the stack's mails. */
export class MailEvents extends Construct {
  /** The name of the set by which the stack's mails are sent. */
  readonly configurationSet: string;
  readonly function: LambdaFunction;

  /** @param ownSet the name of a configuration set of the app's own */
  constructor(gatehouse: GateScope, id: string, ownSet: string | undefined) {
    super(gatehouse, id);
    const { ledger } = gatehouse.tables;
    this.configurationSet = ownSet ?? new CfnConfigurationSet(this, "Set").ref;
    new CfnConfigurationSetEventDestination(this, "Destination", {
      configurationSetName: this.configurationSet,
      eventDestination: {
        enabled: true,
        matchingEventTypes: reported.map(({ set }) => set),
        // SES sends to no other bus.
        eventBridgeDestination: {
          eventBusArn: Stack.of(this).formatArn({ service: "events", resource: "event-bus", resourceName: "default" }),
        },
      },
    });
    this.function = featureWorker(gatehouse, this, "Function", {
      description: "Notes what becomes of mails, as SES reports it",
      entry: "mails/mail-events",
      timeout: Duration.seconds(30),
    });
    ledger.grantRowsUnder(this.function, SENT_PREFIX, "GetItem");
    ledger.grantRowsUnder(this.function, ABOUT_PREFIX, "GetItem", "UpdateItem");
    ledger.grantRowsUnder(this.function, BACK_PREFIX, "UpdateItem");
    // The function lets waiting mails be tried at once when SES lets the set send again.
    ledger.grantRowsUnder(this.function, WAITING_PREFIX, "GetItem", "PutItem");
    grantWorkNotes(gatehouse, this.function, "mails");
    gatehouse.records.grantPut(this.function);
    gatehouse.watched.push(this.function);
    this.makeRule(ledger.tableName);
  }

  private formatSetArn(): string {
    return Stack.of(this).formatArn({ service: "ses", resource: "configuration-set", resourceName: this.configurationSet });
  }

  private makeRule(stack: string): void {
    const rule = new Rule(this, "Rule", {
      description: "Hands what SES reports of Gatehouse's mails to the function that notes it",
      eventPattern: { source: ["aws.ses"] },
      targets: [new FunctionTarget(this.function)],
    });
    (rule.node.defaultChild as CfnRule).eventPattern = {
      source: ["aws.ses"],
      $or: [
        // A set of the app's own sends other mails, too.
        {
          detail: {
            eventType: reported.map(({ event }) => event),
            mail: { tags: { "ses:configuration-set": [this.configurationSet], [STACK_TAG]: [stack] } },
          },
        },
        // SES also tells of the tenants of other mail in the account.
        { "detail-type": [SENDING_DISABLED, SENDING_ENABLED], resources: [this.formatSetArn()] },
      ],
    };
    Validations.of(rule).acknowledge({
      id: "Serverless-EventBusDLQ",
      reason: "SES reports at best effort, so a report may be missing anyway: a mail then stays as it was.",
    });
  }
}
