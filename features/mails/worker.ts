import type { EventBridgeEvent } from "aws-lambda";
import * as v from "valibot";
import { composeHandler } from "../../adapters/aws/compose-handler";
import { environment, requireVariable } from "../../adapters/aws/environment";
import { mailStateStore } from "../../adapters/mail/mail-states";
import { waitingMails } from "../../adapters/mail/waiting-mails";
import { workNotes } from "../../adapters/tables/work-notes";
import type { World } from "../../adapters/world";
import { type MailLine, SUPPRESSED } from "../../engine/mail/mail-line";
import { MS_PER_MINUTE } from "../../engine/sign-up/time";
import { SENDER_PART } from "../../engine/work";
import { mailPublisher } from "./client";
import { SENDING_DISABLED, SENDING_ENABLED } from "./events";

const when = v.object({ timestamp: v.string() });
/** SES's event in EventBridge, as far as it is read: it holds addresses, too. */
const mailEvent = v.object({
  eventType: v.string(),
  mail: v.object({ messageId: v.string(), timestamp: v.string() }),
  bounce: v.optional(v.object({ ...when.entries, bounceType: v.string(), bounceSubType: v.string() })),
  complaint: v.optional(
    v.object({ ...when.entries, complaintSubType: v.nullish(v.string()), complaintFeedbackType: v.optional(v.string()) }),
  ),
  delivery: v.optional(when),
  deliveryDelay: v.optional(v.object({ ...when.entries, delayType: v.string() })),
  reject: v.optional(v.object({ reason: v.string() })),
});
type MailEvent = v.InferOutput<typeof mailEvent>;

/** SES may report a message before the mail function has noted it. Lambda calls again after one and two minutes. */
const NOTED_WITHIN_MS = 5 * MS_PER_MINUTE;

type Report = Pick<MailLine, "at" | "state" | "why">;

type MailEventsWorld = Pick<World, "settings" | "tables" | "bus" | "clock" | "log">;

/** Hears what SES reports of mails. Logs the id and type of an event, never the event. */
export function mailEventsHandler(world: MailEventsWorld) {
  const { settings, log, clock } = world;
  const ledger = requireVariable(environment.ledgerTable, settings);
  const store = mailStateStore(world, ledger);
  const waiting = waitingMails(world, ledger);
  const notes = workNotes(world, "mails");
  const publish = mailPublisher(world);

  async function hear(id: string, detail: unknown): Promise<void> {
    const read = v.safeParse(mailEvent, detail);
    const report = read.success ? readReport(read.output) : undefined;
    if (!read.success || report === undefined) return log.error("mail event unreadable", { event: id });
    const { messageId, timestamp } = read.output.mail;
    const sentMail = await store.message(messageId);
    if (sentMail === undefined) {
      if (clock.now() - Date.parse(timestamp) < NOTED_WITHIN_MS) throw new Error("The message of a mail event is not noted yet.");
      return log.warn("mail event of an unknown message", { event: id, state: report.state });
    }
    for (const about of sentMail.subjects) {
      // Published first: if that fails, the line is not changed, and the next call publishes.
      await store.report(messageId, about, report, () => publish(about, { ...report, id: messageId, kind: sentMail.kind }));
    }
    log.info("mail reported", { event: id, state: report.state });
  }

  /** New mails may go again: the next start of the mail function tries a waiting one at once. */
  async function endWaiting(): Promise<void> {
    await waiting.changeHead(() => ({ triedAt: undefined }));
    if ((await waiting.head()).count === 0) await notes.succeeded(SENDER_PART);
  }

  return composeHandler(world, async (event: EventBridgeEvent<string, unknown>): Promise<void> => {
    const type = event["detail-type"];
    if (type === SENDING_ENABLED) return await endWaiting();
    if (type === SENDING_DISABLED) return await notes.failed("paused", { part: SENDER_PART });
    await hear(event.id, event.detail);
  });
}

/** Undefined for a type of event that says nothing of the mail's way. */
function readReport({ eventType, mail, bounce, complaint, delivery, deliveryDelay, reject }: MailEvent): Report | undefined {
  switch (eventType) {
    case "Bounce": {
      if (bounce === undefined) return undefined;
      const { bounceType, bounceSubType } = bounce;
      return { state: "bounced", at: toTime(bounce.timestamp), why: toCodes(bounceSubType, `${bounceType}/${bounceSubType}`) };
    }
    case "Complaint":
      return (
        complaint && {
          state: "complained",
          at: toTime(complaint.timestamp),
          why: toCodes(complaint.complaintSubType ?? "", complaint.complaintFeedbackType),
        }
      );
    case "Delivery":
      return delivery && { state: "handed-over", at: toTime(delivery.timestamp) };
    case "DeliveryDelay":
      return deliveryDelay && { state: "delayed", at: toTime(deliveryDelay.timestamp), why: deliveryDelay.delayType };
    case "Reject":
      return reject && { state: "rejected", at: toTime(mail.timestamp), why: reject.reason };
    default:
      return undefined;
  }
}

/** SES's own list of addresses that bounced, and the account's. */
function toCodes<T>(subType: string, codes: T): T | typeof SUPPRESSED {
  return subType === "Suppressed" || subType === "OnAccountSuppressionList" ? SUPPRESSED : codes;
}

function toTime(timestamp: string): string {
  return new Date(timestamp).toISOString();
}
