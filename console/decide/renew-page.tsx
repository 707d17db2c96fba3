import { RENEW_PATH, voiceFor } from "../../adapters/mail/voice";
import { laterEnd } from "../../engine/access/change";
import { mayLetEnd } from "../../engine/access/renewable";
import type { AskingAccount } from "../../engine/access/renewal-link";
import type { Language } from "../../engine/messages/index";
import { mailTexts } from "../../engine/messages/mail";
import { visible } from "../parts/value";
import { DecideFrame, NoteField } from "./frame";
import { renewTexts } from "./renew-texts";

/** Names of the link's parameters, and of the form's fields. */
export const renewFields = { account: "account", secret: "key", note: "note", verb: "answer" } as const;

/** A day as the reader writes it, in UTC. */
export function dayFor(language: Language, iso: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(new Date(iso));
}

interface RenewPageProps {
  readonly language: Language;
  readonly asking: AskingAccount;
  readonly secret: string;
  readonly now: Date;
  /** What was wrong with the form. */
  readonly problem?: string;
  /** As it was typed. */
  readonly note?: string;
}

/** Whose access ends, when, and the sponsor's answer. */
export function RenewPage({ language, asking: { account, terms, address }, secret, now, problem, note = "" }: RenewPageProps) {
  const t = renewTexts[language];
  const { say } = voiceFor(mailTexts, [language], "access.sponsor.text");
  const { id, email, until = "", letInAt, gate, reference, state } = account;
  const facts = [
    [say("label.email"), email],
    [t.ends, dayFor(language, until)],
    [t.since, dayFor(language, letInAt)],
    ...(gate === undefined ? [] : [[say("label.gate"), gate]]),
    [say("label.reference"), reference],
  ] as const;
  return (
    <DecideFrame language={language} title={t.title} problem={problem}>
      {state === "disabled" ? (
        <p class="note warn">
          {t.disabled} {t.enabled}
        </p>
      ) : null}
      <dl class="card">
        {facts.map(([label, value]) => (
          <>
            <dt>{label}</dt>
            <dd>
              <bdi class="value">{visible(value ?? "")}</bdi>
            </dd>
          </>
        ))}
      </dl>
      <form method="post" action={RENEW_PATH} class="card">
        <input type="hidden" name={renewFields.account} value={id} />
        <input type="hidden" name={renewFields.secret} value={secret} />
        <p>{t.answerAs(address)}</p>
        <p class="hint">{t.renews(terms.days)}</p>
        {mayLetEnd(account) ? <p class="hint">{t.lets}</p> : null}
        <NoteField language={language} name={renewFields.note} label={t.note} note={note} />
        <p class="actions">
          <button type="submit" name={renewFields.verb} value="renew">
            {t.renew(dayFor(language, laterEnd(account, terms.days, now)))}
          </button>
          {mayLetEnd(account) ? (
            <button type="submit" name={renewFields.verb} value="let-end" class="danger">
              {t.letEnd}
            </button>
          ) : null}
        </p>
      </form>
    </DecideFrame>
  );
}
