import type { MailTools } from "../../../../adapters/mail/mail-delivery";
import type { Mail } from "../../../../adapters/mail/send";
import { toItem } from "../../../../adapters/tables/item";
import type { AccountRow } from "../../../../features/accounts/account";
import { type AccessResult, accessWorker, changeSponsor, endOffer, offerGuest } from "../../../../features/accounts/change";
import { accountEvent } from "../../../../features/accounts/events";
import type { SponsorEvent } from "../../../../features/accounts/sponsor-event";
import { sponsorMailKind } from "../../../../features/expiry/worker/sponsor-mails";
import { memoryWorld } from "../../../memory/world";
import { createKeyTable } from "../../../support/key-table";
import { day, row, rowOf, say } from "../../accounts/accounts";

const guest = (number: number): AccountRow => ({ ...row, id: `id-${number}`, email: `g${number}@partner.com`, sponsor: "lee@contoso.com" });
const offered = (number: number) => rowOf(offerGuest(guest(number), "mina@contoso.com", say, day(1)));

/**
 * Returns the mails about changes, each as its reader and what it says. @param stored the rows by then; an undefined one was erased
 * @param more.erased the member that an erasure took out of the events
 */
async function mailsOf(
  changes: readonly (readonly [AccountRow, AccessResult])[],
  stored?: readonly (AccountRow | undefined)[],
  { erased, now = day(2) }: { readonly erased?: "sponsor"; readonly now?: Date | undefined } = {},
) {
  const { world } = memoryWorld({
    settings: {
      ...{ ACCOUNTS_TABLE: "accounts", AWS_REGION: "eu-west-1", POWERTOOLS_SERVICE_NAME: "G" },
      CONSOLE_URL: "https://console.contoso.com/approvals/requests/{id}",
    },
    clock: { now: () => now.getTime() } as never,
  });
  await createKeyTable(world.tables, "accounts", "accounts");
  for (const item of stored ?? changes.map(([, result]) => rowOf(result)))
    if (item !== undefined) await world.tables.call("PutItem", { TableName: "accounts", Item: toItem({ ...item }) });
  const sent: Mail[] = [];
  const refused: string[] = [];
  const tools: MailTools = {
    world,
    ownTexts: {},
    async deliver({ to, about, make }) {
      sent.push(...(await make(new Map(to.map((reader) => [reader, about])))).map(({ mail }) => mail));
      return "sent";
    },
    reportRefused: async (_, { event }) => void refused.push(String(event)),
  };
  const kind = sponsorMailKind(tools);
  const omitErased = ({ type, detail }: SponsorEvent): SponsorEvent => ({
    type,
    detail: erased === undefined ? detail : { ...detail, [erased]: undefined },
  });
  const events = changes.map(([before, result]) => accountEvent(before, rowOf(result)) as SponsorEvent).map(omitErased);
  expect(new Set(events.map((event) => kind.keyOf(event))).size).toBe(1);
  expect(events.every((event) => kind.takes(event))).toBe(true);
  expect(await kind.send(events, {} as never)).toBe("done");
  return { sent: sent.map(({ to, subject, text }) => [...to, subject, text] as const), refused };
}

describe("the mail about a sponsor", () => {
  it("tells a colleague of all guests who were offered, until when to answer, and where", async () => {
    const { sent } = await mailsOf([1, 2].map((number) => [guest(number), offerGuest(guest(number), "mina@contoso.com", say, day(1))]));
    expect(sent).toEqual([
      ["mina@contoso.com", "You are asked to become a sponsor", expect.stringMatching(/^lee@contoso\.com asks you.*June 16, 2026/)],
    ]);
    expect(sent[0]?.[2]).toMatch(/g1@partner\.com\n.*g2@partner\.com\n.*https:\/\/console\.contoso\.com\/asked\n/s);
  });

  it.each<{ what: string; change: (row: AccountRow) => AccessResult; before?: AccountRow; mails: readonly (readonly [string, RegExp])[] }>([
    {
      what: "a yes",
      change: (before) => endOffer(before, "offer-accepted", say, day(2)),
      mails: [["lee@contoso.com", /^mina@contoso\.com has accepted/]],
    },
    {
      what: "a no",
      change: (before) => endOffer(before, "offer-refused", say, day(2)),
      mails: [["lee@contoso.com", /^mina@contoso\.com has refused\. You still answer/]],
    },
    {
      what: "a lapse",
      change: (before) => endOffer(before, "offer-lapsed", { by: accessWorker }, day(15)),
      mails: [["lee@contoso.com", /^mina@contoso\.com has not answered in time/]],
    },
    { what: "a withdrawal", change: (before) => endOffer(before, "offer-withdrawn", say, day(2)), mails: [] },
    {
      what: "another sponsor by an operator",
      change: (before) => changeSponsor(before, "ida@contoso.com", say, day(2)),
      mails: [
        ["ida@contoso.com", /^An operator made you the sponsor/],
        ["lee@contoso.com", /^An operator made ida@contoso\.com the sponsor/],
      ],
    },
    {
      what: "a first sponsor by an operator",
      before: row,
      change: (before) => changeSponsor(before, "ida@contoso.com", say, day(2)),
      mails: [["ida@contoso.com", /^An operator made you the sponsor/]],
    },
  ])("tells of $what", async ({ change, before = offered(1), mails }) => {
    const { sent } = await mailsOf([[before, change(before)]]);
    expect(sent).toEqual(mails.map(([to, text]) => [to, expect.any(String), expect.stringMatching(text)]));
  });

  it.each<{ what: string; stored: AccountRow | undefined; now?: Date }>([
    { what: "withdrawn", stored: rowOf(endOffer(offered(1), "offer-withdrawn", say, day(1))) },
    { what: "offered to somebody else", stored: { ...offered(1), offeredTo: "ida@contoso.com" } },
    { what: "erased", stored: undefined },
    { what: "offered in vain until a day that is over", stored: offered(1), now: day(16) },
  ])("does not tell of a guest who was $what meanwhile", async ({ stored, now }) => {
    expect((await mailsOf([[guest(1), offerGuest(guest(1), "mina@contoso.com", say, day(1))]], [stored], { now })).sent).toEqual([]);
  });

  it("goes to the sponsor before although the new one was taken out of it, and names whom the account names", async () => {
    const { sent } = await mailsOf([[offered(1), changeSponsor(offered(1), "ida@contoso.com", say, day(2))]], undefined, {
      erased: "sponsor",
    });
    expect(sent).toEqual([
      ["lee@contoso.com", expect.any(String), expect.stringMatching(/^An operator made ida@contoso\.com the sponsor/)],
    ]);
  });

  it("to a guest's user name is reported, not sent", async () => {
    const named = { ...guest(1), sponsor: "lee_home.com#EXT#@contoso.onmicrosoft.com" };
    expect(await mailsOf([[named, changeSponsor(named, "ida@contoso.com", say, day(2))]])).toMatchObject({
      sent: [["ida@contoso.com", expect.any(String), expect.any(String)]],
      refused: ["taken"],
    });
  });
});
