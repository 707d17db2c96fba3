import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import * as v from "valibot";
import { type ApprovalSettings, approvalSettings } from "../../../adapters/aws/approval-settings";
import { composeHandler } from "../../../adapters/aws/compose-handler";
import { SettingsError } from "../../../adapters/aws/settings";
import { type MailBatch, type MailKind, type MailSettings, type MailTools, mailDelivery } from "../../../adapters/mail/mail-delivery";
import { errorName } from "../../../adapters/mail/mail-sending";
import { LONGEST_SEND_MS } from "../../../adapters/mail/send";
import { type WorkNotes, workNotes } from "../../../adapters/tables/work-notes";
import type { World } from "../../../adapters/world";
import { groupBy } from "../../../engine/collections";
import type { DomainEvent, EventKinds } from "../../../engine/events/event-kind";
import { parseJson } from "../../../engine/json";
import type { OwnMailTexts } from "../../../engine/mail/voice";
import { events as eventKinds } from "../../lists/events";
import { mails } from "../../lists/mails";
import { sortByPlace } from "../../place";

/** Milliseconds for one more mail: {@link LONGEST_SEND_MS} for SES, 8 s for the usage table. An interrupted mail is sent twice. */
const MARGIN_MS = LONGEST_SEND_MS + 8_000;

/** Changes no state of a request: only stores the hashes of links in mail. The queue redelivers events whose mail was not sent. @param texts in the form of `mailEnvironment.texts` */
export function approvalMailHandler(texts = "{}") {
  const ownTexts = JSON.parse(decodeURIComponent(texts)) as OwnMailTexts;
  return (world: MailTools["world"]) => {
    const kinds = sortByPlace<MailKind>(mails.map((make) => make({ world, ownTexts, ...mailDelivery(world) })));
    const notes = workNotes(world, "mails");
    const settingsOf = mailSettings(world, notes);

    async function send(events: readonly DomainEvent[], batch: MailBatch): Promise<ReadonlySet<string>> {
      const leftIds = new Set<string>();
      for (const kind of kinds) {
        const due = events.filter((event) => kind.takes(event));
        for (const together of groupBy(due, (event) => kind.keyOf(event)).values()) {
          const isDone = batch.hasTime() && (await sendKind(kind, together, batch));
          if (!isDone) for (const { detail } of together) leftIds.add(detail.id);
        }
      }
      return leftIds;
    }

    /** One kind that fails, because a table does not answer, holds up no other. */
    async function sendKind(kind: MailKind, events: readonly DomainEvent[], batch: MailBatch): Promise<boolean> {
      try {
        return (await kind.send(events, batch)) === "done";
      } catch (error) {
        world.log.warn("mail not sent", { mail: kind.name, error: errorName(error) });
        await notes.failed(error);
        return false;
      }
    }

    return composeHandler(world, async ({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
      const messages = Records.map(({ messageId, body }) => ({ messageId, event: parseEvent(body, world) }));
      const events = new Map(messages.flatMap(({ event }) => (event === undefined ? [] : [[event.detail.id, event]])));
      const due = [...events.values()].filter((event) => kinds.some((kind) => kind.takes(event)));
      const settings = due.length === 0 ? undefined : await settingsOf();
      const hasTime = () => context.getRemainingTimeInMillis() >= MARGIN_MS;
      const { mailFrom } = settings ?? {};
      // If the settings name no sender, no mail is sent, and the events count as done.
      const leftIds =
        mailFrom === undefined ? new Set<string>() : await send(due, { settings: { ...settings, mailFrom } as MailSettings, hasTime });
      const isLeft = (event: DomainEvent) => (settings === undefined ? due.includes(event) : leftIds.has(event.detail.id));
      const failedMessages = messages.filter(({ event }) => event === undefined || isLeft(event));
      return { batchItemFailures: failedMessages.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    });
  };
}

/** An unreadable message stays until the queue moves it to the dead-letter queue. */
function parseEvent(body: string, { log }: Pick<World, "log">): DomainEvent | undefined {
  const message = v.safeParse(busMessage, parseJson(body));
  const event = message.success ? { type: message.output["detail-type"], detail: message.output.detail } : undefined;
  if (event !== undefined && v.is((eventKinds as EventKinds)[event.type]?.mail ?? v.never(), event.detail)) return event;
  log.error("event unreadable");
  return undefined;
}

const busMessage = v.object({ "detail-type": v.string(), detail: v.looseObject({ id: v.string(), time: v.string() }) });

/**
 * The current settings. Undefined if unusable. If only an operator can fix the settings, their alarm rings at once, not after an hour of
 * retries.
 */
function mailSettings(world: MailTools["world"], notes: WorkNotes): () => Promise<ApprovalSettings | undefined> {
  const current = approvalSettings(world);
  return async () => {
    try {
      const settings = await current();
      await notes.succeeded("settings");
      return settings;
    } catch (error) {
      const wrong = error instanceof SettingsError;
      world.log.error("mail settings unusable", { error: errorName(error), ...(wrong && { why: error.message }) });
      if (wrong) world.log.count("ApprovalSettingsUnusable");
      await notes.failed(error, { part: "settings" });
      return undefined;
    }
  };
}
