import { Duration } from "aws-cdk-lib";
import { ApiDestination, Authorization, Connection, type EventPattern, Rule } from "aws-cdk-lib/aws-events";
import { ApiDestination as ApiDestinationTarget } from "aws-cdk-lib/aws-events-targets";
import { Construct } from "constructs";
import * as v from "valibot";
import { EVENT_SOURCE } from "../../engine/events/event-kind";
import { listOf, wholeNumber } from "../../engine/fields";
import { optionSchema } from "../../engine/option-schema";
import type { StackFeature } from "../../lib/feature";
import type { GatehouseScope } from "../../lib/gatehouse-scope";
import { textFitting } from "../../lib/options";
import { asciiUrl } from "../../lib/resources/ascii";
import { generatedSecret } from "../../lib/resources/secrets";
import { UndeliveredEvents } from "../../lib/resources/undelivered-events";
import { SetupError } from "../../lib/setup-error";
import { eventPatternOption } from "../decisions/stack/event-queue";

/** A system that gets events by an HTTP POST: docs/events.md. */
export interface WebhookOptions {
  /** Letters and digits: names the stack's output. */
  readonly name: string;
  /** HTTPS only. */
  readonly url: string;
  /**
   * The header with the webhook's key.
   * @default "X-Gatehouse-Key"
   */
  readonly secretHeader?: string;
  /**
   * `{ detail: { verdict: ["block"] } }`.
   * @default all events of Gatehouse
   */
  readonly eventPattern?: EventPattern;
  /**
   * Requests a second at most; other events wait.
   * @default 10
   */
  readonly rateLimit?: number;
}

const KEY_LENGTH = 48;
const DEFAULT_HEADER = "X-Gatehouse-Key";
const DEFAULT_RATE = 10;
const MAX_RATE = 300;
/** EventBridge's longest patience, with growing pauses. */
const RETRIES = { maxEventAge: Duration.hours(24), retryAttempts: 185 };

/** RFC 9110 §5.6.2: a token. */
const HEADER = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}$/;

const options = optionSchema<WebhookOptions>({
  name: textFitting("1 to 32 letters and digits, a letter first", /^[A-Za-z][A-Za-z0-9]{0,31}$/),
  url: textFitting("an https address without user name, password, # or *", isReceiver),
  secretHeader: v.optional(textFitting("the name of a header", HEADER)),
  eventPattern: v.optional(eventPatternOption),
  rateLimit: v.optional(wholeNumber("", 1, MAX_RATE)),
});

export interface WebhooksOption {
  /**
   * Systems that get every event by an HTTP POST: docs/events.md.
   * @default none
   */
  readonly webhooks?: readonly WebhookOptions[];
}

/** Events by HTTP. */
export const webhooksFeature: StackFeature<WebhooksOption, void> = {
  name: "webhooks",
  options: optionSchema<WebhooksOption>({ webhooks: v.optional(listOf(options)) }),
  wanted: (_, { webhooks: given = [] }) => given.length > 0,
  build(scope, { webhooks: given = [] }) {
    new Webhooks(scope, "Webhooks", given);
  },
};

/** Sends events to other systems over HTTPS. Each call carries a key that proves where it comes from. */
class Webhooks extends Construct {
  constructor(gatehouse: GatehouseScope, id: string, webhooks: readonly WebhookOptions[]) {
    super(gatehouse, id);
    assertEachOnce(webhooks);
    for (const webhook of webhooks) this.add(webhook, gatehouse);
  }

  private add({ name, url, secretHeader, eventPattern, rateLimit }: WebhookOptions, gatehouse: GatehouseScope): void {
    const scope = new Construct(this, name);
    const key = generatedSecret(scope, "Key", {
      description: `What Gatehouse shows the webhook ${name} in ${secretHeader ?? DEFAULT_HEADER}`,
      length: KEY_LENGTH,
      notRotatedBecause: "The receiver holds the other copy; docs/events.md says how both are changed.",
    });
    const connection = new Connection(scope, "Connection", {
      description: `Gatehouse webhook ${name}`,
      authorization: Authorization.apiKey(secretHeader ?? DEFAULT_HEADER, key.secretValue),
    });
    const destination = new ApiDestination(scope, "Destination", {
      description: `Gatehouse webhook ${name}`,
      connection,
      endpoint: asciiUrl(url),
      rateLimitPerSecond: rateLimit ?? DEFAULT_RATE,
    });
    new Rule(scope, "Rule", {
      description: `Sends Gatehouse's events to the webhook ${name}`,
      eventBus: gatehouse.bus,
      eventPattern: { source: [EVENT_SOURCE], ...eventPattern },
      targets: [new ApiDestinationTarget(destination, { ...RETRIES, deadLetterQueue: UndeliveredEvents.of(gatehouse).queue })],
    });
    const output = `Webhook${name.charAt(0).toUpperCase()}${name.slice(1)}Key`;
    gatehouse.addOutput(output, key.secretArn, `The secret with the key of the webhook ${name}`);
  }
}

/** The stack's outputs differ by more than the case of letters. */
function assertEachOnce(webhooks: readonly WebhookOptions[]): void {
  const names = webhooks.map(({ name }) => name.toLowerCase());
  const index = names.findIndex((name, at) => names.indexOf(name) < at);
  if (index >= 0) throw new SetupError(`webhooks[${index}]: The name "${webhooks[index]?.name}" is taken.`);
}

/** A user name or password does not go in the address, and EventBridge reads # and * otherwise. */
function isReceiver(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, username, password, hash } = new URL(url);
  return protocol === "https:" && `${username}${password}${hash}` === "" && !url.includes("*");
}
