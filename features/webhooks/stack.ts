import { Duration, Stack, Validations } from "aws-cdk-lib";
import type { EventPattern } from "aws-cdk-lib/aws-events";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Construct } from "constructs";
import * as v from "valibot";
import { capitalise } from "../../engine/characters";
import { createListSchema } from "../../engine/fields";
import { optionSchema } from "../../engine/option-schema";
import { SetupError } from "../../lib/errors";
import type { GateScope, StackFeature } from "../../lib/feature";
import { isPublicHost, textFitting } from "../../lib/options";
import { asciiUrl } from "../../lib/resources/ascii";
import { featureWorker, grantWorkNotes } from "../../lib/resources/gatehouse-function";
import { generatedSecret, grantReading } from "../../lib/resources/secrets";
import { EventQueue, eventPatternOption } from "../decisions/stack/event-queue";

import { type Receiver, webhookEnvironment } from "./signature";

/** A system that gets events by a signed HTTP POST: docs/events.md. */
export interface WebhookOptions {
  /** Letters and digits. The name of the stack's output for the secret contains this name. */
  readonly name: string;
  /** HTTPS only. */
  readonly url: string;
  /** The events that the system gets, such as `{ detail: { verdict: ["block"] } }`. @default all events of Gatehouse */
  readonly eventPattern?: EventPattern;
}

/** Letters and digits. Read as base64, they are a key of 36 bytes. */
const SECRET_LENGTH = 48;
/** Ten seconds for the receiver, and the time to read the secret. */
const TIMEOUT = Duration.seconds(30);
/** The pause is more than six times the timeout, as Lambda advises. */
const PAUSE = Duration.minutes(5);
/** One day of tries, with PAUSE between them. */
const TRIES = 288;
/**
 * If an event waits for this time, which is two pauses, an alarm rings. After the third delivery, SQS no longer counts a message's age, so
 * the time cannot be longer.
 */
const LONGEST_WAIT = Duration.minutes(10);
/** A run takes at most BATCH_SIZE events of one queue. For each queue, two runs may go on at a time. */
const BATCH_SIZE = 10;
const CONCURRENCY = 2;
/** The limit is eight, because all webhooks are in one environment variable of the function. */
const MOST_WEBHOOKS = 8;

const options = optionSchema<WebhookOptions>({
  name: textFitting("1 to 32 letters and digits, a letter first", /^[A-Za-z][A-Za-z0-9]{0,31}$/),
  url: textFitting("a public https address without user name, password or #", isReceiver),
  eventPattern: v.optional(eventPatternOption),
});

export interface WebhooksOption {
  /**
   * Up to eight systems that get every event by a signed HTTP POST: docs/events.md.
   * @default none
   */
  readonly webhooks?: readonly WebhookOptions[];
}

export const stack: StackFeature<WebhooksOption, void> = {
  order: 72,
  name: "webhooks",
  options: optionSchema<WebhooksOption>({ webhooks: v.optional(createListSchema(options)) }),
  wanted: (_, { webhooks: webhookOptions = [] }) => webhookOptions.length > 0,
  build(scope, { webhooks: webhookOptions = [] }) {
    new Webhooks(scope, "Webhooks", webhookOptions);
  },
};

/** Each receiver has its own queue, in which events wait until the receiver accepts them. */
class Webhooks extends Construct {
  constructor(gatehouse: GateScope, id: string, webhooks: readonly WebhookOptions[]) {
    super(gatehouse, id);
    assertEachOnce(webhooks);
    const all = webhooks.map((webhook) => this.receiver(webhook, gatehouse));
    const receivers: readonly Receiver[] = all.map(({ name, url, events, secret }) => ({
      ...{ name, url },
      ...{ queue: events.queue.queueArn, secret: secret.secretArn },
    }));
    const sender = featureWorker(gatehouse, this, "Function", {
      description: "Sends events to webhooks",
      entry: "webhooks/webhooks",
      environment: { [webhookEnvironment.receivers]: Stack.of(this).toJsonString(receivers) },
      timeout: TIMEOUT,
    });
    for (const { events, secret } of all) {
      grantReading(sender, secret);
      sender.addEventSource(
        new SqsEventSource(events.queue, { batchSize: BATCH_SIZE, maxConcurrency: CONCURRENCY, reportBatchItemFailures: true }),
      );
    }
    grantWorkNotes(gatehouse, sender, "webhooks");
    gatehouse.watched.push(sender);
    Validations.of(sender).acknowledge({
      id: "Serverless-LambdaEventSourceMappingDestination",
      reason: "What fails goes to the queue's own dead-letter queue.",
    });
  }

  private receiver({ name, url, eventPattern }: WebhookOptions, gatehouse: GateScope) {
    const id = `Webhook${capitalise(name)}`;
    const secret = generatedSecret(new Construct(this, name), "Key", {
      description: `What Gatehouse signs with for the webhook ${name}: one secret, or two with a space between`,
      length: SECRET_LENGTH,
      notRotatedBecause: "The receiver holds the other copy; docs/events.md says how both are changed.",
    });
    gatehouse.addOutput(`${id}Key`, secret.secretArn, `The secret that the webhook ${name} is signed with`);
    const events = new EventQueue(gatehouse, id, {
      ...(eventPattern && { eventPattern }),
      visibilityTimeout: PAUSE,
      maxReceives: TRIES,
    });
    gatehouse.alarms.alarmOnWaiting(`${id}Lag`, events.queue, LONGEST_WAIT, `The webhook ${name} does not take events.`, "webhook-lag");
    return { name, url: asciiUrl(url), events, secret };
  }
}

/** Names that differ only in case would give two outputs of the stack one name. */
function assertEachOnce(webhooks: readonly WebhookOptions[]): void {
  if (webhooks.length > MOST_WEBHOOKS)
    throw new SetupError(`webhooks has ${webhooks.length} receivers; it takes ${MOST_WEBHOOKS} at most.`);
  const names = webhooks.map(({ name }) => name.toLowerCase());
  const index = names.findIndex((name, at) => names.indexOf(name) < at);
  if (index >= 0) throw new SetupError(`webhooks[${index}]: The name "${webhooks[index]?.name}" is taken.`);
}

function isReceiver(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return url.protocol === "https:" && `${url.username}${url.password}${url.hash}` === "" && isPublicHost(url);
}
