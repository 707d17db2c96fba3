import type { AwsClient } from "../../../adapters/aws/client";
import { isHeld, LEASE_MS } from "../../../adapters/jobs/job";
import { type Item, toItem, toRow } from "../../../adapters/tables/item";
import type { World } from "../../../adapters/world";
import { gatherPages } from "../../../engine/collections";
import { keyedHash } from "../../../engine/sign-up/person";
import type { ChangeSet } from "../../../features/access-list/change-set";
import { accessListStore } from "../../../features/access-list/store/access-list";
import { changeSetStore } from "../../../features/access-list/store/change-sets";
import { applyEdit, listEdit } from "../../../features/access-list/store/edits";
import { buildRevertDraft, planRevert, rowReader } from "../../../features/access-list/store/revert";
import { toRowChange } from "../../../features/access-list/store/row-changes";
import type { EditPorts } from "../../../features/access-list/store/run";
import type { ApprovalRequest } from "../../../features/approvals/request";
import { requestId } from "../../../features/approvals/request";
import { approvalStore } from "../../../features/approvals/store/approvals";
import { setRequests } from "../../../features/approvals/store/set-requests";
import { deny, reopen, submit } from "../../../features/approvals/transitions";
import { askId, submitAsk } from "../../../features/asks/ask";
import { changeAuditor } from "../../../features/audit/store/change-auditor";
import { auditStore } from "../../../features/audit/store/trail";
import { listWorkerHandler } from "../../../features/list-jobs/worker";
import { hashOf, person } from "../../engine/sign-up/people";
import type { MemoryChange } from "../../memory/tables";
import { memoryWorld, type Observed } from "../../memory/world";
import { createKeyTable } from "../../support/key-table";
import { mortal as mortalClient } from "../../support/mortal";
import { asking } from "../approvals/requests";
import { createApprovalsTable } from "../approvals/store/approvals-table";

const KEY = "k".repeat(64);
const DOMAIN = "burst.example";
const settings = {
  ACCESS_LIST_TABLE: "list",
  APPROVALS_TABLE: "approvals",
  AUDIT_TABLE: "audit",
  LIST_CHANGES_TABLE: "changes",
  PERSON_KEY_SECRET: "person-key",
};
const people = Array.from({ length: 28 }, (_, index) => person({ email: `p${index}@${DOMAIN}` }));
const ids = people.map((each) => requestId(each, hashOf));

let world: World;
let observed: Observed;
let changes: MemoryChange[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-25T12:10:00.000Z") });
});
afterEach(() => vi.useRealTimers());

async function begin(): Promise<void> {
  changes = [];
  ({ world, observed } = memoryWorld({ settings, secrets: { "person-key": KEY }, onChange: (change) => changes.push(change) }));
  await createKeyTable(world.tables, "list", "accessList");
  await createKeyTable(world.tables, "audit", "audit");
  await createKeyTable(world.tables, "changes", "listChanges");
  await createApprovalsTable(world.tables, "approvals");
  const { change } = approvalStore(world.tables, "approvals");
  for (const [index, id] of ids.entries())
    await change(id, (stored) => submit(stored, asking({ signUp: people[index] as (typeof people)[number] }), new Date()));
}

const portsBy = (client: AwsClient) => {
  const requests = setRequests(client, "changes", approvalStore(client, "approvals"));
  const trail = auditStore(client, "audit", async () => ({ hashOf: keyedHash(KEY) }));
  return { client, list: "list", changes: changeSetStore(client, "changes"), trail, requests } satisfies EditPorts;
};

const mortal = (writes: number, arrives: boolean) => mortalClient(world.tables, writes, arrives);

const author = { by: "oid-1", name: "Kim" };

/** A deny of the domain with its waiting requests, as the console writes it. */
async function denyBurst(client: AwsClient): Promise<void> {
  const ports = portsBy(client);
  const { draft, rows } = listEdit([toRowChange({ after: toItem({ entry: DOMAIN, effect: "deny" }) })], "console");
  const waiting = await approvalStore(world.tables, "approvals").getAll(ids);
  await applyEdit(ports, { ...draft, ...author, requests: { domain: DOMAIN, count: waiting.length } }, rows, new Date(), {
    prepare: (key) => ports.requests.record(key, waiting),
    handsOver: true,
  });
}

async function undo(client: AwsClient): Promise<void> {
  const ports = portsBy(client);
  const revertedSet = (await sets()).find(({ reverts }) => reverts === undefined) as ChangeSet;
  const plan = await planRevert(ports.changes, revertedSet, rowReader(client, "list"), 10);
  const draft = { ...buildRevertDraft(revertedSet, plan), ...author, means: "console revert" } as const;
  await applyEdit(ports, draft, plan.rows, new Date(), { revertedSet, handsOver: true });
}

