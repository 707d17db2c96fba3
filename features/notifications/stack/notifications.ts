import { Validations } from "aws-cdk-lib";
import { EventField, Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { SnsTopic } from "aws-cdk-lib/aws-events-targets";
import { type ITopicSubscription, Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import * as v from "valibot";
import { EVENT_SOURCE } from "../../../engine/events/event-kind";
import { anyObject, createListSchema } from "../../../engine/fields";
import { optionSchema } from "../../../engine/option-schema";
import type { GatehouseScope } from "../../../lib/gatehouse-scope";
import { checkOptions } from "../../../lib/options";
import { keyAt } from "../../../lib/resources/encryption";
import { UndeliveredEvents } from "../../../lib/resources/event-rules";
import { SIGN_UP_DECIDED, type SignUpDecided } from "../../decisions/events";

/** The recipients of notifications, the verdicts that they are told about, and the messages' form. */
export interface NotificationsProps {
  /** @default none: subscribe to `topic` yourself */
  readonly subscriptions?: readonly ITopicSubscription[];
  /** @default ["block"] */
  readonly verdicts?: readonly SignUpDecided["verdict"][];
  /** True to format messages for AWS's chat application (Slack, Teams). @default false: a line of text */
  readonly chat?: boolean;
  /**
   * True if a message contains the person's address. SNS sends mail and text messages unencrypted.
   * @default false: the reference code finds the decision
   */
  readonly showEmail?: boolean;
}

const options = optionSchema<NotificationsProps>({
  subscriptions: v.optional(createListSchema(anyObject<ITopicSubscription>())),
  verdicts: v.optional(createListSchema(v.picklist(["continue", "block", "invalid"]))),
  chat: v.optional(v.boolean()),
  showEmail: v.optional(v.boolean()),
});

/** Sends people a message for each decision with one of the chosen verdicts, through Amazon SNS. */
export class Notifications extends Construct {
  readonly topic: Topic;

  constructor(gatehouse: GatehouseScope, id: string, props: NotificationsProps = {}) {
    super(gatehouse, id);
    checkOptions(options, props, [id]);
    this.topic = new Topic(this, "Topic", { displayName: "Gatehouse", enforceSSL: true, masterKey: keyAt(this) });
    Validations.of(this.topic).acknowledge({
      id: "Serverless-SNSRedrivePolicy",
      reason: "The subscriber chooses: a queue for messages not delivered is part of the subscription. The decision is kept.",
    });
    for (const subscription of props.subscriptions ?? []) this.topic.addSubscription(subscription);
    new Rule(this, "Rule", {
      description: "Notifies people of sign-ups that were stopped",
      eventBus: gatehouse.bus,
      eventPattern: { source: [EVENT_SOURCE], detailType: [SIGN_UP_DECIDED], detail: { verdict: [...(props.verdicts ?? ["block"])] } },
      targets: [new SnsTopic(this.topic, { message: buildMessage(props), deadLetterQueue: UndeliveredEvents.of(gatehouse).queue })],
    });
  }
}

/** Builds EventBridge's message for an event. A field that the event lacks stays empty. */
function buildMessage({ chat = false, showEmail = false }: NotificationsProps): RuleTargetInput {
  const field = (path: string) => EventField.fromPath(`$.detail.${path}`);
  const title = `Sign-up at ${field("step")}: ${field("verdict")}`;
  const text = `Reason: ${field("reasons[0]")}. Reference: ${field("reference")}${showEmail ? `. E-mail: ${field("email")}` : ""}`;
  if (!chat) return RuleTargetInput.fromText(`${title}. ${text}`);
  return RuleTargetInput.fromObject({
    version: "1.0",
    source: "custom",
    content: { textType: "client-markdown", title, description: text },
  });
}
