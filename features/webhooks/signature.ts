import { createHmac } from "node:crypto";

// Standard Webhooks 1.0.0 with HMAC: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

/** Receivers write a secret with this prefix. AWS generates ours without it, from letters and digits, which are valid base64. */
const PREFIX = "whsec_";
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const PADDED = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)$/;
/** Bytes in a key: limits of the specification. */
const [FEWEST, MOST] = [24, 64];
/** While a key is replaced, a secret has two keys: the old and the new. */
const MOST_KEYS = 2;

/** The message does not quote the secret. */
export class WebhookSecretError extends Error {
  override readonly name = "WebhookSecretError";
  readonly mayBeLogged = true;
}

/** Returns the keys in the secret: one, or two while a key is replaced. A space separates the two. @throws WebhookSecretError */
export function signingKeys(secret: string): readonly Buffer[] {
  const encodedKeys = readEncodedKeys(secret);
  if (encodedKeys.length === 0 || encodedKeys.length > MOST_KEYS) throw new WebhookSecretError("it holds neither one secret nor two");
  return encodedKeys.map((encodedKey) => {
    const key = Buffer.from(encodedKey, "base64");
    if (BASE64.test(encodedKey) && key.length >= FEWEST && key.length <= MOST) return key;
    throw new WebhookSecretError(`each secret is base64 of ${FEWEST} to ${MOST} bytes, after ${PREFIX}`);
  });
}

function readEncodedKeys(secret: string): readonly string[] {
  const texts = secret.split(/\s+/).filter((each) => each !== "");
  return texts.map((text) => (text.startsWith(PREFIX) ? text.slice(PREFIX.length) : text));
}

/**
 * Returns what is wrong with a secret. Gatehouse signs with a key without its padding, so that no running webhook stops. But decoders of
 * Python and Go refuse such a key, and `openssl enc -d -A` makes another key of it.
 */
export function findSecretFault(secret: string): "unusable" | "unpadded" | undefined {
  try {
    signingKeys(secret);
  } catch {
    return "unusable";
  }
  return readEncodedKeys(secret).every((each) => PADDED.test(each)) ? undefined : "unpadded";
}

/** Returns headers with a signature for each key. @param eventId an id that does not change between deliveries of the event */
export function signedHeaders(eventId: string, body: string, keys: readonly Buffer[], now: Date): Readonly<Record<string, string>> {
  // The signed text separates its parts by dots, so the id must have no dot. A header allows only ASCII.
  const id = encodeURI(eventId).replaceAll(".", ":");
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  const signatures = keys.map((key) => `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`);
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}

export const webhookEnvironment = {
  /** JSON. */
  receivers: "WEBHOOKS",
} as const;

export const RECEIVERS_ENDPOINT = "webhooks";

export interface Receiver {
  readonly name: string;
  readonly url: string;
  /** ARN. */
  readonly queue: string;
  /** ARN. */
  readonly secret: string;
}
