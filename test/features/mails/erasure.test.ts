import { mailStateStore, readMailLines } from "../../../adapters/mail/mail-states";
import { waitingMails } from "../../../adapters/mail/waiting-mails";
import { editedRows } from "../../../adapters/tables/edited-rows";
import { type Item, toRow } from "../../../adapters/tables/item";
import type { DomainEvent } from "../../../engine/events/event-kind";
import { rows } from "../../../features/mails/rows";
import { eraseFrom, findUsageRows, ownPart } from "../../../features/person/store/person";
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
    waiting: waitingMails(world, "ledger", { hashReader: async (mailbox) => mailbox.split("@")[0] }),
    pass: (ms: number) => {
      now += ms;
    },
    /** As an erasure of the person does it: the rows that a search finds, then the others. */
    erase: async () => {
      const ledger = editedRows(world.tables, "ledger", ["id"]);
      for (const item of (await findUsageRows(kim, ledger)).items) await eraseFrom(item, kim, ledger);
      for (const { forget } of rows) await forget?.(kim, world.tables, "ledger");
    },
    /** The rest of an erasure, where a search found the rows before they were written. */
    forget: async () => {
      for (const { forget } of rows) await forget?.(kim, world.tables, "ledger");
    },
    exported: async () => {
      const { items } = await findUsageRows(kim, editedRows(world.tables, "ledger", ["id"]));
      return items.filter(({ id }) => id?.S?.startsWith("mail-")).map((item) => JSON.stringify(toRow(ownPart(item, kim) ?? {})));
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

const mo = { id: "e2", requestId: "r2", personId: "mo", email: "mo@partner.example" };
const [own, others] = ["kim@partner.example", "lee@partner.example"];
/** Mails about somebody else that name the person. `rest`: the detail after the person's erasure; absent if nobody else reads the mail. */
const mentions: readonly { readonly what: string; readonly type: string; readonly detail: object; readonly rest?: object }[] = [
  { what: "as the sponsor of an invitation", type: "invitation.sent.v1", detail: { ...mo, sponsor: own }, rest: mo },
  { what: "as the sponsor of an unused invitation", type: "approval.expired.v1", detail: { ...mo, invited: true, sponsor: own } },
  {
    what: "as one of two approvers",
    type: "approval.requested.v1",
    detail: { ...mo, stage: { number: 1, asked: [own, others] } },
    rest: { ...mo, stage: { number: 1, asked: [others] } },
  },
  { what: "as the only approver", type: "approval.requested.v1", detail: { ...mo, stage: { number: 1, asked: [own] } } },
  { what: "as the sponsor who is asked", type: "approval.requested.v1", detail: { ...mo, askedOf: own } },
  {
    what: "as the one to whom a request was escalated",
    type: "approval.stage.v1",
    detail: { ...mo, stage: { number: 1, asked: [own, others] }, change: "escalated", escalatedTo: [own] },
  },
  {
    what: "as an approver, where the applicant is told of a stage",
    type: "approval.stage.v1",
    detail: { ...mo, stage: { number: 2, asked: [own] }, change: "passed", news: true },
    rest: { ...mo, stage: { number: 2, asked: [] }, change: "passed", news: true },
  },
  {
    what: "as a colleague who asks for a guest",
    type: "approval.requested.v1",
    detail: { ...mo, ask: { name: "Kim", address: own, why: "A project." }, stage: { number: 1, asked: [others] } },
    rest: { ...mo, ask: { name: "erased" }, stage: { number: 1, asked: [others] } },
  },
  { what: "as a colleague who gets an answer", type: "approval.decided.v1", detail: { ...mo, ask: { name: "Kim", address: own } } },
  {
    what: "as the sponsor who is reminded",
    type: "access.changed.v1",
    detail: { ...mo, what: "reminded", sponsor: own },
    rest: { ...mo, what: "reminded" },
  },
  { what: "as the colleague to whom a guest is offered", type: "sponsor.changed.v1", detail: { ...mo, what: "offered", to: own } },
  {
    what: "as the sponsor before",
    type: "sponsor.changed.v1",
    detail: { ...mo, what: "given", sponsor: others, from: own },
    rest: { ...mo, what: "given", sponsor: others },
  },
  {
    what: "as the owner of a task",
    type: "task.assigned.v1",
    detail: { id: "e2", subject: "domain/x.example", to: { id: "1", email: own } },
  },
];

describe.each(mentions)("a mail about somebody else waits, and names the person $what", ({ type, detail, rest }) => {
  const waits = { type, detail } as unknown as DomainEvent;

  it("is in the person's export, without anybody else", async () => {
    const { waiting, exported } = await makeLedger();
    await waiting.add([waits], "quota");
    expect(await exported()).toEqual([expect.stringContaining(own)]);
    expect((await exported()).join()).not.toMatch(/mo@|lee@/);
  });

  it.each(["erase", "forget"] as const)("names the person no more after an erasure (%s)", async (way) => {
    const ledger = await makeLedger();
    await ledger.waiting.add([waits], "quota");
    await ledger[way]();
    expect((await ledger.waiting.next(1))?.event.detail).toEqual(rest);
  });

  it("does not name the person if they were erased while the mail was on its way", async () => {
    const ledger = await makeLedger();
    await ledger.forget();
    await ledger.waiting.add([waits], "quota");
    expect(JSON.stringify((await ledger.waiting.next(1))?.event ?? "")).not.toMatch(/kim/i);
  });

  it("stays without the person if it waits for another reason then", async () => {
    const ledger = await makeLedger();
    await ledger.waiting.add([waits], "quota");
    const before = await ledger.waiting.next(1);
    await ledger.erase();
    if (before !== undefined) await ledger.waiting.blame(before, "paused");
    expect((await ledger.waiting.next(1))?.event.detail).toEqual(rest);
  });
});

it("a waiting task on the person goes with them", async () => {
  const ledger = await makeLedger();
  const detail = { id: "e3", time: "2026", subject: "person/kim", to: { id: "1", name: "Lee", email: others } };
  await ledger.waiting.add([{ type: "task.assigned.v1", detail }], "quota");
  expect(await ledger.exported()).toHaveLength(2);
  await ledger.erase();
  expect(await ledger.named()).toEqual([]);
});

it("an export holds what SES took for the person, without whom else it was about", async () => {
  const { store, exported } = await makeLedger();
  const about = [{ subject: "request/r2", personId: "mo" }];
  await store.sent("m1", { kind: "sponsor", reader: "kim", subjects: about });
  expect(await exported()).toEqual([expect.stringContaining('"reader":"kim"')]);
  expect((await exported()).join()).not.toContain("mo");
});
