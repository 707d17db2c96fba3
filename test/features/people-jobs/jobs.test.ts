import type { AwsClient } from "../../../adapters/aws/client";
import { isHeld, LEASE_MS } from "../../../adapters/jobs/job";
import { functionPlace } from "../../../adapters/operator/world";
import type { World } from "../../../adapters/world";
import { keyedHash } from "../../../engine/sign-up/person";
import { arrive } from "../../../features/accounts/change";
import { accountStore } from "../../../features/accounts/store/accounts";
import { auditStore } from "../../../features/audit/store/trail";
import { accessJobs } from "../../../features/expiry/jobs";
import { accessHandler } from "../../../features/expiry/worker/access";
import { PEOPLE_JOBS, type PeopleJob } from "../../../features/people-jobs/job";
import { peopleJobRows } from "../../../features/people-jobs/rows";
import { type NamedPerson, type PeopleJobDraft, peopleJobStore } from "../../../features/people-jobs/store/jobs";
import { beginPeopleJob, type PeopleJobPorts, undoPeopleJob } from "../../../features/people-jobs/store/run";
import { memoryWorld, type Observed } from "../../memory/world";
import { createKeyTable } from "../../support/key-table";
import { mortal } from "../../support/mortal";
import { newcomer } from "../accounts/accounts";

const KEY = "k".repeat(64);
const settings = {
  ...{ ACCOUNTS_TABLE: "accounts", AUDIT_TABLE: "audit", LIST_CHANGES_TABLE: "changes", LEDGER_TABLE: "ledger", ACCESS_LIST_TABLE: "list" },
  ...{ DECISIONS_TABLE: "decisions", PERSON_KEY_SECRET: "person-key", EXPIRY: "{}", GRAPH_SECRET: "graph", ASKED_LISTS: "{}" },
};
const START = new Date("2026-11-25T12:10:00.000Z");
const ahead = new Date(START.getTime() + 100 * 86_400_000).toISOString();
/** More than one part, after which progress is stored. */
const people: readonly NamedPerson[] = Array.from({ length: 22 }, (_, index) => ({
  id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
  personId: `person-${index}`,
}));

let world: World;
let observed: Observed;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
});
afterEach(() => vi.useRealTimers());

async function begin(): Promise<void> {
  vi.setSystemTime(START);
  ({ world, observed } = memoryWorld({ settings, secrets: { "person-key": KEY, graph: "{}" } }));
  for (const [name, table] of [
    ["accounts", "accounts"],
    ["audit", "audit"],
    ["changes", "listChanges"],
    ["ledger", "ledger"],
    ["list", "accessList"],
  ] as const)
    await createKeyTable(world.tables, name, table);
  for (const { id, personId } of people) {
    const row = { ...newcomer, id, personId, email: `${personId}@partner.com`, until: ahead, sponsor: "lee@contoso.com" };
    await accounts().change(id, (stored) => arrive(stored, row, START));
  }
}

const accounts = () => accountStore(world.tables, "accounts");
const jobs = () => peopleJobStore(world.tables, "changes");
const portsBy = (client: AwsClient): PeopleJobPorts => ({
  jobs: peopleJobStore(client, "changes", 20),
  works: accessJobs,
  place: { ...functionPlace(client, settings), hashes: async () => ({ hashOf: keyedHash(KEY) }) },
  trail: auditStore(client, "audit", async () => ({ hashOf: keyedHash(KEY) })),
  now: () => new Date(),
});
const author = { by: "oid-1", name: "Kim", via: "console", account: "oid-1", userNames: ["kim@contoso.com"] } as const;

const act = (client: AwsClient, draft: Pick<PeopleJobDraft, "kind" | "input" | "of">) =>
  beginPeopleJob({ ...draft, ...author }, people, portsBy(client));
const newest = async (): Promise<PeopleJob | undefined> => (await jobs().page()).items[0];
/** The console starts the function like this, too. */
const work = () => accessHandler(world)({ "detail-type": PEOPLE_JOBS } as never, { getRemainingTimeInMillis: () => 900_000 } as never);

/** What the tables say, without ids and times. */
async function picture() {
  const rows = await Promise.all(people.map(({ id }) => accounts().get(id)));
  const { items } = await jobs().page();
  const name = (id: string | undefined) => items.findIndex((each) => each.id === id);
  return {
    accounts: rows.map((row) => [
      row?.turn,
      row?.sponsor,
      row?.until === ahead ? "as before" : (row?.until ?? "") > ahead ? "later" : "ended",
      row?.history.map(({ what, act: id, by, note }) => [what, id && name(id), by.name, note]),
    ]),
    jobs: items.map(({ kind, next, total, refused, state, aliveUntil, undoneBy }) => ({
      ...{ kind, next, total, refused, state, aliveUntil },
      ...(undoneBy !== undefined && { undoneBy: name(undoneBy) }),
    })),
  };
}

const cases = [
  {
    ...{ what: "an end of many", kind: "access.end", before: async () => undefined },
    doing: (client: AwsClient) => act(client, { kind: "access.end", input: { note: "Lee left" } }),
  },
  {
    ...{ what: "another sponsor of many", kind: "access.sponsor", before: async () => undefined },
    doing: (client: AwsClient) => act(client, { kind: "access.sponsor", input: { sponsor: "mina@contoso.com" } }),
  },
  {
    ...{ what: "an extension of many", kind: "access.extend", before: async () => undefined },
    doing: (client: AwsClient) => act(client, { kind: "access.extend", input: { days: 30 } }),
  },
  {
    ...{ what: "a renewal of many", kind: "access.renew", before: async () => undefined },
    doing: (client: AwsClient) => act(client, { kind: "access.renew", input: { days: 30, gates: ["default"] } }),
  },
  {
    ...{ what: "the Undo of an end of many", kind: "access.undo", before: () => act(world.tables, { kind: "access.end", input: {} }) },
    doing: async (client: AwsClient) => undoPeopleJob((await newest())?.id ?? "", author, portsBy(client)),
  },
];