/** Rows too long for one transaction. */
const longRows = Array.from({ length: 120 }, (_, index) => ({ entry: `e${index}.example`, effect: index % 2 ? "allow" : "deny" }));

async function longEdit(client: AwsClient): Promise<void> {
  const { draft, rows } = listEdit(
    longRows.map((row) => toRowChange({ after: toItem(row) })),
    "console import",
  );
  await applyEdit(portsBy(client), { ...draft, ...author }, rows, new Date(), { handsOver: true });
}

const sets = async () => (await changeSetStore(world.tables, "changes").page()).sets;
const work = () => listWorkerHandler(world)();

/** What the tables say, without ids and times. */
async function picture() {
  const list = await gatherPages(accessListStore(world.tables, "list").pages());
  const requests = await approvalStore(world.tables, "approvals").getAll(ids);
  const all = await sets();
  const name = (id: string | undefined) => all.find((each) => each.id === id)?.means;
  return {
    list: list.map(toRow).sort((one, other) => (String(one.entry) < String(other.entry) ? -1 : 1)),
    requests: requests.map(({ state, history }) => [state, ...history.map(({ to, act, by }) => [to, name(act), by.name])]),
    sets: all.map(({ id: _, at: __, expires: ___, reverts, revertedBy, ...set }) => ({
      ...set,
      undoes: name(reverts),
      undone: name(revertedBy),
    })),
  };
}

async function entriesOf(set: ChangeSet | undefined) {
  const { entries } = await auditStore(world.tables, "audit").page({});
  return entries.filter((each) => each.set === set?.id);
}

const killable = [
  { what: "a deny with its requests", before: async () => undefined, act: denyBurst, entries: ["access-list.edited"] },
  { what: "the Undo of a deny with its requests", before: () => denyBurst(world.tables), act: undo, entries: ["access-list.reverted"] },
  { what: "a long edit", before: async () => undefined, act: longEdit, entries: undefined },
] as const;

describe.each(killable)("$what", ({ before, act, entries }) => {
  it.each([{ arrives: false }, { arrives: true }])(
    "is finished by the worker wherever its process is killed ($arrives)",
    async ({ arrives }) => {
      await begin();
      await before();
      vi.setSystemTime(Date.now() + 1_000);
      const untouched = await picture();
      const whole = mortal(Number.POSITIVE_INFINITY, true);
      await act(whole);
      const wanted = await picture();
      expect(wanted.sets[0]).toMatchObject({ state: "done" });
      expect(wanted).not.toEqual(untouched);
      for (let writes = 0; writes < whole.made(); writes++) {
        await begin();
        await before();
        vi.setSystemTime(Date.now() + 1_000);
        const earlier = (await sets()).length;
        await act(mortal(writes, arrives)).catch(() => undefined);
        // Nobody else writes the set while its process may still live.
        const [begun] = await sets();
        if (begun !== undefined && isHeld(begun, new Date())) {
          await work();
          expect((await sets())[0]).toEqual(begun);
        }
        vi.setSystemTime(Date.now() + LEASE_MS + 1_000);
        await work();
        const hasBegun = (await sets()).length > earlier;
        expect(await picture(), `killed at write ${writes} of ${whole.made()}`).toEqual(hasBegun ? wanted : untouched);
        const [set] = await sets();
        if (hasBegun && entries !== undefined) expect((await entriesOf(set)).map(({ action }) => action)).toEqual(entries);
      }
      expect(observed.lines.filter(({ level }) => level === "error")).toEqual([]);
    },
  );
});

it("the requests that a set denies have no entries of their own in the audit log", async () => {
  await begin();
  await denyBurst(world.tables);
  vi.setSystemTime(Date.now() + 1_000);
  await undo(world.tables);
  const trail = auditStore(world.tables, "audit", async () => ({ hashOf: keyedHash(KEY) }));
  const before = (await trail.page({})).entries.length;
  const images = (item: Item | undefined) => item && toRow(item);
  const records = changes
    .filter(({ tableName }) => tableName === "approvals")
    .map(({ before, after }, index) => ({
      table: "approvals" as const,
      event: `event-${index}`,
      at: new Date(),
      subject: String((after ?? before)?.id?.S),
      before: images(before),
      after: images(after),
    }))
    .filter(({ before }) => before !== undefined);
  expect(records).toHaveLength(2 * ids.length);
  await changeAuditor({ trail, hashes: async () => ({ hashOf: keyedHash(KEY) }) })(records as never, new Date());
  expect((await trail.page({})).entries).toHaveLength(before);
});

