import { partnerMail } from "../adapters/mail/compose";
import { PARTNER_CHANGED, type PartnerEvent } from "../features/partners/event";
import type { MailKind, MailTools } from "./mail-kind";
import { mailPlace } from "./mail-sending";

/** To the approvers in the settings about partners' domains: one mail for all of a delivery. */
export function partnerMails({ world, wording, sent }: MailTools): MailKind<PartnerEvent> {
  return {
    name: "partners",
    takes: (event): event is PartnerEvent => event.type === PARTNER_CHANGED,
    keyOf: () => "",
    async send(events, { settings: { mailFrom, approvers } }) {
      if (approvers.length === 0) return "done";
      const changes = events.map(({ detail }) => detail);
      const mail = partnerMail(changes, { wording, approvers, language: mailPlace(world.settings).language });
      if (mail === undefined) return "done";
      const outcome = await sent(mail, mailFrom, { to: "approvers", domains: changes.map(({ domain }) => domain) });
      return outcome === "sent" ? "done" : "retry";
    },
  };
}
