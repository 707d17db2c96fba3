import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { makeWorld } from "../../../adapters/operator/world";
import { omit } from "../../../engine/collections";
import { buildPersonId, type HashOf, keyedHash } from "../../../engine/sign-up/person";
import { listsOfGates } from "../../../features/access-list/asked-lists";
import { type AccountRow, NEVER, UNSET } from "../../../features/accounts/account";
import { type AccountStore, accountStore } from "../../../features/accounts/store/accounts";
import { accessActs } from "../../../features/expiry/acts/access";
import { gatehouse, PERSON_KEY, startInstance, type TestInstance } from "../../cli/support";
import { startConsole, type TestConsole } from "../../console/support";
import { hashOf } from "../../engine/sign-up/people";
import { runs } from "../../support/runs";
import { arrived, disabled, ended } from "../accounts/accounts";
import { DAY } from "../approvals/requests";

let pages: TestConsole;
let instance: TestInstance;
beforeAll(async () => {
  pages = await startConsole();
  instance = await startInstance([], "samples/policies/expiry", { accounts: true, audit: true });
  const file = join(instance.data, "instance.json");
  const askedLists = JSON.stringify(listsOfGates(["default"], () => pages.world.policiesAt("default")));
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), askedLists }));
});
afterAll(() => Promise.all([pages.close(), instance.close()]));

const after = (days: number) => new Date(Date.now() + days * DAY).toISOString();
const accounts: Readonly<Record<string, (row: AccountRow) => AccountRow>> = {
  in: (row) => ({ ...row, until: after(10), endsAt: after(10) }),
  over: (row) => ({ ...row, until: after(-1), endsAt: after(-1) }),
  endless: (row) => ({ ...omit(row, "until"), endsAt: NEVER }),
  unset: (row) => ({ ...omit(row, "until"), endsAt: UNSET }),
  disabled: (row) => ({ ...disabled, ...omit(row, "state", "history", "turn"), until: after(-2), endsAt: after(-2) }),
  deleted: (row) => ({ ...ended, ...omit(row, "state", "history", "turn") }),
};

const facts = fc.record({
  account: fc.constantFrom(...Object.keys(accounts)),
  deny: fc.constantFrom("none", "address", "google.com"),
  vouchers: fc.constantFrom([], ["google.com"]),
  isLongNote: fc.constantFrom(false, false, false, true),
  verb: fc.constantFrom("extend", "end"),
});
type Facts = typeof facts extends fc.Arbitrary<infer T> ? T : never;

interface Stores {
  readonly hash: HashOf;
  readonly accounts: Pick<AccountStore, "change" | "get">;
  put(row: Readonly<Record<string, string>>): Promise<unknown>;
  remove(entry: string): Promise<unknown>;
}

const allStores = (): readonly [Stores, Stores] => [
  {
    ...{ hash: hashOf, accounts: pages.world.accounts(), put: (row) => pages.put(row) },
    remove: (entry) => pages.database.client.call("DeleteItem", { TableName: pages.database.tableName, Key: { entry: { S: entry } } }),
  },
  {
    ...{ hash: keyedHash(PERSON_KEY), accounts: accountStore(instance.dynamodb.client, "accounts"), put: (row) => instance.putRow(row) },
    remove: (entry) =>
      instance.dynamodb.client.call("DeleteItem", { TableName: instance.dynamodb.tableName, Key: { entry: { S: entry } } }),
  },
];

async function setUp({ account, deny, vouchers }: Facts, id: string, email: string): Promise<void> {
  for (const { hash, accounts: store, put, remove } of allStores()) {
    await remove("issuer:google.com");
    if (deny !== "none") await put({ entry: deny === "address" ? email : `issuer:${deny}`, effect: "deny" });
    const row = arrived({ id, email, personId: buildPersonId(email, hash), emailVouchers: vouchers });
    await store.change(id, () => ({ ok: true, row: accounts[account]?.(row) as AccountRow, condition: "absent" }));
  }
}

/** What the console and the command say of each concern. */
const said = {
  "denied-by-list": /denied by [^ ]+(?! when)<|denies them, by the entry/,
  "denied-by-provider": /when they sign in with/,
  "effect-unknown": /policy is not known here/,
  ended: /account was deleted|has no account any more/,
  disabled: /is disabled already/,
  endless: /Access has no end/,
  unset: /No end is set yet/,
  already: /It is so already/,
  "note-too-long": /note is too long/,
} as const;
const codesIn = (text: string) => (Object.keys(said) as readonly (keyof typeof said)[]).filter((code) => said[code].test(text));

