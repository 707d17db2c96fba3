import { type Part, renderedMail } from "../../../adapters/mail/render";
import type { Mail } from "../../../adapters/mail/send";
import { type MailVoice, type OwnMailTexts, voiceFor } from "../../../engine/mail/voice";
import { isPossibleEmail } from "../../../engine/unmatched";
import type { AccessChanged } from "../../accounts/events";
import { mailTexts } from "../mail-texts";

/** The path of a request's page in the console. An address with another path belongs to another system. */
const OWN_REQUESTS = new URL("https://console/approvals/requests/{id}").pathname;

interface AccessMailSettings {
  readonly ownTexts: OwnMailTexts;
  readonly redirectUrl: string;
  readonly approvers: readonly string[];
  /** The language of mail to sponsors and approvers: a BCP 47 tag. */
  readonly language: string;
  readonly place: string;
  readonly consoleUrl?: string | undefined;
  /** The page on which the sponsor answers without signing in. */
  readonly renewUrl?: string | undefined;
}

export function personsMail(
  { what, email, locales = [], until, reason, deleteAt, reference }: AccessChanged,
  settings: AccessMailSettings,
): Mail | undefined {
  const news = findMailKind(what);
  if (news === undefined) return undefined;
  const name = reason === undefined || news === "restored" ? (`access.${news}.text` as const) : (`access.${news}.${reason}` as const);
  const voice = voiceFor(mailTexts, settings.ownTexts, locales, name);
  const { say, moment } = voice;
  const parts: readonly Part[] = [
    { kind: "words", text: say(name, { until: until === undefined ? "" : moment(until) }) },
    ...(news === "disabled" && deleteAt !== undefined
      ? [{ kind: "words", text: say("access.deletion", { until: moment(deleteAt) }) } as const]
      : []),
    ...(news === "restored" ? [{ kind: "link", label: say("created.link"), url: settings.redirectUrl } as const] : []),
    { kind: "small", text: `${say("label.reference")}: ${reference}` },
  ];
  return renderedMail([email], say(`access.${news}.subject`), parts, voice);
}

export function renewersMail(change: AccessChanged, settings: AccessMailSettings): Mail | undefined {
  const { email, sponsor, renew, days = 180, until, reason, reference } = change;
  if (!isAboutEnd(change) || renew === "nobody") return undefined;
  const isSponsors = asksSponsorByMail(change);
  const to = isSponsors && sponsor !== undefined ? [sponsor] : settings.approvers;
  if (to.length === 0) return undefined;
  const name = reason === undefined ? "access.sponsor.text" : (`access.sponsor.${reason}` as const);
  const voice = voiceFor(mailTexts, settings.ownTexts, [settings.language], name);
  const { say, moment } = voice;
  const facts = [
    { label: say("label.email"), value: email },
    { label: say("label.reference"), value: reference },
  ];
  const url = isSponsors ? guestsUrl(settings.consoleUrl) : undefined;
  const parts: readonly Part[] = [
    { kind: "words", text: say(name, { until: until === undefined ? "" : moment(until) }) },
    { kind: "facts", facts, warning: undefined },
    ...(isSponsors && settings.renewUrl !== undefined ? answerParts(voice, settings.renewUrl) : []),
    ...(url === undefined ? [] : [{ kind: "link", label: say("assigned.link"), url } as const]),
    { kind: "commands", commands: [`npm run gate -- expiry renew ${email} --days ${days} ${settings.place}`] },
  ];
  return renderedMail(to, say("access.sponsor.subject", { email }), parts, voice);
}

function isAboutEnd({ what }: Pick<AccessChanged, "what">): boolean {
  return what === "reminded" || what === "disabled";
}

/** Mail to a sponsor with a guest's user name would bounce, so the approvers get it. */
export function asksSponsorByMail({ what, sponsor, renew }: AccessChanged): boolean {
  return isAboutEnd({ what }) && sponsor !== undefined && isPossibleEmail(sponsor) && renew === undefined;
}

function answerParts({ say }: MailVoice<keyof typeof mailTexts>, url: string): readonly Part[] {
  return [
    { kind: "link", label: say("access.answer"), url },
    { kind: "words", text: say("access.answerHint") },
  ];
}

/** The address of the sponsor's page. Undefined if `consoleUrl` is absent or belongs to another system, which serves only requests. */
export function guestsUrl(consoleUrl: string | undefined): string | undefined {
  if (consoleUrl === undefined || new URL(consoleUrl).pathname !== OWN_REQUESTS) return undefined;
  return new URL("/asked", consoleUrl).href;
}

function findMailKind(what: AccessChanged["what"]): "reminder" | "disabled" | "restored" | undefined {
  if (what === "reminded") return "reminder";
  return what === "disabled" || what === "restored" ? what : undefined;
}
