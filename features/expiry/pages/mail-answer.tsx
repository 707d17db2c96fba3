import { environment, requireVariable, workerEnvironment } from "../../../adapters/aws/environment";
import { auditBy, carryOut, reviewAct } from "../../../adapters/operator/act";
import { functionPlace } from "../../../adapters/operator/world";
import type { MailAnswer, MailQuestion } from "../../../console/mail-answer/frame";
import { mailAnswerTexts } from "../../../console/mail-answer/mail-answer-texts";
import { voiceFor } from "../../../engine/mail/voice";
import type { Language } from "../../../engine/messages/index";
import { earliestEnd } from "../../accounts/account";
import { laterEnd } from "../../accounts/change";
import { DENIED_BY_LIST } from "../../approvals/request";
import { auditStore } from "../../audit/store/trail";
import { denialsByAccount } from "../../explain/world";
import { type AskedGuest, type GuestTarget, makeGuestAnswers } from "../acts/guest";
import { mailTexts } from "../mail-texts";
import { mayLetEnd, type SponsorAnswer } from "../renewable";
import { RENEW_PATH } from "../renewal-link";
import { renewTexts } from "../renewal-texts";

// The function that answers links may not search decisions.
const answers = makeGuestAnswers(denialsByAccount);

export const mailAnswer: MailAnswer<SponsorAnswer> = {
  path: RENEW_PATH,
  parameter: "account",
  verbs: ["renew", "let-end"],
  open(world) {
    const { settings, tables } = world;
    // No policy asks sponsors.
    if (settings[workerEnvironment.expiry] === undefined) return undefined;
    const place = functionPlace(tables, settings);
    const trail = auditStore(tables, requireVariable(environment.auditTable, settings));
    const readGuest = async (target: GuestTarget, now: Date) =>
      (await reviewAct(answers.renew, [target], {}, place, { actor: { by: "", via: "mail" }, now }))[0]?.state;
    return {
      async asked({ id, secret }, { language, now }) {
        const { guest, isDenied = false } = (await readGuest({ id, secret }, now)) ?? {};
        return guest && renewQuestion(language, guest, isDenied, now);
      },
      async act(verb, { id, secret, note }, { language, now }) {
        const t = renewTexts[language];
        const { guest } = (await readGuest({ id, secret }, now)) ?? {};
        if (guest === undefined) return { why: "unknown" };
        const by = guest.address ?? "";
        const attempt = { target: { id, secret }, input: { ...(note !== undefined && { note }) }, answered: [] };
        const { personId: person } = guest.account;
        const audit = auditBy(trail, { by, via: "mail", person }, () => now);
        const result = await carryOut(answers[verb], attempt, place, { actor: { by, via: "mail" }, now }, audit);
        // If the list denies the guest, the page is shown again with the reason, because the sponsor can still let access end.
        if (result.kind === "stopped" && result.concerns[0].code === DENIED_BY_LIST) return { why: DENIED_BY_LIST, isAskedAgain: true };
        if (result.kind !== "done") return { why: "unknown" };
        const { until: end = "", state, reference } = result.outcome;
        const until = dayFor(language, end);
        const title = verb === "renew" ? t.renewedUntil(until) : t.endsOn(until);
        const sentences = verb === "renew" && state === "disabled" ? [t.disabled] : [];
        return { reference, title, sentences };
      },
    };
  },
};

function dayFor(language: Language, iso: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(new Date(iso));
}

function renewQuestion(
  language: Language,
  { account, expiry, address = "" }: AskedGuest,
  isGuestDenied: boolean,
  now: Date,
): MailQuestion<SponsorAnswer> {
  const t = renewTexts[language];
  const { say } = voiceFor(mailTexts, {}, [language], "access.sponsor.text");
  const { email, gate, reference, state } = account;
  const until = earliestEnd(account) ?? "";
  return {
    title: t.title,
    notes: (
      <>
        {isGuestDenied ? <p class="note bad">{t.deniedByList}</p> : null}
        {state === "disabled" && !isGuestDenied ? <p class="note warn">{t.disabled}</p> : null}
      </>
    ),
    facts: [
      [say("label.email"), email],
      [t.ends, dayFor(language, until)],
      [say("label.gate"), gate],
      [say("label.reference"), reference],
    ],
    as: mailAnswerTexts[language].answerAs(address),
    then: mayLetEnd(account) ? t.lets : undefined,
    buttons: {
      renew: isGuestDenied ? undefined : t.renew(dayFor(language, laterEnd(account, expiry.days, now))),
      "let-end": mayLetEnd(account) ? t.letEnd : undefined,
    },
    danger: "let-end",
  };
}
