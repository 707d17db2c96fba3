import { environment } from "../../../adapters/aws/environment";
import { type MailKind, type MailOutcome, type MailTools, sharedMail } from "../../../adapters/mail/mail-delivery";
import { mailPlace } from "../../../adapters/mail/mail-place";
import { type Part, renderedMail } from "../../../adapters/mail/render";
import type { Mail } from "../../../adapters/mail/send";
import { mapInBatches } from "../../../engine/collections";
import { keepGiven } from "../../../engine/json";
import { type OwnMailTexts, voiceFor } from "../../../engine/mail/voice";
import { isPossibleEmail } from "../../../engine/unmatched";
import type { AccountRow } from "../../accounts/account";
import { openOffer } from "../../accounts/change";
import { SPONSOR_CHANGED, type SponsorChanged, type SponsorEvent } from "../../accounts/sponsor-event";
import { type AccountStore, accountStore } from "../../accounts/store/accounts";
import { mailTexts } from "../mail-texts";
import { guestsUrl } from "./access-mail";

const READ_AT_ONCE = 10;

type News = "offered" | "accepted" | "refused" | "lapsed" | "given" | "taken";

/** Returns the mails that a change causes: who reads which news. */
function listReaders({ what, sponsor, from, to }: SponsorChanged): readonly (readonly [News, string | undefined])[] {
  switch (what) {
    case "offered":
      return [[what, to]];
    case "accepted":
      return [[what, from]];
    case "given":
      return [
        [what, sponsor],
        ["taken", from],
      ];
    case "withdrawn":
      return [];
    default:
      return [[what, sponsor]];
  }
}

/** Tells sponsors and colleagues of guests who were offered or given. Guests of one act share a mail. */
export function sponsorMailKind({ world, ownTexts, deliver, reportRefused }: MailTools): MailKind<SponsorEvent> {
  const name = world.settings[environment.accountsTable];
  const accounts = name === undefined ? undefined : accountStore(world.tables, name, () => {});
  return {
    order: 36,
    name: "sponsors",
    takes: (event): event is SponsorEvent => event.type === SPONSOR_CHANGED,
    keyOf: ({ detail: { what, sponsor, from, to } }) => JSON.stringify([what, sponsor, from, to]),
    async send(events, batch) {
      const about = events.map(({ detail }) => detail);
      const [first] = about;
      let outcome: MailOutcome = "done";
      for (const [news, reader] of first === undefined ? [] : listReaders(first)) {
        if (reader === undefined) continue;
        const kind = `sponsor ${news}`;
        const buildLogFields = () => ({ to: "sponsor", event: news });
        if (!isPossibleEmail(reader)) {
          await reportRefused("Address", buildLogFields(), { kind, about });
          continue;
        }
        const make = sharedMail<SponsorChanged>(async (due) => {
          const people = await selectTrue(due, accounts, new Date(world.clock.now()));
          return people.length === 0 ? undefined : sponsorMail(reader, news, people, { ownTexts, ...mailPlace(world.settings) });
        });
        if ((await deliver({ kind, to: [reader], about, make, logged: buildLogFields }, batch)) === "waiting") outcome = "retry";
      }
      return outcome;
    },
  };
}

/** Leaves out changes that were undone or repeated since, and accounts that were erased. An erasure takes an address out of a change. */
async function selectTrue(changes: readonly SponsorChanged[], accounts: Pick<AccountStore, "get"> | undefined, now: Date) {
  if (accounts === undefined) return changes;
  const rows = await mapInBatches(changes, READ_AT_ONCE, ({ accountId }) => accounts.get(accountId));
  return changes.flatMap((change, index) => {
    const account = rows[index];
    return isStillTrue(change, account, now) ? [{ ...change, ...keepGiven({ sponsor: change.sponsor ?? account?.sponsor }) }] : [];
  });
}

function isStillTrue({ what, sponsor, to, until }: SponsorChanged, account: AccountRow | undefined, now: Date): boolean {
  if (account === undefined) return false;
  return what === "offered"
    ? openOffer(account, now) === to && account.offeredUntil === until
    : [undefined, account.sponsor].includes(sponsor);
}

interface SponsorMailSettings {
  readonly ownTexts: OwnMailTexts;
  readonly language: string;
  readonly consoleUrl?: string | undefined;
}

function sponsorMail(reader: string, news: News, people: readonly SponsorChanged[], settings: SponsorMailSettings): Mail {
  const { ownTexts, language, consoleUrl } = settings;
  const voice = voiceFor(mailTexts, ownTexts, [language], `access.sponsor.${news}.text`);
  const { say, moment } = voice;
  const [{ what, sponsor = "", to = sponsor, until } = {} as SponsorChanged] = people;
  const words = { sponsor, to: what === "given" || what === "accepted" ? sponsor : to, until: until === undefined ? "" : moment(until) };
  const url = guestsUrl(consoleUrl);
  const parts: readonly Part[] = [
    { kind: "words", text: say(`access.sponsor.${news}.text`, words) },
    { kind: "facts", facts: people.map(({ email }) => ({ label: say("label.email"), value: email })), warning: undefined },
    ...(url === undefined ? [] : [{ kind: "link", label: say("assigned.link"), url } as const]),
  ];
  return renderedMail([reader], say(`access.sponsor.${news}.subject`), parts, voice);
}
