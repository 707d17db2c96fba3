import { environment } from "../../../adapters/aws/environment";
import type { MailKind, MailOutcome, MailSettings, MailTools } from "../../../adapters/mail/mail-kind";
import { decideUrlIn, mailPlace } from "../../../adapters/mail/mail-place";
import { errorName } from "../../../adapters/mail/mail-sending";
import type { Mail } from "../../../adapters/mail/send";
import { untilKept } from "../../../adapters/mail/until-kept";
import { linkSecret } from "../../../adapters/random-code";
import type { World } from "../../../adapters/world";
import { normaliseEmail } from "../../../engine/sign-up/email";
import { ACCESS_CHANGED, type AccessChanged, type AccessEvent } from "../event";
import { RENEW_PATH } from "../renew-path";
import { askingSponsor, renewalLinkOf } from "../renewal-link";
import { type AccountStore, accountStore } from "../store/accounts";
import type { TermsOfGates } from "../terms";
import { accessMails, asksSponsorByMail } from "./access-mail";

/** How many mails a function remembers: the bus and the queue may bring an event twice. */
const MAX_REMEMBERED = 1_000;

/** About access that ends: to the person, and to those who can renew it. */
export function accessMailKind({ world, ownTexts, sent }: MailTools): MailKind<AccessEvent> {
  const { settings: variables, log } = world;
  const linkFor = linksIn(world);
  /** An event's id and who got their mail. */
  const delivered = new Set<string>();

  function isDue(change: AccessChanged, to: readonly string[]): boolean {
    return !delivered.has(markOf(change, to)) && to.every((each) => normaliseEmail(each) === each);
  }

  async function notify(change: AccessChanged, { mailFrom, redirectUrl, approvers }: MailSettings): Promise<MailOutcome> {
    const about = { to: "access", event: change.what, reference: change.reference };
    const { sponsor } = change;
    let renewUrl: string | undefined;
    try {
      const asks = linkFor !== undefined && sponsor !== undefined && asksSponsorByMail(change) && isDue(change, [sponsor]);
      renewUrl = asks ? await linkFor(change) : undefined;
    } catch (error) {
      log.warn("mail not sent", { error: errorName(error), ...about });
      return "retry";
    }
    let outcome: MailOutcome = "done";
    const mails: readonly Mail[] = accessMails(change, { ownTexts, redirectUrl, approvers, renewUrl, ...mailPlace(variables) });
    for (const mail of mails) {
      if (!isDue(change, mail.to)) continue;
      if ((await sent(mail, mailFrom, about)) === "waiting") {
        outcome = "retry";
        continue;
      }
      if (delivered.size >= MAX_REMEMBERED) delivered.clear();
      delivered.add(markOf(change, mail.to));
    }
    return outcome;
  }

  return {
    name: "access",
    takes: (event): event is AccessEvent => event.type === ACCESS_CHANGED,
    keyOf: ({ detail }) => detail.id,
    send: ([event], { settings }) => notify((event as AccessEvent).detail, settings),
  };
}

function markOf({ id }: AccessChanged, to: readonly string[]): string {
  return [id, ...to].join(" ");
}

/** Undefined where sponsors do not answer from mail. */
function linksIn(world: Pick<World, "settings" | "tables" | "clock">) {
  const { settings, tables } = world;
  const [url, table, terms] = [decideUrlIn(settings), settings[environment.accountsTable], settings[environment.accessTerms]];
  if (url === undefined || table === undefined || terms === undefined) return undefined;
  const accounts = accountStore(tables, table);
  return renewalLinks(world, { accounts, gates: JSON.parse(terms) as TermsOfGates, url: new URL(RENEW_PATH, url).href });
}

interface RenewalLinks {
  readonly accounts: Pick<AccountStore, "get" | "keepRenewalLink">;
  readonly gates: TermsOfGates;
  /** The page that the link opens, without a query. */
  readonly url: string;
}

/** Makes the link by which a sponsor answers about an account; undefined where the row does not ask the sponsor of the event any more. */
function renewalLinks({ clock }: Pick<World, "clock">, { accounts, gates, url }: RenewalLinks) {
  return ({ accountId, sponsor }: AccessChanged): Promise<string | undefined> =>
    untilKept<{ readonly link?: string }>(async () => {
      const now = new Date(clock.now());
      const asking = askingSponsor(await accounts.get(accountId), gates, now);
      if (asking === undefined || asking.account.sponsor !== sponsor || asking.account.renew !== undefined) return {};
      const secret = linkSecret();
      const isKept = await accounts.keepRenewalLink(asking.account, renewalLinkOf(asking, secret, now));
      return isKept ? { link: `${url}?${new URLSearchParams({ account: accountId, key: secret })}` } : undefined;
    }).then(({ link }) => link);
}
