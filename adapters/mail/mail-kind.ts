import type { DomainEvent } from "../../engine/events/event-kind";
import type { OwnMailTexts } from "../../engine/mail/voice";
import type { World } from "../world";
import type { MailBatch, MailDelivery } from "./mail-delivery";

/** `done`: no mail is left to send. `retry`: the queue delivers the events again. */
export type MailOutcome = "done" | "retry";

export interface MailTools extends MailDelivery {
  readonly world: Pick<World, "settings" | "secrets" | "tables" | "clock" | "mail" | "log">;
  readonly ownTexts: OwnMailTexts;
}

/** One kind of mail. An event may cause several kinds, for different people: each is sent, and retried, separately. */
export interface MailKind<E extends DomainEvent = DomainEvent> {
  /** Order of the kind among the mails of a delivery. @default 50 */
  readonly place?: number;
  readonly name: string;
  takes(event: DomainEvent): event is E;
  /** Returns a key: events with the same key share one mail. */
  keyOf(event: E): string;
  send(events: readonly E[], batch: MailBatch): Promise<MailOutcome>;
}