it("requests on which somebody decides meanwhile stay as they are", async () => {
  await begin();
  const { change, get } = approvalStore(world.tables, "approvals");
  const lee = { by: { kind: "console", name: "Lee" } } as const;
  const [first, second] = ids as [string, string];
  const client = mortal(Number.POSITIVE_INFINITY, true);
  let isDecided = false;
  const call = client.call.bind(client);
  const racing: AwsClient = {
    ...client,
    async call<T>(operation: string, input: object): Promise<T> {
      if (operation === "TransactWriteItems" && !isDecided) {
        isDecided = true;
        await change(first, (stored) => deny(stored, { ...lee, note: "theirs" }, new Date()));
      }
      return await call<T>(operation, input);
    },
  };
  await denyBurst(racing);
  expect((await sets())[0]).toMatchObject({ state: "done", requests: { count: 28, done: 27, left: 1 } });
  await change(second, (stored) => reopen(stored, lee, new Date()));
  await undo(world.tables);
  const decided = (await Promise.all([first, second].map((id) => get(id)))) as readonly ApprovalRequest[];
  expect(decided.map(({ state, decision }) => [state, decision?.note])).toEqual([
    ["denied", "theirs"],
    ["pending", undefined],
  ]);
});

describe("a guest of the domain for whom a colleague asked", () => {
  const operators = "arn:aws:sts::111111111111:assumed-role/Operator";
  const asked = (id: string) =>
    approvalStore(world.tables, "approvals").change(id, (stored) =>
      submitAsk(
        stored,
        id,
        { by: "oid-hana", name: "Hana", addresses: ["hana@contoso.com"] },
        { email: `guest@${DOMAIN}`, answerWithinDays: 14, days: 14, invites: "invitation" },
        hashOf,
        new Date(),
      ),
    );

  it.each([
    { given: "a caller of AWS with another address", by: `${operators}/lee@contoso.com`, means: "list add", undo: "list revert", done: 1 },
    { given: "a caller of AWS who may be the colleague", by: `${operators}/ops`, means: "list add", undo: "list revert", done: 0 },
    { given: "another account in the console", by: "oid-lee", means: "console", undo: "console revert", done: 1 },
  ] as const)("is denied with the domain, and waits again after an Undo, by $given: $done", async ({ by, means, undo, done }) => {
    await begin();
    const { getAll, get } = approvalStore(world.tables, "approvals");
    const id = askId(`guest@${DOMAIN}`, undefined, "oid-hana", hashOf);
    await asked(id);
    const ports = portsBy(world.tables);
    const { draft, rows } = listEdit([toRowChange({ after: toItem({ entry: DOMAIN, effect: "deny" }) })], means);
    const [waiting] = (await getAll([id])) as [ApprovalRequest];
    await applyEdit(ports, { ...draft, by, requests: { domain: DOMAIN, count: 1 } }, rows, new Date(), {
      prepare: (key) => ports.requests.record(key, [waiting]),
    });
    expect((await sets())[0]?.requests).toMatchObject({ done, left: 1 - done });
    expect((await get(id))?.state).toBe(done === 1 ? "denied" : "pending");
    vi.setSystemTime(Date.now() + 1_000);
    const [revertedSet] = (await sets()) as [ChangeSet];
    const plan = await planRevert(ports.changes, revertedSet, rowReader(world.tables, "list"), 10);
    await applyEdit(ports, { ...buildRevertDraft(revertedSet, plan), by, means: undo }, plan.rows, new Date(), { revertedSet });
    expect((await get(id))?.state).toBe("pending");
  });
});

it.each([
  { given: "a set of an earlier version, which only its author continues", facts: { aliveUntil: undefined }, isWritten: false },
  { given: "a set of an incident, which its own worker writes", facts: { means: "incident act" }, isWritten: false },
  { given: "a set that was undone", facts: { revertedBy: "20261125-120000000-abcd" }, isWritten: false },
  { given: "a set whose process handed it over", facts: { aliveUntil: 0 }, isWritten: true },
] as const)("the worker of $given: $isWritten", async ({ facts, isWritten }) => {
  await begin();
  await longEdit(mortal(4, false)).catch(() => undefined);
  const [set] = (await sets()) as [ChangeSet];
  expect(set.state).toBe("begun");
  await changeSetStore(world.tables, "changes").update(set.id, {}, facts as Partial<ChangeSet>);
  vi.setSystemTime(Date.now() + LEASE_MS + 1_000);
  await work();
  expect((await sets())[0]?.state).toBe(isWritten ? "done" : "begun");
});
