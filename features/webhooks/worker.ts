import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import * as v from "valibot";
import { composeHandler } from "../../adapters/aws/compose-handler";
import { requireVariable } from "../../adapters/aws/environment";
import { keptValue, secretVersion } from "../../adapters/aws/secrets";
import { at } from "../../adapters/http/outbound";
import { type WorkNotes, workNotes } from "../../adapters/tables/work-notes";
import type { World } from "../../adapters/world";
import { MS_PER_MINUTE } from "../../engine/sign-up/time";
import { RECEIVERS_ENDPOINT, type Receiver, signedHeaders, signingKeys, WebhookSecretError, webhookEnvironment } from "./signature";

/** Time for a receiver to answer. It should answer before it works on the event. */
const ANSWER_MS = 10_000;

/** The bus sets `id`. The event's own id is `detail.id` or, in OCSF form, `detail.metadata.uid`. */
const message = v.object({
  id: v.string(),
  detail: v.object({ id: v.optional(v.string()), metadata: v.optional(v.object({ uid: v.optional(v.string()) })) }),
});

type WebhookWorld = Pick<World, "settings" | "secrets" | "tables" | "clock" | "log">;

/** If the receiver does not accept an event, the queue delivers the event again. */
export function webhookHandler(world: WebhookWorld) {
  const receivers = JSON.parse(requireVariable(webhookEnvironment.receivers, world.settings)) as readonly Receiver[];
  const notes = workNotes(world, "webhooks");
  const senders = new Map(receivers.map((receiver) => [receiver.queue, sender(world, receiver, notes)]));
  return composeHandler(world, async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const areTaken = await Promise.all(Records.map((record) => senders.get(record.eventSourceARN)?.(record) ?? false));
    return { batchItemFailures: Records.flatMap(({ messageId }, index) => (areTaken[index] ? [] : [{ itemIdentifier: messageId }])) };
  });
}

function sender(
  { secrets, clock, log }: WebhookWorld,
  { name, url, secret }: Receiver,
  notes: WorkNotes,
): (record: SQSRecord) => Promise<boolean> {
  const readText = async () => {
    const text = (await secretVersion(secrets, secret, "AWSCURRENT"))?.SecretString ?? "";
    signingKeys(text);
    return text;
  };
  const textNow = keptValue(readText, {
    clock,
    freshMs: MS_PER_MINUTE,
    isFinal: (error) => error instanceof WebhookSecretError,
  });
  return async ({ body }) => {
    let event: string | undefined;
    try {
      event = eventIdIn(body);
      const postEvent = async (eventId: string, text: string) => {
        const signatureHeaders = signedHeaders(eventId, body, signingKeys(text), new Date(clock.now()));
        return await post(at(new URL(url), RECEIVERS_ENDPOINT), body, signatureHeaders);
      };
      const text = await textNow();
      let status = await postEvent(event, text);
      // Once the receiver refuses the signature, a new secret counts at once.
      if (status === 401 || status === 403) {
        const newText = await textNow(text);
        if (newText !== text) status = await postEvent(event, newText);
      }
      if (status >= 200 && status < 300) {
        await notes.succeeded(name);
        return true;
      }
      log.warn("webhook failed", { webhook: name, event, status });
      await notes.failed(`status ${status}`, { part: name });
    } catch (error) {
      log.warn("webhook failed", { webhook: name, event, error: describeError(error) });
      await notes.failed(describeError(error), { part: name });
    }
    return false;
  };
}

/** The id is the same however often the event is sent. */
function eventIdIn(body: string): string {
  const { id, detail } = v.parse(message, JSON.parse(body));
  return detail.id ?? detail.metadata?.uid ?? id;
}

async function post(url: URL, body: string, signatureHeaders: Readonly<Record<string, string>>): Promise<number> {
  const headers = { "content-type": "application/json", "user-agent": "entra-gatehouse", ...signatureHeaders };
  const response = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal: AbortSignal.timeout(ANSWER_MS) });
  await response.body?.cancel();
  return response.status;
}

/**
 * Returns the error's code or name, because a message may quote the request. The message of a WebhookSecretError quotes nothing, so it is
 * returned.
 */
function describeError(error: unknown): string {
  if (error instanceof WebhookSecretError) return error.message;
  const { name, cause } = error as Error;
  // fetch throws a TypeError, whose cause may lack a code.
  return (cause as NodeJS.ErrnoException | undefined)?.code ?? (name === "TypeError" ? "no answer" : name);
}