describe.each(cases)("$what", ({ kind, before, doing }) => {
  it.each([{ arrives: false }, { arrives: true }])(
    "is finished by the worker wherever its process is killed ($arrives)",
    async ({ arrives }) => {
      await begin();
      await before();
      vi.setSystemTime(Date.now() + 1_000);
      const untouched = await picture();
      const whole = mortal(world.tables, Number.POSITIVE_INFINITY, true);
      await doing(whole);
      const wanted = await picture();
      expect(wanted.jobs[0]).toEqual({ kind, next: 22, total: 22, refused: 0, state: "done" });
      expect(wanted).not.toEqual(untouched);
      for (let writes = 0; writes < whole.made(); writes++) {
        await begin();
        await before();
        vi.setSystemTime(Date.now() + 1_000);
        const earlier = (await jobs().page()).items.length;
        await doing(mortal(world.tables, writes, arrives)).catch(() => undefined);
        // Nobody else works on it while its process may still live.
        const begun = await newest();
        if (begun !== undefined && isHeld(begun, new Date())) {
          await work();
          expect(await newest()).toEqual(begun);
        }
        vi.setSystemTime(Date.now() + LEASE_MS + 1_000);
        await work();
        const hasBegun = (await jobs().page()).items.length > earlier;
        expect(await picture(), `killed at write ${writes} of ${whole.made()}`).toEqual(hasBegun ? wanted : untouched);
      }
      expect(observed.lines.filter(({ level }) => level === "error")).toEqual([]);
    },
    120_000,
  );
});

it("all changes of an act have its id in the audit log", async () => {
  await begin();
  const job = await act(world.tables, { kind: "access.end", input: { note: "Lee left" } });
  const { entries } = await auditStore(world.tables, "audit").page({});
  expect(entries).toHaveLength(22);
  expect(new Set(entries.map(({ act: id, action, by, via, outcome }) => [id, action, by, via, outcome].join()))).toEqual(
    new Set([[job.id, "access.ended-early", "oid-1", "console", "done"].join()]),
  );
});

it("people whose access is as it should be are counted and named, and an Undo leaves whoever was changed since", async () => {
  await begin();
  const [first, second] = people as readonly [NamedPerson, NamedPerson];
  await accounts().remove(first.id);
  const job = await act(world.tables, { kind: "access.end", input: {} });
  expect(job).toMatchObject({ state: "done", refused: 1, kept: [{ id: first.id, code: "unknown" }] });
  vi.setSystemTime(Date.now() + 1_000);
  const later = { kind: "access.undo", input: { act: job.id } } as const;
  await beginPeopleJob({ ...author, kind: "access.end", input: {} }, [second], portsBy(world.tables));
  const renewed = await beginPeopleJob({ ...author, ...later }, people, portsBy(world.tables));
  expect(renewed).toMatchObject({ refused: 1, kept: [{ id: first.id, code: "unknown" }] });
  expect((await accounts().get(second.id))?.until).toBe(ahead);
  const again = await beginPeopleJob({ ...author, ...later }, [second], portsBy(world.tables));
  expect(again.kept).toEqual([{ id: second.id, code: "changed-since" }]);
});

it("an erasure takes a person out of the people of an act, and the act goes on with the others", async () => {
  await begin();
  const stopped = AbortSignal.abort();
  await beginPeopleJob({ ...author, kind: "access.end", input: {} }, people, portsBy(world.tables), { signal: stopped });
  const personIds = new Set(["person-3"]);
  // The function that erases people may add no rows.
  const eraser: AwsClient = {
    ...world.tables,
    call: (operation, input) => (operation === "PutItem" ? Promise.reject(new Error("refused")) : world.tables.call(operation, input)),
  };
  await peopleJobRows.forget?.({ personIds, accountIds: new Set(), hashes: [], mailboxes: new Set() }, eraser, "changes");
  await work();
  expect(await newest()).toMatchObject({ state: "done", next: 22, refused: 0 });
  expect((await accounts().get(people[3]?.id ?? ""))?.until).toBe(ahead);
  expect((await accounts().get(people[4]?.id ?? ""))?.until).not.toBe(ahead);
});

it("of two Undos at the same moment one wins", async () => {
  await begin();
  const { id } = await act(world.tables, { kind: "access.end", input: {} });
  vi.setSystemTime(Date.now() + 1_000);
  const undone = await Promise.all([1, 2].map(() => undoPeopleJob(id, author, portsBy(world.tables))));
  const won = undone.filter((each) => typeof each !== "string");
  expect([won.length, undone.filter((each) => each === "undone").length]).toEqual([1, 1]);
  expect(won[0]).toMatchObject({ state: "done", refused: 0 });
  expect((await jobs().get(id))?.undoneBy).toBe(won[0]?.id);
  expect((await jobs().page()).items).toHaveLength(2);
});

it.each([
  { state: "begun", objection: "unfinished" },
  { kind: "access.sponsor", objection: "no-undo" },
  { undoneBy: "20261125-120000000-abcd", objection: "undone" },
] as const)("refuses the Undo of an act: $objection", async ({ objection, ...facts }) => {
  await begin();
  const job = await act(world.tables, { kind: "access.end", input: {} });
  await jobs().update(job, [], facts as Partial<PeopleJob>);
  expect(await undoPeopleJob(job.id, author, portsBy(world.tables))).toBe(objection);
  expect(await undoPeopleJob("none", author, portsBy(world.tables))).toBe("unknown");
  expect((await jobs().page()).items).toHaveLength(1);
});
