import { ArnFormat, Stack } from "aws-cdk-lib";
import { type IRuleTarget, Rule } from "aws-cdk-lib/aws-events";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { LogGroup, ResourcePolicy, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import * as v from "valibot";
import { EVENT_SOURCE } from "../../../engine/events/event-kind";
import { optionSchema } from "../../../engine/option-schema";
import { type GatehouseScope, logRetentionOption } from "../../../lib/gatehouse-scope";
import { checkOptions } from "../../../lib/options";
import { keyAt } from "../../../lib/resources/encryption";
import { UndeliveredEvents } from "../../../lib/resources/event-rules";
import { physicalName } from "../../../lib/resources/physical-name";

/** Options of an audit log: how long it keeps events. */
export interface AuditLogProps {
  /** The time for which events are kept. @default RetentionDays.ONE_YEAR */
  readonly retention?: RetentionDays;
}

const options = optionSchema<AuditLogProps>({ retention: v.optional(logRetentionOption) });

/** Writes every event to a log group whose lines cannot be deleted or changed. The log group outlives the stack. */
export class AuditLog extends Construct {
  readonly logGroup: LogGroup;

  constructor(gatehouse: GatehouseScope, id: string, props: AuditLogProps = {}) {
    super(gatehouse, id);
    checkOptions(options, props, [id]);
    const { retention = RetentionDays.ONE_YEAR } = props;
    // EventBridge can write only to log groups whose names begin with `/aws/events/`.
    this.logGroup = new LogGroup(this, "Log", {
      logGroupName: `/aws/events/${gatehouse.name}/${id}`,
      retention,
      encryptionKey: keyAt(this),
      deletionProtectionEnabled: true,
    });
    const logGroupArn = Stack.of(this).formatArn({
      service: "logs",
      resource: "log-group",
      resourceName: this.logGroup.logGroupName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const undeliveredEvents = UndeliveredEvents.of(gatehouse);
    // CDK's own target would deploy a function only to grant the permissions that the lines below grant.
    const target: IRuleTarget = { bind: () => ({ arn: logGroupArn, deadLetterConfig: { arn: undeliveredEvents.queue.queueArn } }) };
    const rule = new Rule(this, "Rule", {
      description: "Writes Gatehouse's events to the audit log",
      eventBus: gatehouse.bus,
      eventPattern: { source: [EVENT_SOURCE] },
      targets: [target],
    });
    new ResourcePolicy(this, "Policy", {
      resourcePolicyName: physicalName(gatehouse, id),
      policyStatements: [
        new PolicyStatement({
          principals: [new ServicePrincipal("events.amazonaws.com"), new ServicePrincipal("delivery.logs.amazonaws.com")],
          actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
          resources: [this.logGroup.logGroupArn],
        }),
      ],
    });
    undeliveredEvents.grantTo(rule);
  }
}
