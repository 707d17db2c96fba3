import type { Context, ScheduledEvent, SQSBatchResponse, SQSEvent } from "aws-lambda";
import * as v from "valibot";
import { type ApprovalSettings, approvalSettings } from "../../../adapters/aws/approval-settings";
import { composeHandler } from "../../../adapters/aws/compose-handler";
import { environment, requireVariable } from "../../../adapters/aws/environment";
import { SettingsError } from "../../../adapters/aws/settings";
import { type MailKind, type MailTools, mailDelivery } from "../../../adapters/mail/mail-delivery";
import { errorName } from "../../../adapters/mail/mail-sending";
import { readerHash } from "../../../adapters/mail/mail-states";
import { LONGEST_SEND_MS } from "../../../adapters/mail/send";
import type { SenderFault } from "../../../adapters/mail/sender-fault";
import { waitingMails } from "../../../adapters/mail/waiting-mails";
import { type WorkNotes, workNotes } from "../../../adapters/tables/work-notes";
import type { World } from "../../../adapters/world";
import { groupBy } from "../../../engine/collections";
import type { DomainEvent, EventKinds } from "../../../engine/events/event-kind";
import { parseJson } from "../../../engine/json";
import type { OwnMailTexts } from "../../../engine/mail/voice";
import { SENDER_PART } from "../../../engine/work";
import { events as eventKinds } from "../../lists/events";
import { mails } from "../../lists/mails";
import { mailPublisher } from "../../mails/client";
import { sortByOrder } from "../../order";
import { type LeftEvents, mailSender } from "./send-mails";
import { hasSender, reportWaiting, waitingMailRun } from "./waiting-mail";

/** Milliseconds for one more mail: {@link LONGEST_SEND_MS} for SES, 8 s for the usage table. An interrupted mail is sent twice. */
const MARGIN_MS = LONGEST_SEND_MS + 8_000;

/** Changes no state of a request: only stores the hashes of links in mail. The queue redelivers events whose mail was not sent. @param texts in the form of `mailEnvironment.texts` */
export function approvalMailHandler(texts = "{}") {
  const ownTexts = JSON.parse(decodeURIComponent(texts)) as OwnMailTexts;
  return (world: MailTools["world"] & Pick<World, "bus">) => {
    const publish = mailPublisher(world);
    const kinds = sortByOrder<MailKind>(mails.map((make) => make({ world, ownTexts, ...mailDelivery(world, publish) })));
    const notes = workNotes(world, "mails");
    const send = mailSender(world, kinds, notes);
    const settingsOf = mailSettings(world, notes);
    const waiting = waitingMails(world, requireVariable(environment.ledgerTable, world.settings), {
      publish,
      hashReader: readerHash(world),
    });

    /** The events leave the queue: they wait for longer than it keeps them. */
    async function hold(events: readonly DomainEvent[], leftEvents: LeftEvents): Promise<readonly DomainEvent[]> {
      const heldEvents = events.filter(({ detail }) => leftEvents.get(detail.id) !== undefined);
      try {
        for (const [fault, together] of groupBy(heldEvents, ({ detail }) => leftEvents.get(detail.id) as SenderFault)) {
          await waiting.add(together, fault);
          await reportWaiting(world, notes, fault, (await waiting.head()).count);
        }
        return heldEvents;
      } catch (error) {
        world.log.warn("mail not noted", { error: errorName(error) });
        return [];
      }
    }

    /** SES may have told that sending is off, and not that it is on again: it reports at best effort. */
    async function endPause(): Promise<void> {
      const head = await waiting.head().catch(() => undefined);
      if (head?.count === 0) await notes.succeeded(SENDER_PART);
    }

    async function sendDelivered({ Records }: SQSEvent, hasTime: () => boolean): Promise<SQSBatchResponse> {
      const messages = Records.map(({ messageId, body }) => ({ messageId, event: parseEvent(body, world) }));
      const events = new Map(messages.flatMap(({ event }) => (event === undefined ? [] : [[event.detail.id, event]])));
      const due = [...events.values()].filter((event) => kinds.some((kind) => kind.takes(event)));
      const settings = due.length === 0 ? undefined : await settingsOf();
      // If the settings name no sender, no mail is sent, and the events count as done.
      const leftEvents = hasSender(settings) ? await send(due, { settings, hasTime }) : new Map();
      const heldEvents = await hold(due, leftEvents);
      if (hasSender(settings) && leftEvents.size === 0) await endPause();
      const isLeft = (event: DomainEvent) =>
        settings === undefined
          ? due.includes(event)
          : leftEvents.has(event.detail.id) && !heldEvents.some(({ detail }) => detail.id === event.detail.id);
      const failedMessages = messages.filter(({ event }) => event === undefined || isLeft(event));
      return { batchItemFailures: failedMessages.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    }

    const sendWaiting = waitingMailRun(world, waiting, notes, { send, settingsOf });

    return composeHandler(world, async (call: SQSEvent | ScheduledEvent, context: Context): Promise<SQSBatchResponse> => {
      const hasTime = () => context.getRemainingTimeInMillis() >= MARGIN_MS;
      if ("Records" in call) return await sendDelivered(call, hasTime);
      await sendWaiting(hasTime);
      return { batchItemFailures: [] };
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