const NOTE = { true: "x".repeat(1_001), false: "why" } as const;
const noteOf = ({ isLongNote }: Facts) => NOTE[`${isLongNote}`];

const doors = {
  async console({ verb, ...more }: Facts, id: string) {
    const row = await pages.world.accounts().get(id);
    const fields = { verb: `${verb}-access`, person: `account/${id}/${row?.turn}`, days: "14", back: "/people" };
    const question = await (await pages.sent("/people/change", "Approver", fields)).text();
    const answer = await pages.sent("/people/change", "Approver", { ...fields, note: noteOf({ verb, ...more }), sure: "yes" });
    return codesIn(question + (await answer.text()));
  },
  async command({ verb, ...more }: Facts, id: string) {
    const args = verb === "extend" ? [id, "--days", "14"] : [id];
    return codesIn((await gatehouse("expiry", verb, ...args, "--note", noteOf({ verb, ...more }), "--yes", ...instance.local)).stderr);
  },
};

/** What both doors leave of an account. */
const withoutAuthors = (row: AccountRow | undefined) =>
  row && {
    ...omit(row, "history", "personId", "until", "endsAt"),
    until: row.until?.slice(0, 10),
    history: row.history.map((each) => ({
      ...omit(each, "by", "at", "act"),
      until: each.until?.slice(0, 10),
      was: each.was?.slice(0, 10),
    })),
  };

let number = 0;

it("each door shows what the act knows, refuses alike, and leaves the same row; the command only tells of an end that is not there", async () => {
  const shownCodes = new Set<string>();
  const property = fc.asyncProperty(facts, async (state) => {
    number += 1;
    const id = `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
    await setUp(state, id, `kim${number}@place${number}.example`);
    const left: unknown[] = [];
    const [pageStores, commandStores] = allStores();
    for (const [name, via, { accounts: store }] of [
      ["console", "console", pageStores],
      ["command", "command", commandStores],
    ] as const) {
      const act = accessActs[state.verb as "end"];
      const doing = { actor: { by: "me", via }, now: new Date() } as const;
      const input = { days: 14, note: noteOf(state) };
      const [known] = await act.read([{ id }], makeWorld(act.uses, pages.world.place), doing);
      const before = await store.get(id);
      // The console's row may be changed by now. What is known of the person is the same.
      const concerns = act.concerns({ ...(known as NonNullable<typeof known>), account: before }, input, doing.actor);
      const refusals = concerns.filter(({ weight }) => weight === "refused");
      const shown = await doors[name](state, id);
      // A form with a long note is refused by its field, and a deleted account by its command, before anything is read.
      const isOfDoor = refusals.some(({ code }) => code === "note-too-long" || code === "ended");
      if (!isOfDoor) expect([name, ...shown].sort()).toEqual([name, ...concerns.map(({ code }) => code)].sort());
      for (const code of shown) shownCodes.add(`${name} ${code}`);
      const row = await store.get(id);
      if (refusals.length > 0) expect(row).toEqual(before);
      else {
        expect(row?.turn).toBe((before?.turn ?? 0) + 1);
        expect(row?.history.at(-1)?.act).toBeDefined();
        expect(row?.history.at(-1)?.concerns).toEqual(
          concerns.filter(({ code }) => code.startsWith("denied") || code === "effect-unknown").map(({ code }) => code).length === 0
            ? undefined
            : concerns.filter(({ code }) => code !== "endless" && code !== "unset").map(({ code }) => code),
        );
      }
      // The console refuses to give an end to whom has none.
      if (!concerns.some(({ code }) => code === "endless" || code === "unset")) left.push(withoutAuthors(row));
    }
    expect(new Set(left.map((row) => JSON.stringify(row))).size).toBeLessThanOrEqual(1);
  });
  await fc.assert(property, { numRuns: runs(80, 300), endOnFailure: true });
  for (const code of ["denied-by-list", "disabled", "endless", "unset"])
    for (const name of ["console", "command"]) expect([...shownCodes]).toContain(`${name} ${code}`);
}, 600_000);
