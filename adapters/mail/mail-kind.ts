import type { DomainEvent } from "../../engine/events/event-kind";
import type { OwnMailTexts } from "../../engine/mail/voice";
import type { World } from "../world";
import type { MailBatch, MailDelivery } from "./mail-delivery";

/** `done`: no one is left to write to. `retry`: the queue delivers the events again. */
export type MailOutcome = "done" | "retry";

export interface MailTools extends MailDelivery {
  readonly world: Pick<World, "settings" | "secrets" | "tables" | "clock" | "mail" | "log">;
  /** Texts of the policy's own. */
  readonly ownTexts: OwnMailTexts;
}

/** One kind of mail. An event may be of several, for different people: each is sent, and tried again, by itself. */
export interface MailKind<E extends DomainEvent = DomainEvent> {
  /** A delivery's mails are sent in this order. @default 50 */
  readonly place?: number;
  /** Tells it from the others. */
  readonly name: string;
  takes(event: DomainEvent): event is E;
  /** Events with the same key share one mail. */
  keyOf(event: E): string;
  send(events: readonly E[], batch: MailBatch): Promise<MailOutcome>;
}
