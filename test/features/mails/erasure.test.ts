import { mailStateStore, readMailLines } from "../../../adapters/mail/mail-states";
import { waitingMails } from "../../../adapters/mail/waiting-mails";
import type { Item } from "../../../adapters/tables/item";
import type { DomainEvent } from "../../../engine/events/event-kind";
import { rows } from "../../../features/mails/rows";
import { memoryWorld } from "../../memory/world";
import { createKeyTable } from "../../support/key-table";

const HOUR = 3_600_000;
const kim = { hashes: [], personIds: new Set(["kim"]), accountIds: new Set<string>(), mailboxes: new Set(["kim@partner.example"]) };

async function makeLedger() {
  let now = Date.now();
  const { world } = memoryWorld({ settings: {}, clock: { now: () => now, startTimer: () => () => undefined } as never });
  await createKeyTable(world.tables, "ledger", "ledger");
  const store = mailStateStore(world, "ledger");
  return {
    store,
    waiting: waitingMails(world, "ledger"),
    pass: (ms: number) => {
      now += ms;
    },
    erase: async () => {
      for (const { forget } of rows) await forget?.(kim, world.tables, "ledger");
    },
    lines: async (subject: string) =>
      (await readMailLines(world.tables, "ledger", [subject], new Date(now))).get(subject)?.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    /** Rows that name the person or what a mail to them was about. */
    async named() {
      const { Items } = await world.tables.call<{ Items: readonly Item[] }>("Scan", { TableName: "ledger" });
      return Items.filter(
        (item) => !/^mail-(forgotten|back)\//.test(item.id?.S ?? "") && /"kim|"lee|@|mail:/.test(JSON.stringify(item)),
      ).map(({ id }) => id?.S);
    },
  };
}

type Ledger = Awaited<ReturnType<typeof makeLedger>>;

const about = { subject: "request/r1", personId: "kim" };
const event = { type: "invitation.sent.v1", detail: { id: "e1", requestId: "r1", personId: "kim", email: "kim@partner.example" } };
const acts: readonly { readonly what: string; act(ledger: Ledger): Promise<void> }[] = [
  { what: "SES took a mail to the person", act: ({ store }) => store.sent("m1", { kind: "invited", reader: "kim", subjects: [about] }) },
  {
    what: "SES took a mail about the person",
    act: ({ store }) => store.sent("m1", { kind: "approvers", reader: "lee", subjects: [about] }),
  },
  {
    what: "SES refused a mail to the person",
    act: ({ store }) => store.note(about, { id: "e1.invited", kind: "invited", state: "not-sent", at: "2026", sentAt: "2026" }),
  },
  {
    what: "a mail to the person begins to wait",
    act: ({ waiting }) => waiting.add([event as unknown as DomainEvent], "quota"),
  },
];

it.each(acts)("$what: nothing of it outlasts an erasure that comes later", async ({ act }) => {
  const ledger = await makeLedger();
  await act(ledger);
  expect(await ledger.named()).not.toEqual([]);
  await ledger.erase();
  expect(await ledger.named()).toEqual([]);
});

it.each(acts)("$what: nothing of it is kept if the person was erased while the mail was on its way", async ({ act }) => {
  const ledger = await makeLedger();
  await ledger.erase();
  await act(ledger);
  expect(await ledger.named()).toEqual([]);
  expect((await ledger.waiting.head()).count).toBe(0);
  expect(await ledger.waiting.next(1)).toBeUndefined();
});

it.each(acts)("$what: it is noted again once the person comes back", async ({ act }) => {
  const ledger = await makeLedger();
  await ledger.erase();
  ledger.pass(3 * HOUR);
  await act(ledger);
  expect(await ledger.named()).not.toEqual([]);
});

it("a mail about somebody else no longer names its erased reader, and still says what became of it", async () => {
  const { store, erase, named, lines } = await makeLedger();
  await store.sent("m1", { kind: "sponsor", reader: "kim", subjects: [{ subject: "request/r2", personId: "mo" }] });
  await store.sent("m2", { kind: "sponsor", reader: "lee", subjects: [{ subject: "request/r2", personId: "mo" }] });
  await erase();
  expect(await lines("request/r2")).toMatchObject([
    { id: "m1", reader: "erased", state: "sent" },
    { id: "m2", reader: "lee" },
  ]);
  expect(await named()).not.toContain("mail-sent/m1");
});

it("a report about a mail of an erased person is heard without an error", async () => {
  const { store, erase } = await makeLedger();
  await erase();
  await store.sent("m1", { kind: "invited", reader: "kim", subjects: [about] });
  expect(await store.message("m1")).toMatchObject({ subjects: [] });
});
