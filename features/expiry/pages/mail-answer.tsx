import { environment, requireVariable, workerEnvironment } from "../../../adapters/aws/environment";
import { functionPlace, makeMember } from "../../../adapters/operator/world";
import type { World } from "../../../adapters/world";
import type { MailAnswer, MailQuestion } from "../../../console/mail-answer/frame";
import { mailAnswerTexts } from "../../../console/mail-answer/mail-answer-texts";
import { voiceFor } from "../../../engine/mail/voice";
import type { Language } from "../../../engine/messages/index";
import { type AccountRow, accountPerson } from "../../accounts/account";
import { laterEnd } from "../../accounts/change";
import { accountStore, readableAccount } from "../../accounts/store/accounts";
import { DENIED_BY_LIST } from "../../approvals/request";
import { auditStore } from "../../audit/store/trail";
import { denialsByAccount } from "../../explain/world";
import type { ExpiryOfGates } from "../expiry";
import { mailTexts } from "../mail-texts";
import { mayLetEnd, type SponsorAnswer, sponsorActions } from "../renewable";
import { type AskingAccount, accountOfLink, answeredByLink, RENEW_PATH } from "../renewal-link";
import { renewTexts } from "./mail-renewal-texts";

export const mailAnswer: MailAnswer<SponsorAnswer> = {
  path: RENEW_PATH,
  parameter: "account",
  verbs: ["renew", "let-end"],
  open(world) {
    const ports = renewalPorts(world);
    if (ports === undefined) return undefined;
    return {
      async asked({ id, secret }, { language, now }) {
        const asking = await askingAt(ports, id, secret, now);
        return asking && renewQuestion(language, asking, await isDenied(ports, asking, now), now);
      },
      async act(verb, { id, ...said }, { language, now }) {
        const t = renewTexts[language];
        const asking = await askingAt(ports, id, said.secret, now);
        // If the list denies the guest, the page is shown again with the reason, because the sponsor can still let access end.
        if (verb === "renew" && asking !== undefined && (await isDenied(ports, asking, now)))
          return { why: DENIED_BY_LIST, isAskedAgain: true };
        const after = asking && (await writeMailAnswer(ports, verb, asking, said, now));
        if (after === undefined) return { why: "unknown" };
        const until = dayFor(language, after.until ?? "");
        const title = verb === "renew" ? t.renewedUntil(until) : t.endsOn(until);
        const sentences = verb === "renew" && after.state === "disabled" ? [t.disabled] : [];
        return { reference: after.reference, title, sentences };
      },
    };
  },
};

type RenewPorts = NonNullable<ReturnType<typeof renewalPorts>>;

/** Returns undefined if no policy asks sponsors. */
function renewalPorts({ settings, tables }: Pick<World, "settings" | "tables">) {
  const expiry = settings[workerEnvironment.expiry];
  if (expiry === undefined) return undefined;
  const { audited } = auditStore(tables, requireVariable(environment.auditTable, settings));
  return {
    accounts: accountStore(tables, requireVariable(environment.accountsTable, settings)),
    gates: JSON.parse(expiry) as ExpiryOfGates,
    audited,
    denials: makeMember(denialsByAccount, functionPlace(tables, settings)),
  };
}

async function isDenied({ denials }: RenewPorts, { account }: AskingAccount, now: Date): Promise<boolean> {
  const person = accountPerson(account);
  return (await denials.findDenials([person], now)).get(person)?.isPartial === false;
}

async function askingAt({ accounts, gates }: RenewPorts, id: string, secret: string, now: Date): Promise<AskingAccount | undefined> {
  return accountOfLink(await readableAccount(accounts, id), secret, gates, now);
}

/** Writes the answer. Undefined if the account was changed or answered meanwhile. */
async function writeMailAnswer(
  { accounts, gates, audited }: RenewPorts,
  verb: SponsorAnswer,
  { account: { id, email, personId, reference }, address }: AskingAccount,
  { secret, ...said }: { readonly secret: string; readonly note?: string },
  at: Date,
): Promise<AccountRow | undefined> {
  const about = { subject: reference, person: personId, after: { email, ...said } };
  let row: AccountRow | undefined;
  await audited({ by: address, via: "mail", action: sponsorActions[verb], ...about }, at, async () => {
    const outcome = await accounts.change(id, (storedRow) => answeredByLink(storedRow, verb, { secret, gates, ...said }, at));
    row = outcome.ok ? outcome.row : undefined;
    return outcome.ok;
  });
  return row;
}

function dayFor(language: Language, iso: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(new Date(iso));
}

function renewQuestion(
  language: Language,
  { account, expiry, address }: AskingAccount,
  isGuestDenied: boolean,
  now: Date,
): MailQuestion<SponsorAnswer> {
  const t = renewTexts[language];
  const { say } = voiceFor(mailTexts, {}, [language], "access.sponsor.text");
  const { email, until = "", gate, reference, state } = account;
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
