import { requireVariable, workerEnvironment } from "../../adapters/aws/environment";
import { eventBus } from "../../adapters/aws/event-bus";
import type { PublishMail } from "../../adapters/mail/mail-states";
import { busEvents } from "../../adapters/publish-changes";
import type { World } from "../../adapters/world";
import { buildMailChanged, MAIL_CHANGED } from "../../engine/mail/mail-line";
import { events } from "./events";

/** Tells other systems what became of a mail. Rejects if the bus does not take it. */
export function mailPublisher({ bus, settings }: Pick<World, "bus" | "settings">): PublishMail {
  return async (about, line) => {
    const { put } = eventBus(bus, requireVariable(workerEnvironment.eventBus, settings), async () => true);
    const event = { type: MAIL_CHANGED, detail: buildMailChanged(about, line) };
    const deliveries = await put(busEvents(event, settings, events));
    if (deliveries.some(({ state }) => state === "waiting")) throw new Error("The bus takes no event of a mail.");
  };
}
