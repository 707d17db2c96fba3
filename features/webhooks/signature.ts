import { createHmac } from "node:crypto";

// Standard Webhooks 1.0.0, by HMAC: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

/** Prefix of a secret as receivers write it. AWS makes ours of letters and digits, which are valid base64. */
const PREFIX = "whsec_";
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** Bytes of a key, by the specification. */
const [FEWEST, MOST] = [24, 64];
/** A secret and the one that takes its place. */
const MOST_KEYS = 2;

/** Thrown if the secret contains no key. Its message does not quote the secret. */
export class WebhookSecretError extends Error {
  override readonly name = "WebhookSecretError";
}

/** The keys of a secret, with or without `whsec_`: one, or two with a space between while it is changed. Throws WebhookSecretError. */
export function signingKeys(secret: string): readonly Buffer[] {
  const texts = secret.split(/\s+/).filter((each) => each !== "");
  if (texts.length === 0 || texts.length > MOST_KEYS) throw new WebhookSecretError("it holds neither one secret nor two");
  return texts.map((text) => {
    const encodedKey = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : text;
    const key = Buffer.from(encodedKey, "base64");
    if (BASE64.test(encodedKey) && key.length >= FEWEST && key.length <= MOST) return key;
    throw new WebhookSecretError(`each secret is base64 of ${FEWEST} to ${MOST} bytes, after ${PREFIX}`);
  });
}

/** The headers that prove the origin of a body: a signature for each key. @param eventId the same for every delivery of the event */
export function signedHeaders(eventId: string, body: string, keys: readonly Buffer[], now: Date): Readonly<Record<string, string>> {
  // The parts of what is signed are set apart by dots. A header takes no other letters.
  const id = encodeURI(eventId).replaceAll(".", ":");
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  const signatures = keys.map((key) => `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`);
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}
