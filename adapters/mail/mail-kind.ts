import type { DomainEvent } from "../../engine/events/event-kind";
import type { OwnMailTexts } from "../../engine/mail/voice";
import type { World } from "../world";
import type { MailBatch, MailDelivery } from "./mail-delivery";

/** What becomes of a mail's events: nobody is left to write to about them, or the queue gives them out again. */
export type MailOutcome = "done" | "retry";

/** What every mail is made and sent with. */
export interface MailTools extends MailDelivery {
  readonly world: Pick<World, "settings" | "secrets" | "tables" | "clock" | "mail" | "log">;
  /** Texts of the policy's own. */
  readonly ownTexts: OwnMailTexts;
}

/** One kind of mail. An event may be of several, for different people: each is sent, and tried again, by itself. */
export interface MailKind<E extends DomainEvent = DomainEvent> {
  /** Tells it from the others. */
  readonly name: string;
  takes(event: DomainEvent): event is E;
  /** Events with the same key share one mail. */
  keyOf(event: E): string;
  send(events: readonly E[], batch: MailBatch): Promise<MailOutcome>;
}
