import { environment } from "../../../adapters/aws/environment";
import { type MailKind, type MailTools, sharedMail } from "../../../adapters/mail/mail-delivery";
import { mailPlace } from "../../../adapters/mail/mail-place";
import { type Part, renderedMail } from "../../../adapters/mail/render";
import type { Mail } from "../../../adapters/mail/send";
import { type OwnMailTexts, voiceFor } from "../../../engine/mail/voice";
import { isPast, MS_PER_MINUTE, timeAfter } from "../../../engine/sign-up/time";
import { isOverdue, type PartnerRow } from "../../access-list/partner";
import { PARTNER_CHANGED, type PartnerChanged, type PartnerEvent } from "../events";
import { mailTexts } from "../mail-texts";
import { partnerStore } from "../store/partners";

/** Mails the approvers in the settings about changes to partners' domains. One mail has all changes of a delivery. */
export function partnerMails({ world, ownTexts, deliver }: MailTools): MailKind<PartnerEvent> {
  return {
    order: 25,
    name: "partners",
    takes: (event): event is PartnerEvent => event.type === PARTNER_CHANGED,
    keyOf: () => "",
    async send(events, batch) {
      const { approvers } = batch.settings;
      if (approvers.length === 0) return "done";
      const about = events.map(({ detail }) => detail);
      const { language } = mailPlace(world.settings);
      const make = sharedMail<PartnerChanged>((changes, to) => mailAbout(changes, to, ownTexts, language));
      const buildLogFields = (changes: readonly PartnerChanged[]) => ({ to: "approvers", domains: changes.map(({ domain }) => domain) });
      const outcome = await deliver({ kind: "partners", to: approvers, about, make, logged: buildLogFields }, batch);
      return outcome === "sent" ? "done" : "retry";
    },
    async renew(event) {
      const name = world.settings[environment.decisionsTable];
      if (name === undefined) return event;
      const row = await partnerStore(world.tables, name).of(event.detail.domain);
      return row !== undefined && isStillTrue(event.detail, row, new Date(world.clock.now())) ? event : undefined;
    },
  };
}

/** A domain that got back into a state has an event of its own. The time of an event is that of the table's stream: perhaps of the second before. */
function isStillTrue({ state, until, time }: PartnerChanged, row: PartnerRow, now: Date): boolean {
  const isEarlier = isPast(timeAfter(time, MS_PER_MINUTE), new Date(row.since));
  return row.state === state && toTime(row.until) === toTime(until) && !isEarlier && !isOverdue(row, now);
}

const toTime = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text));

/** Returns one mail to all approvers; undefined if domains were only added or removed. */
function mailAbout(
  changes: readonly PartnerChanged[],
  approvers: readonly string[],
  ownTexts: OwnMailTexts,
  language: string,
): Mail | undefined {
  const voice = voiceFor(mailTexts, ownTexts, [language], "partner.subject");
  const parts = changes.flatMap(({ domain, state, until }): readonly Part[] => {
    if (state === "pending" || state === "removed") return [];
    return [{ kind: "words", text: voice.say(`partner.${state}`, { domain, until: until === undefined ? "" : voice.moment(until) }) }];
  });
  return parts.length === 0 ? undefined : renderedMail(approvers, voice.say("partner.subject"), parts, voice);
}
