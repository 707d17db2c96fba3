import { Duration, Token } from "aws-cdk-lib";
import { ApiDestination, Authorization, Connection, type EventPattern, Rule } from "aws-cdk-lib/aws-events";
import { ApiDestination as ApiDestinationTarget } from "aws-cdk-lib/aws-events-targets";
import { Construct } from "constructs";
import { EVENT_SOURCE } from "../../engine/sign-up/event";
import type { GatehouseScope } from "../gatehouse-scope";
import { generatedSecret } from "../resources/secrets";
import { UndeliveredEvents } from "./undelivered-events";

/** A system that events are POSTed to: docs/events.md. */
export interface WebhookOptions {
  /** Letters and digits; names the stack's output and what the AWS console shows. */
  readonly name: string;
  /** Where events are POSTed to. HTTPS only. */
  readonly url: string;
  /**
   * The request header that carries the webhook's key.
   * @default "X-Gatehouse-Key"
   */
  readonly secretHeader?: string;
  /**
   * Which events: `{ detail: { verdict: ["block"] } }`.
   * @default all of Gatehouse's
   */
  readonly eventPattern?: EventPattern;
  /**
   * The most requests a second; further events wait.
   * @default 10
   */
  readonly rateLimit?: number;
}

export interface WebhooksProps {
  readonly webhooks: readonly WebhookOptions[];
}

const KEY_LENGTH = 48;
const DEFAULT_HEADER = "X-Gatehouse-Key";
const DEFAULT_RATE = 10;
const MAX_RATE = 300;
/** EventBridge's longest patience, with growing pauses. */
const RETRIES = { maxEventAge: Duration.hours(24), retryAttempts: 185 };

const namePattern = /^[A-Za-z][A-Za-z0-9]{0,31}$/;
/** RFC 9110 §5.6.2: a token. */
const headerPattern = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}$/;

/** Sends events to other systems over HTTPS. Each call carries a key that proves where it comes from. */
export class Webhooks extends Construct {
  constructor(gatehouse: GatehouseScope, id: string, { webhooks }: WebhooksProps) {
    super(gatehouse, id);
    checkWebhooks(webhooks);
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
      endpoint: url,
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

/** Throws an error that names the first invalid webhook, and its option. */
function checkWebhooks(webhooks: readonly WebhookOptions[]): void {
  const names = new Set<string>();
  for (const [index, webhook] of webhooks.entries()) {
    const wrong = flawOf(webhook) ?? (names.has(webhook.name.toLowerCase()) ? `The name "${webhook.name}" is taken.` : undefined);
    if (wrong !== undefined) throw new Error(`webhooks[${index}]: ${wrong}`);
    names.add(webhook.name.toLowerCase());
  }
}

function flawOf({ name, url, secretHeader, rateLimit }: WebhookOptions): string | undefined {
  if (!namePattern.test(name)) return `The name "${name}" is not one to 32 letters and digits, a letter first.`;
  if (!Token.isUnresolved(url)) {
    const flaw = flawOfUrl(url);
    if (flaw !== undefined) return `The url "${url}" of ${name} ${flaw}.`;
  }
  if (secretHeader !== undefined && !headerPattern.test(secretHeader))
    return `The secretHeader "${secretHeader}" of ${name} is no header's name.`;
  if (rateLimit !== undefined && !(Number.isInteger(rateLimit) && rateLimit >= 1 && rateLimit <= MAX_RATE))
    return `The rateLimit ${rateLimit} of ${name} is not a whole number from 1 to ${MAX_RATE}.`;
  return undefined;
}

function flawOfUrl(url: string): string | undefined {
  if (!URL.canParse(url)) return "is none";
  const { protocol, username, password, hash } = new URL(url);
  if (protocol !== "https:") return "does not begin with https://";
  if (username !== "" || password !== "") return "holds a user name or password; the key goes in a header";
  if (hash !== "" || url.includes("*")) return "holds # or *, which EventBridge reads otherwise";
  return undefined;
}
