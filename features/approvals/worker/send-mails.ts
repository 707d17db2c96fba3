import type { MailBatch, MailKind } from "../../../adapters/mail/mail-delivery";
import { errorName } from "../../../adapters/mail/mail-sending";
import { type SenderFault, stopsEveryMail } from "../../../adapters/mail/sender-fault";
import type { WorkNotes } from "../../../adapters/tables/work-notes";
import type { World } from "../../../adapters/world";
import { groupBy, mapInBatches } from "../../../engine/collections";
import type { DomainEvent } from "../../../engine/events/event-kind";

/** Events whose mail is left. The fault of the sender, if one keeps the mail back. */
export type LeftEvents = ReadonlyMap<string, SenderFault | undefined>;

/** `isLate`: the events waited for long, so their mails are made from the rows as they are now. */
export type MailRun = Omit<MailBatch, "onFault"> & { readonly isLate?: boolean };

export type SendMails = (events: readonly DomainEvent[], run: MailRun) => Promise<LeftEvents>;

const RENEWED_AT_ONCE = 10;

/** Returns a function that sends every kind of mail about events. */
export function mailSender({ log }: Pick<World, "log">, kinds: readonly MailKind[], notes: WorkNotes): SendMails {
  /** One kind that fails, because a table does not answer, holds up no other. */
  async function sendKind(kind: MailKind, events: readonly DomainEvent[], batch: MailBatch): Promise<boolean> {
    try {
      return (await kind.send(events, batch)) === "done";
    } catch (error) {
      log.warn("mail not sent", { mail: kind.name, error: errorName(error) });
      await notes.failed(error);
      return false;
    }
  }

  /** Returns the events as the rows are now, without those that are no longer true. @param onFailed called with the id of an event whose rows cannot be read */
  async function renewEach(
    kind: MailKind,
    events: readonly DomainEvent[],
    onFailed: (id: string) => void,
  ): Promise<readonly DomainEvent[]> {
    const renewed = await mapInBatches(events, RENEWED_AT_ONCE, async (event) => {
      try {
        return kind.renew === undefined ? event : await kind.renew(event);
      } catch (error) {
        log.warn("mail not sent", { mail: kind.name, error: errorName(error) });
        onFailed(event.detail.id);
        return undefined;
      }
    });
    return renewed.filter((event) => event !== undefined && kind.takes(event)) as readonly DomainEvent[];
  }

  return async (events: readonly DomainEvent[], { hasTime, isLate, ...run }: MailRun): Promise<LeftEvents> => {
    const leftEvents = new Map<string, SenderFault | undefined>();
    let stop: SenderFault | undefined;
    const canGoOn = () => stop === undefined && hasTime();
    for (const kind of kinds) {
      const takenEvents = events.filter((event) => kind.takes(event));
      const due = isLate ? await renewEach(kind, takenEvents, (id) => leftEvents.set(id, undefined)) : takenEvents;
      for (const together of groupBy(due, (event) => kind.keyOf(event)).values()) {
        let fault: SenderFault | undefined;
        const onFault = (why: SenderFault) => {
          fault = why;
          if (stopsEveryMail(why)) stop = why;
        };
        const isDone = canGoOn() && (await sendKind(kind, together, { ...run, hasTime: canGoOn, onFault }));
        if (!isDone) for (const { detail } of together) leftEvents.set(detail.id, fault ?? stop ?? leftEvents.get(detail.id));
      }
    }
    return leftEvents;
  };
}
