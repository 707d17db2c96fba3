import { environment, required } from "../../../adapters/aws/environment";
import { workerEnvironment } from "../../../adapters/aws/worker-environment";
import type { World } from "../../../adapters/world";
import { type LinkPagePorts, type MailAnswer, openLink } from "../../../console/mail-answer/answering";
import { AnswerForm, MailAnswerFrame, type ShownForm } from "../../../console/mail-answer/frame";
import { Facts } from "../../../console/parts/table";
import { visible } from "../../../console/parts/value";
import { voiceFor } from "../../../engine/mail/voice";
import type { Language } from "../../../engine/messages/index";
import { type AccountRow, UnreadableAccountError } from "../../accounts/account";
import { type AccessResult, laterEnd } from "../../accounts/change";
import { accountStore } from "../../accounts/store/accounts";
import { type AuditedChange, auditStore } from "../../audit/store/trail";
import { accessMailTexts } from "../mail-texts";
import { RENEW_PATH } from "../renew-path";
import { isSponsorAnswer, mayLetEnd, type SponsorAnswer, sponsorActions } from "../renewable";
import { type AskingAccount, accountOfLink, answeredByLink } from "../renewal-link";

import type { TermsOfGates } from "../terms";
import { renewTexts } from "./mail-renewal-texts";

// A sponsor renews the access of a guest from their mail, or lets it end.

const renewFields = { id: "account", secret: "key", note: "note", verb: "answer" } as const;

/** What answers of sponsors reach. */
interface RenewPorts {
  readonly accounts: {
    get(id: string): Promise<AccountRow | undefined>;
    change(id: string, transition: (row: AccountRow | undefined) => AccessResult): Promise<AccessResult>;
  };
  readonly gates: TermsOfGates;
  /** Makes a change, with its entry in the trail beforehand. */
  audited(entry: AuditedChange, now: Date, change: () => Promise<boolean>): Promise<boolean>;
}

type Ports = RenewPorts & Pick<LinkPagePorts, "now">;

export const mailRenewal: MailAnswer = {
  path: RENEW_PATH,
  over: renewTexts,
  open(world) {
    const renewals = renewalPorts(world);
    if (renewals === undefined) return undefined;
    return openLink<SponsorAnswer>(({ now }) => {
      const ports = { ...renewals, now };
      return {
        fields: renewFields,
        texts: renewTexts,
        isVerb: isSponsorAnswer,
        async page(form, language) {
          const asking = await askingAt(ports, form.id, form.secret);
          return asking && <RenewPage language={language} asking={asking} now={now()} form={form} />;
        },
        async act(verb, { id, ...said }, language) {
          const t = renewTexts[language];
          const asking = await askingAt(ports, id, said.secret);
          const after = asking && (await written(ports, verb, asking, said));
          if (after === undefined) return { why: "unknown" };
          const until = dayFor(language, after.until ?? "");
          const outcome =
            verb === "renew" ? [t.renewedUntil(until), ...(after.state === "disabled" ? [t.enabled] : [])] : [t.endsOn(until)];
          return { reference: after.reference, title: verb === "renew" ? t.renewed : t.left, sentences: [...outcome, t.takeBack] };
        },
      };
    });
  },
};

/** Undefined where no policy asks sponsors. */
function renewalPorts({ settings, tables }: Pick<World, "settings" | "tables">): RenewPorts | undefined {
  const terms = settings[workerEnvironment.accessTerms];
  if (terms === undefined) return undefined;
  const { audited } = auditStore(tables, required(environment.auditTable, settings));
  return {
    accounts: accountStore(tables, required(environment.accountsTable, settings)),
    gates: JSON.parse(terms) as TermsOfGates,
    audited,
  };
}

/** Undefined for a link that answers nothing. */
async function askingAt({ accounts, gates, now }: Ports, id: string, secret: string): Promise<AskingAccount | undefined> {
  try {
    return accountOfLink(await accounts.get(id), secret, gates, now());
  } catch (error) {
    if (error instanceof UnreadableAccountError) return undefined;
    throw error;
  }
}

/** Undefined where the account was changed, or answered about, meanwhile. */
async function written(
  { accounts, gates, audited, now }: Ports,
  verb: SponsorAnswer,
  { account: { id, email, personId, reference }, address }: AskingAccount,
  { secret, ...said }: { readonly secret: string; readonly note?: string },
): Promise<AccountRow | undefined> {
  const at = now();
  const about = { subject: reference, person: personId, after: { email, ...said } };
  let row: AccountRow | undefined;
  await audited({ by: address, via: "mail", action: sponsorActions[verb], ...about }, at, async () => {
    const outcome = await accounts.change(id, (stored) => answeredByLink(stored, verb, { secret, gates, ...said }, at));
    row = outcome.ok ? outcome.row : undefined;
    return outcome.ok;
  });
  return row;
}

/** A day as the reader writes it, in UTC. */
function dayFor(language: Language, iso: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(new Date(iso));
}

interface RenewPageProps {
  readonly language: Language;
  readonly asking: AskingAccount;
  readonly now: Date;
  readonly form: ShownForm;
}

/** Whose access ends, when, and the sponsor's answer. */
function RenewPage({ language, asking: { account, terms, address }, now, form }: RenewPageProps) {
  const t = renewTexts[language];
  const { say } = voiceFor(accessMailTexts, {}, [language], "access.sponsor.text");
  const { email, until = "", letInAt, gate, reference, state } = account;
  const facts = [
    [say("label.email"), email],
    [t.ends, dayFor(language, until)],
    [t.since, dayFor(language, letInAt)],
    ...(gate === undefined ? [] : [[say("label.gate"), gate]]),
    [say("label.reference"), reference],
  ] as const;
  return (
    <MailAnswerFrame language={language} title={t.title} problem={form.problem}>
      {state === "disabled" ? (
        <p class="note warn">
          {t.disabled} {t.enabled}
        </p>
      ) : null}
      <Facts facts={facts.map(([label, value]) => [label, <bdi class="value">{visible(value)}</bdi>])} />
      <AnswerForm
        language={language}
        path={RENEW_PATH}
        fields={renewFields}
        form={form}
        about={
          <>
            <p>{t.answerAs(address)}</p>
            <p class="hint">{t.renews(terms.days)}</p>
            {mayLetEnd(account) ? <p class="hint">{t.lets}</p> : null}
          </>
        }
        noteLabel={t.note}
      >
        <button type="submit" name={renewFields.verb} value="renew">
          {t.renew(dayFor(language, laterEnd(account, terms.days, now)))}
        </button>
        {mayLetEnd(account) ? (
          <button type="submit" name={renewFields.verb} value="let-end" class="danger">
            {t.letEnd}
          </button>
        ) : null}
      </AnswerForm>
    </MailAnswerFrame>
  );
}
