import { findRedirectUrl } from "../../../adapters/aws/approval-settings";
import { environment, workerEnvironment } from "../../../adapters/aws/environment";
import { type MailBatch, type MailKind, type MailOutcome, type MailTools, sharedMail } from "../../../adapters/mail/mail-delivery";
import { decideUrlIn, mailPlace } from "../../../adapters/mail/mail-place";
import { linkSecret } from "../../../adapters/system";
import { retryWrite } from "../../../adapters/tables/conditions";
import type { World } from "../../../adapters/world";
import { omit } from "../../../engine/collections";
import { keepGiven } from "../../../engine/json";
import { isPast } from "../../../engine/sign-up/time";
import { isPossibleEmail } from "../../../engine/unmatched";
import type { AccountRow } from "../../accounts/account";
import { ACCESS_CHANGED, type AccessChanged, type AccessEvent, findRenewer } from "../../accounts/events";
import { type AccountStore, accountStore } from "../../accounts/store/accounts";
import type { ExpiryOfGates } from "../expiry";
import { askingSponsor, buildRenewalLink, RENEW_PATH } from "../renewal-link";
import { asksSponsorByMail, personsMail, renewersMail } from "./access-mail";

export function accessMailKind({ world, ownTexts, deliver, reportRefused }: MailTools): MailKind<AccessEvent> {
  const linkFor = linksIn(world);

  async function notify(change: AccessChanged, batch: MailBatch): Promise<MailOutcome> {
    const { approvers } = batch.settings;
    const settings = { ownTexts, redirectUrl: findRedirectUrl(batch.settings, change.gate), approvers, ...mailPlace(world.settings) };
    const buildLogFields = () => ({ to: "access", event: change.what, reference: change.reference });
    const asksByLink = linkFor !== undefined && asksSponsorByMail(change);
    const mails = {
      "access to the person": { to: personsMail(change, settings)?.to, make: async () => personsMail(change, settings) },
      "access to who renews": {
        to: renewersMail(change, settings)?.to,
        make: async () => renewersMail(change, { ...settings, renewUrl: asksByLink ? await linkFor(change) : undefined }),
      },
    };
    let outcome: MailOutcome = "done";
    for (const [kind, { to = [], make }] of Object.entries(mails)) {
      const readers = to.filter(isPossibleEmail);
      if (readers.length === 0) {
        if (to.length > 0) await reportRefused("Address", buildLogFields(), { kind, about: [change] });
        continue;
      }
      const mailTo = sharedMail<AccessChanged>(async (_, due) => ((mail) => mail && { ...mail, to: due })(await make()));
      if ((await deliver({ kind, to: readers, about: [change], make: mailTo, logged: buildLogFields }, batch)) === "waiting")
        outcome = "retry";
    }
    return outcome;
  }

  return {
    order: 35,
    name: "access",
    takes: (event): event is AccessEvent => event.type === ACCESS_CHANGED,
    keyOf: ({ detail }) => detail.id,
    send: ([event], batch) => notify((event as AccessEvent).detail, batch),
    async renew(event) {
      const name = world.settings[environment.accountsTable];
      if (name === undefined) return event;
      const account = await accountStore(world.tables, name).get(event.detail.accountId);
      if (account === undefined || !isStillTrue(event.detail, account, new Date(world.clock.now()))) return undefined;
      return {
        ...event,
        detail: { ...omit(event.detail, "sponsor", "renew"), ...keepGiven({ sponsor: account.sponsor, renew: findRenewer(account) }) },
      };
    },
  };
}

function isStillTrue({ what, until, reason }: AccessChanged, account: AccountRow, now: Date): boolean {
  const isIn = account.state === "in" && (account.until === undefined || !isPast(account.until, now));
  // A reminder of an earlier end names that one.
  const end = reason === undefined ? account.until : account.idleEnd;
  if (what === "reminded") return isIn && end === until && (end === undefined || !isPast(end, now));
  return what === "disabled" ? account.state === "disabled" : isIn;
}

/** Returns undefined if sponsors do not answer by mail. */
function linksIn(world: Pick<World, "settings" | "tables" | "clock">) {
  const { settings, tables } = world;
  const [url, table, expiry] = [decideUrlIn(settings), settings[environment.accountsTable], settings[workerEnvironment.expiry]];
  if (url === undefined || table === undefined || expiry === undefined) return undefined;
  const accounts = accountStore(tables, table);
  return renewalLinks(world, { accounts, gates: JSON.parse(expiry) as ExpiryOfGates, url: new URL(RENEW_PATH, url).href });
}

interface RenewalLinks {
  readonly accounts: Pick<AccountStore, "get" | "keepRenewalLink">;
  readonly gates: ExpiryOfGates;
  /** The address of the page that the link opens, without a query. */
  readonly url: string;
}

/** Returns a function that creates a sponsor's link, unless the event's sponsor is no longer asked about the account. */
function renewalLinks({ clock }: Pick<World, "clock">, { accounts, gates, url }: RenewalLinks) {
  return ({ accountId, sponsor }: AccessChanged): Promise<string | undefined> =>
    retryWrite<{ readonly link?: string }>(async () => {
      const now = new Date(clock.now());
      const asking = askingSponsor(await accounts.get(accountId), gates, now);
      if (asking === undefined || asking.account.sponsor !== sponsor || asking.account.renew !== undefined) return {};
      const secret = linkSecret();
      const isKept = await accounts.keepRenewalLink(asking.account, buildRenewalLink(asking, secret, now));
      return isKept ? { link: `${url}?${new URLSearchParams({ account: accountId, key: secret })}` } : undefined;
    }).then(({ link }) => link);
}
