import type { MailKind, MailTools } from "../../../adapters/mail/mail-kind";
import { mailPlace } from "../../../adapters/mail/mail-place";
import { type Part, renderedMail } from "../../../adapters/mail/render";
import type { Mail } from "../../../adapters/mail/send";
import { type OwnMailTexts, voiceFor } from "../../../engine/mail/voice";
import { PARTNER_CHANGED, type PartnerChanged, type PartnerEvent } from "../event";
import { partnerMailTexts } from "../mail-texts";

/** To the approvers in the settings about partners' domains: one mail for all of a delivery. */
export function partnerMails({ world, ownTexts, sent }: MailTools): MailKind<PartnerEvent> {
  return {
    name: "partners",
    takes: (event): event is PartnerEvent => event.type === PARTNER_CHANGED,
    keyOf: () => "",
    async send(events, { settings: { mailFrom, approvers } }) {
      if (approvers.length === 0) return "done";
      const changes = events.map(({ detail }) => detail);
      const mail = mailAbout(changes, approvers, ownTexts, mailPlace(world.settings).language);
      if (mail === undefined) return "done";
      const outcome = await sent(mail, mailFrom, { to: "approvers", domains: changes.map(({ domain }) => domain) });
      return outcome === "sent" ? "done" : "retry";
    },
  };
}

/** One mail to all approvers; undefined if nothing happened that somebody has to know. */
function mailAbout(
  changes: readonly PartnerChanged[],
  approvers: readonly string[],
  ownTexts: OwnMailTexts,
  language: string,
): Mail | undefined {
  const voice = voiceFor(partnerMailTexts, ownTexts, [language], "partner.subject");
  const parts = changes.flatMap(({ domain, state, until }): readonly Part[] => {
    if (state === "pending" || state === "removed") return [];
    return [{ kind: "words", text: voice.say(`partner.${state}`, { domain, until: until === undefined ? "" : voice.moment(until) }) }];
  });
  return parts.length === 0 ? undefined : renderedMail(approvers, voice.say("partner.subject"), parts, voice);
}
