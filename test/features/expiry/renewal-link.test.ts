import { Refusal } from "../../../adapters/operator/act";
import type { AccountRow } from "../../../features/accounts/account";
import type { AccessResult } from "../../../features/accounts/change";
import { makeGuestAnswers } from "../../../features/expiry/acts/guest";
import type { ExpiryOfGates } from "../../../features/expiry/expiry";
import { answeredBySponsor, mayLetEnd } from "../../../features/expiry/renewable";
import { accountOfLink, askingSponsor, buildRenewalLink, RENEWAL_LINK_DAYS } from "../../../features/expiry/renewal-link";
import { arrived, day, expiry } from "../accounts/accounts";

const SPONSOR = "lee@contoso.com";
const secret = "s".repeat(43);
const gates: ExpiryOfGates = { default: expiry };
/** Ten days before the end. */
const soon = day(170);

const account: AccountRow = { ...arrived(), sponsor: SPONSOR };
const asking = askingSponsor(account, gates, soon);
const linked: AccountRow = { ...account, ...(asking && { renewalLink: buildRenewalLink(asking, secret, soon) }) };

it.each<{ given: string; stored: AccountRow | undefined; of?: ExpiryOfGates; on?: Date; asks: boolean }>([
  { given: "a sponsor, ten days before the end", stored: account, asks: true },
  { given: "thirty days before the end", stored: account, on: day(150), asks: true },
  { given: "more than thirty days before the end", stored: account, on: day(149), asks: false },
  { given: "no account", stored: undefined, asks: false },
  { given: "no sponsor", stored: arrived(), asks: false },
  { given: "a sponsor that is no address", stored: { ...account, sponsor: "lee" }, asks: false },
  { given: "a sponsor who left", stored: { ...account, sponsorLost: day(160).toISOString() } as AccountRow, asks: false },
  { given: "the person as their own sponsor", stored: { ...account, sponsor: account.email }, asks: false },
  { given: "a gate without an end", stored: account, of: {}, asks: false },
  { given: "another gate's expiry", stored: { ...account, gate: "suppliers" }, asks: false },
  { given: "its own gate's expiry", stored: { ...account, gate: "suppliers" }, of: { suppliers: expiry }, asks: true },
  { given: "approvers who renew", stored: account, of: { default: { ...expiry, renew: "approvers" } }, asks: false },
  { given: "access that ended", stored: { ...account, state: "ended" } as AccountRow, asks: false },
])("a sponsor is asked, given $given: $asks", ({ stored, of = gates, on = soon, asks }) => {
  expect(askingSponsor(stored, of, on)).toEqual(asks ? { account: stored, expiry: Object.values(of)[0], address: SPONSOR } : undefined);
});

it("a renewal link is stored as a hash that is valid for thirty days", () => {
  expect(RENEWAL_LINK_DAYS).toBe(30);
  const link = asking && buildRenewalLink(asking, secret, soon);
  expect(link).toEqual({ hash: expect.stringMatching(/^[\w-]{43}$/), until: day(200).toISOString() });
});

it.each<{ given: string; stored: AccountRow | undefined; shown?: string; of?: ExpiryOfGates; on?: Date; opens: boolean }>([
  { given: "as it was sent", stored: linked, opens: true },
  { given: "after thirty days", stored: linked, on: day(200), opens: false },
  { given: "with another secret", stored: linked, shown: "o".repeat(43), opens: false },
  { given: "with what is no secret", stored: linked, shown: "s", opens: false },
  { given: "of a row without a link", stored: account, opens: false },
  { given: "of no row", stored: undefined, opens: false },
  { given: "with another end", stored: { ...linked, until: day(181).toISOString() }, opens: false },
  { given: "with other days to renew by", stored: linked, of: { default: { ...expiry, days: 90 } }, opens: false },
  { given: "of another sponsor", stored: { ...linked, sponsor: "ann@contoso.com" }, opens: false },
  { given: "once the sponsor left", stored: { ...linked, sponsorLost: soon.toISOString() } as AccountRow, opens: false },
])("a link $given opens the account: $opens", ({ stored, shown = secret, of = gates, on = soon, opens }) => {
  expect(accountOfLink(stored, shown, of, on)?.account).toEqual(opens ? stored : undefined);
});

describe("an answer by a link", () => {
  const answers = makeGuestAnswers({ needs: [], make: () => ({}) as never });
  /** What is written of a row, by the sponsor's link; undefined if nothing is. */
  async function answer(stored: AccountRow, what: "renew" | "let-end", note?: string): Promise<AccountRow | undefined> {
    let row: AccountRow | undefined;
    const world = {
      accounts: {
        get: async () => stored,
        async change(_: string, step: (row: AccountRow) => AccessResult) {
          const result = step(stored);
          if (result.ok) row = result.row;
          return result;
        },
      },
      gateExpiry: (gate: string) => gates[gate],
      denials: { findDenials: async () => new Map(), arePoliciesKnown: true },
    } as never;
    const doing = { actor: { by: SPONSOR, via: "mail" }, now: soon } as const;
    const input = note === undefined ? {} : { note };
    const [state] = await answers[what].read([{ id: stored.id, secret }], world, doing);
    if (state === undefined) throw new Error("Not read.");
    const refusals = answers[what].concerns(state, input, doing.actor);
    const outcome = await answers[what].perform(state, input, world, doing);
    // Whoever sends the form twice at once is refused by the write, too.
    expect(outcome instanceof Refusal || outcome === undefined).toBe(refusals.length > 0);
    return row;
  }

  it("renews access in the name of the sponsor", async () => {
    const renewed = await answer(linked, "renew", "still here");
    expect(renewed).toMatchObject({ until: day(360).toISOString() });
    expect(renewed?.history.at(-1)).toMatchObject({ by: { kind: "mail", name: SPONSOR }, note: "still here" });
    expect(renewed && (await answer(renewed, "renew"))).toBeUndefined();
  });

  it("lets access end", async () => {
    const ending = await answer(linked, "let-end");
    expect(ending).toMatchObject({ state: "in", until: account.until, renew: expect.anything() });
    expect(ending?.history.at(-1)).not.toHaveProperty("note");
  });

  it.each<{ given: string; cells: Partial<AccountRow> }>([
    { given: "said so before", cells: { renew: "approvers" } },
    { given: "disabled", cells: { state: "disabled" } },
  ])("cannot confirm an end that was $given", ({ cells }) => {
    const row = { ...account, ...cells };
    expect(mayLetEnd(row)).toBe(false);
    expect(answeredBySponsor(row, "let-end", expiry, { by: { kind: "mail", name: SPONSOR } }, soon)).toStrictEqual({
      ok: false,
      why: "already",
      row,
    });
    expect(mayLetEnd(account)).toBe(true);
  });

  it("is rejected without the link", async () => expect(await answer(account, "renew")).toBeUndefined());
});
