import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import * as v from "valibot";
import { type ApprovalSettings, approvalSettings } from "../../../adapters/aws/approval-settings";
import { SettingsError } from "../../../adapters/aws/settings";
import type { MailBatch, MailKind, MailTools } from "../../../adapters/mail/mail-kind";
import { errorName, mailSender } from "../../../adapters/mail/mail-sending";
import type { World } from "../../../adapters/world";
import type { DomainEvent, EventKinds } from "../../../engine/events/event-kind";
import { grouped } from "../../../engine/grouped";
import type { OwnMailTexts } from "../../../engine/mail/voice";
import { eventKinds } from "../../event-kinds";
import { mailKinds } from "../../mail-kinds";

/** No mail is begun with less time left, in milliseconds: what is cut off after it went out goes out again. */
const MARGIN_MS = 20_000;
/** How many mails a function remembers. The bus and the queue may bring an event twice, seconds apart. */
const MAX_REMEMBERED = 1_000;

/**
 * Sends the mails of the queue's events, each kind by itself. The queue gives out again what was not sent. The requests stay as
 * they are, whether or not a mail goes out.
 * @param texts as `mailEnvironment.texts` describes them
 */
export function approvalMailHandler(texts = "{}") {
  const ownTexts = JSON.parse(decodeURIComponent(texts)) as OwnMailTexts;
  return (world: MailTools["world"]) => {
    const kinds = mailKinds.map((kind) => kind({ world, ownTexts, ...mailSender(world) }));
    const done = rememberedMails();
    const settingsOf = mailSettings(world);

    function isSettled(event: DomainEvent): boolean {
      return kinds.every((kind) => !kind.takes(event) || done.has(kind, event));
    }

    async function send(events: readonly DomainEvent[], batch: MailBatch): Promise<void> {
      for (const kind of kinds) {
        const due = events.filter((event) => kind.takes(event) && !done.has(kind, event));
        for (const together of grouped(due, (event) => kind.keyOf(event)).values()) {
          if (!batch.hasTime()) return;
          if ((await kind.send(together, batch)) === "done") for (const event of together) done.add(kind, event);
        }
      }
    }

    return async ({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
      const messages = Records.map(({ messageId, body }) => ({ messageId, event: eventOf(body, world) }));
      const byId = new Map(messages.flatMap(({ event }) => (event === undefined ? [] : [[event.detail.id, event]])));
      const due = [...byId.values()].filter((event) => !isSettled(event));
      const settings = due.length === 0 ? undefined : await settingsOf();
      const hasTime = () => context.getRemainingTimeInMillis() >= MARGIN_MS;
      const { mailFrom } = settings ?? {};
      if (settings !== undefined && mailFrom !== undefined) await send(due, { settings: { ...settings, mailFrom }, hasTime });
      // Without a sender there is no mail.
      const isLeft = (event: DomainEvent) => !isSettled(event) && (settings === undefined || mailFrom !== undefined);
      const left = messages.filter(({ event }) => event === undefined || isLeft(event));
      return { batchItemFailures: left.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    };
  };
}

/** What cannot be read stays till the queue gives it up, for somebody to see. */
function eventOf(body: string, { log }: Pick<World, "log">): DomainEvent | undefined {
  const message = v.safeParse(busMessage, jsonOf(body));
  const event = message.success ? { type: message.output["detail-type"], detail: message.output.detail } : undefined;
  if (event !== undefined && v.is((eventKinds as EventKinds)[event.type]?.mail ?? v.never(), event.detail)) return event;
  log.error("event unreadable");
  return undefined;
}

/** Other fields of the bus are ignored. */
const busMessage = v.object({ "detail-type": v.string(), detail: v.looseObject({ id: v.string(), time: v.string() }) });

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** The mails that are dealt with; the oldest are forgotten. */
function rememberedMails() {
  const marks = new Set<string>();
  const markOf = ({ name }: MailKind, { detail }: DomainEvent) => `${name} ${detail.id}`;
  return {
    has: (kind: MailKind, event: DomainEvent) => marks.has(markOf(kind, event)),
    add(kind: MailKind, event: DomainEvent): void {
      marks.add(markOf(kind, event));
      for (const oldest of marks) if (marks.size > MAX_REMEMBERED) marks.delete(oldest);
    },
  };
}

/** Reads the settings; undefined where they are of no use. What somebody has to fix rings at once: otherwise the queue would retry for an hour first. */
function mailSettings(world: MailTools["world"]): () => Promise<ApprovalSettings | undefined> {
  const current = approvalSettings(world);
  return async () => {
    try {
      return await current();
    } catch (error) {
      const wrong = error instanceof SettingsError;
      world.log.error("mail settings unusable", { error: errorName(error), ...(wrong && { why: error.message }) });
      if (wrong) world.log.count("ApprovalSettingsUnusable");
      return undefined;
    }
  };
}
