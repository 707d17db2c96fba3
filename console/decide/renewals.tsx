import type { Context } from "hono";
import { RENEW_PATH, voiceFor } from "../../adapters/mail/voice";
import type { AuditedChange } from "../../adapters/tables/audit";
import { type AccountRow, UnreadableAccountError } from "../../engine/access/account";
import { type AccessResult, laterEnd } from "../../engine/access/change";
import { isSponsorAnswer, mayLetEnd, type SponsorAnswer, sponsorActions } from "../../engine/access/renewable";
import { type AskingAccount, accountOfLink, answeredByLink } from "../../engine/access/renewal-link";
import type { TermsOfGates } from "../../engine/access/terms";
import type { Language } from "../../engine/messages/index";
import { mailTexts } from "../../engine/messages/mail";
import { MAX_TEXT_LENGTH } from "../../engine/sign-up/text";
import { visible } from "../parts/value";
import { answerPage, consoleHome, type LinkPagePorts, readerLanguage, type ShownForm, smallForm } from "./answering";
import { SentencePage } from "./decide-page";
import { decideTexts } from "./decide-texts";
import { DecideFrame, NoteField } from "./frame";
import { renewTexts } from "./renew-texts";

// A sponsor renews the access of a guest from their mail, or lets it end.

/** Names of the link's parameters, and of the form's fields. */
const renewFields = { account: "account", secret: "key", note: "note", verb: "answer" } as const;

/** What answers of sponsors reach. */
export interface RenewPorts {
  readonly accounts: {
    get(id: string): Promise<AccountRow | undefined>;
    change(id: string, transition: (row: AccountRow | undefined) => AccessResult): Promise<AccessResult>;
  };
  readonly gates: TermsOfGates;
  /** Makes a change, with its entry in the trail beforehand. */
  audited(entry: AuditedChange, now: Date, change: () => Promise<boolean>): Promise<boolean>;
}

type Ports = RenewPorts & LinkPagePorts;

export async function showRenewal(ports: Ports, context: Context): Promise<Response> {
  const [id, secret] = [context.req.query(renewFields.account) ?? "", context.req.query(renewFields.secret) ?? ""];
  return await showForm(ports, context, { id, secret });
}

async function showForm(ports: Ports, context: Context, { id, ...form }: ShownForm): Promise<Response> {
  const asking = await askingAt(ports, id, form.secret);
  if (asking === undefined) return await renewalIsOver(ports, context);
  const page = <RenewPage language={readerLanguage(context)} asking={asking} now={ports.now()} {...form} />;
  return await answerPage(context, form.problem === undefined ? 200 : 400, page);
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

export async function takeRenewal(ports: Ports, context: Context): Promise<Response> {
  const sent = await smallForm(context);
  const [id, secret, typed, verb] = [sent(renewFields.account), sent(renewFields.secret), sent(renewFields.note), sent(renewFields.verb)];
  const language = readerLanguage(context);
  const t = renewTexts[language];
  const note = typed.trim();
  if (!isSponsorAnswer(verb)) return await showForm(ports, context, { id, secret, note: typed, problem: t.chooseOne });
  const { noteTooLong } = decideTexts[language];
  if (note.length > MAX_TEXT_LENGTH) return await showForm(ports, context, { id, secret, note: typed, problem: noteTooLong });
  const asking = await askingAt(ports, id, secret);
  const after = asking && (await written(ports, verb, asking, { secret, ...(note !== "" && { note }) }));
  if (after === undefined) {
    ports.decided({ outcome: "unknown" });
    return await renewalIsOver(ports, context);
  }
  ports.decided({ outcome: "done", verb, reference: after.reference });
  const until = dayFor(language, after.until ?? "");
  const sentences = verb === "renew" ? [t.renewedUntil(until), ...(after.state === "disabled" ? [t.enabled] : [])] : [t.endsOn(until)];
  const title = verb === "renew" ? t.renewed : t.left;
  return await answerPage(context, 200, <SentencePage language={language} title={title} sentences={[...sentences, t.takeBack]} />);
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

/** The same for an unknown account, a wrong secret and a link that is over. */
export function renewalIsOver({ consoleUrl }: Pick<LinkPagePorts, "consoleUrl">, context: Context): Promise<Response> {
  const language = readerLanguage(context);
  const t = renewTexts[language];
  const page = (
    <SentencePage language={language} title={t.overTitle} sentences={[t.over, t.overElsewhere]} consoleUrl={consoleHome(consoleUrl)} />
  );
  return answerPage(context, 404, page);
}

/** A day as the reader writes it, in UTC. */
function dayFor(language: Language, iso: string): string {
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
function RenewPage({ language, asking: { account, terms, address }, secret, now, problem, note = "" }: RenewPageProps) {
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
