import type { AccessChanged } from "../../engine/access/event";
import { type ApplicantSettings, type ApproverSettings, type Mail, mailIn } from "./compose";
import type { Part } from "./render";
import { voiceFor } from "./voice";

interface AccessMailSettings extends ApplicantSettings, Pick<ApproverSettings, "approvers" | "language" | "place"> {}

/** The mails about a change of somebody's access: to the person, and to those who can renew it. */
export function accessMails(change: AccessChanged, settings: AccessMailSettings): readonly Mail[] {
  return [personsMail(change, settings), renewersMail(change, settings)].flatMap((each) => each ?? []);
}

function personsMail(
  { what, email, locales = [], until, deleteAt, reference }: AccessChanged,
  settings: AccessMailSettings,
): Mail | undefined {
  const news = newsOf(what);
  if (news === undefined) return undefined;
  const voice = voiceFor(settings.wording, locales, `access.${news}.text`);
  const { say, moment } = voice;
  const parts: readonly Part[] = [
    { kind: "words", text: say(`access.${news}.text`, { until: until === undefined ? "" : moment(until) }) },
    ...(news === "disabled" && deleteAt !== undefined
      ? [{ kind: "words", text: say("access.deletion", { until: moment(deleteAt) }) } as const]
      : []),
    ...(news === "restored" ? [{ kind: "link", label: say("created.link"), url: settings.redirectUrl } as const] : []),
    { kind: "small", text: `${say("label.reference")}: ${reference}` },
  ];
  return mailIn(voice, [email], say(`access.${news}.subject`), parts);
}

/** To the sponsor; to the approvers where there is none, or where the policy says so. */
function renewersMail({ what, email, sponsor, renew, until, reference }: AccessChanged, settings: AccessMailSettings): Mail | undefined {
  if ((what !== "reminded" && what !== "disabled") || renew === "nobody") return undefined;
  const to = sponsor === undefined || renew === "approvers" ? settings.approvers : [sponsor];
  if (to.length === 0) return undefined;
  const voice = voiceFor(settings.wording, [settings.language], "access.sponsor.text");
  const { say, moment } = voice;
  const facts = [
    { label: say("label.email"), value: email },
    { label: say("label.reference"), value: reference },
  ];
  const parts: readonly Part[] = [
    { kind: "words", text: say("access.sponsor.text", { until: until === undefined ? "" : moment(until) }) },
    { kind: "facts", facts, warning: undefined },
    { kind: "commands", commands: [`npx --no-install entra-gatehouse access renew ${email} --days 180 ${settings.place}`] },
  ];
  return mailIn(voice, to, say("access.sponsor.subject", { email }), parts);
}

function newsOf(what: AccessChanged["what"]): "reminder" | "disabled" | "restored" | undefined {
  if (what === "reminded") return "reminder";
  return what === "disabled" || what === "restored" ? what : undefined;
}
