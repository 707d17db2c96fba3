import type { Item } from "../../../adapters/tables/item";
import { buildPersonId } from "../../../engine/sign-up/person";
import type { ApprovalRequest } from "../../../features/approvals/request";
import {
  beginErasure,
  type ErasureJob,
  erasureJob,
  isErasing,
  type StoredJob,
  updateJob,
} from "../../../features/person/store/erasure-job";
import type { ErasingStores } from "../../../features/person/store/stores";
import { runErasure } from "../../../features/person/worker";
import { hashOf, NOW } from "../../engine/sign-up/people";
import { at, DAY, MINUTE, provisioning } from "../approvals/requests";
import { placeWith } from "./erasing";

const email = "kim@contoso.com";
const person = buildPersonId(email, hashOf);
const asked = { by: "oid-1", name: "Lee", person };

/** One row, written as the table would: on condition that it stands as it was read. */
function ledgerOf() {
  let row: Item | undefined;
  const isStanding = (read: Item | undefined) => JSON.stringify(read) === JSON.stringify(row);
  const write = (read: Item | undefined, item: Item) => {
    const isFirst = isStanding(read);
    if (isFirst) row = item;
    return isFirst;
  };
  return {
    get: async () => row,
    add: async (item: Item) => write(undefined, item),
    change: async (read: Item, item: Item) => write(read, item),
  };
}

/** Stores that hold nothing but what is given, and of which nothing can be deleted. */
function storesWith({ requests = [] }: { requests?: readonly ApprovalRequest[] }) {
  const none = async () => ({ items: [] });
  async function* found<T>(items: readonly T[]) {
    yield items;
  }
  const stores = {
    decisions: { pageOf: async () => ({ records: [] }) },
    list: { get: async () => undefined },
    profiles: { page: none },
    ledger: { page: none },
    approvals: {
      byPerson: () => found(requests),
      byEmail: () => found([]),
      get: vi.fn(async () => requests[0]),
      remove: vi.fn<ErasingStores["approvals"]["remove"]>(async () => false),
    },
    changeSets: {
      page: async () => ({ sets: [] }),
      async *partsOfGroup() {},
    },
    proposals: { async *all() {} },
    forgetElsewhere: async () => undefined,
  };
  return stores as typeof stores & ErasingStores;
}

it.each<Item>([{ state: { N: "7" } }, { aliveUntil: { S: "soon" } }, { run: { L: [] } }, { obstacle: { S: "x" } }])(
  "an invalid job row counts as stopped, and another job can begin: %j",
  async (odd: Item) => {
    const ledger = ledgerOf();
    const { item } = (await beginErasure(ledger, undefined, asked, NOW)) as StoredJob;
    await ledger.change(item, { ...item, ...odd });
    const standing = (await erasureJob(ledger, person)) as StoredJob;
    expect([standing.job.state, isErasing(standing.job, NOW)]).toEqual(["stopped", false]);
    expect(await beginErasure(ledger, standing, asked, NOW)).toBeDefined();
  },
);

async function run(stores: ErasingStores, choice: { approvals?: boolean } = {}) {
  const ledger = ledgerOf();
  const { job } = (await beginErasure(ledger, undefined, { ...asked, ...choice }, new Date())) as StoredJob;
  const [failed, erased] = [vi.fn(), vi.fn()];
  const ports = {
    place: placeWith({ ...stores, ledger: { ...stores.ledger, ...ledger } }, { hashes: async () => ({ hashOf }) }),
    failed,
    erased,
  };
  const ran = runErasure({ typed: email, run: job.run }, ports);
  const failure = await ran.catch((error: unknown) => error);
  const row = await ledger.get();
  const calls = [failed.mock.calls.length, erased.mock.calls.length];
  await runErasure({ typed: email, run: job.run }, ports);
  expect([failed.mock.calls.length, erased.mock.calls.length]).toEqual(calls);
  return { failure, failed, erased, job: (await erasureJob(ledger, person))?.job as ErasureJob, row: JSON.stringify(row) };
}

beforeEach(() => vi.useFakeTimers({ now: NOW }));
afterEach(() => vi.useRealTimers());

it("an erasure fails if a table fails, and notes that in ledger and log without the error's text", async () => {
  const broken = new Error("kim@contoso.com cannot be read");
  const stores = { decisions: { pageOf: vi.fn().mockRejectedValue(broken) } } as unknown as ErasingStores;
  const { failure, failed, erased, job, row } = await run(stores);
  expect(failed).toHaveBeenCalledWith(broken, person);
  expect(erased).not.toHaveBeenCalled();
  expect(job).toMatchObject({ state: "stopped", obstacle: { why: "failed" } });
  expect(failure).toEqual(new Error("A person could not be erased. The log says why."));
  expect(row).not.toContain("kim@");
});

it.each<{ given: string; stores: ErasingStores; obstacle: object }>([
  {
    given: "an account is being made",
    stores: storesWith({ requests: [provisioning] }),
    obstacle: { why: "account-being-made", reference: provisioning.reference },
  },
])("an erasure deletes nothing and rings no alarm while $given", async ({ stores, obstacle }) => {
  const { failure, failed, erased, job } = await run(stores, { approvals: true });
  expect([failure, failed.mock.calls, erased.mock.calls]).toEqual([undefined, [], []]);
  expect(job).toMatchObject({ state: "stopped", obstacle });
});

describe("a request whose row changed after the look-up", () => {
  const read = at.denied;
  const after = (change: Partial<ApprovalRequest>) => {
    const stores = storesWith({ requests: [read] });
    stores.approvals.get.mockResolvedValueOnce(read).mockResolvedValue({ ...read, turn: read.turn + 1, ...change });
    return stores;
  };

  it.each<{ what: string; change: Partial<ApprovalRequest> }>([
    { what: "somebody decided", change: { state: "pending" } },
    { what: "the person asked again", change: { reference: "AAAA-AAAA" } },
  ])("is not deleted if $what", async ({ change }) => {
    const { job } = await run(after(change));
    expect(job.obstacle).toEqual({ why: "request-changed", reference: read.reference });
  });

  it("is deleted if the change only notes a mail about the request, even a change during the deletion", async () => {
    const stores = storesWith({ requests: [read] });
    const { get, remove } = stores.approvals;
    get.mockImplementation(async () => ({ ...read, turn: read.turn + 1 + remove.mock.calls.length }));
    remove.mockImplementation(async ({ turn }) => turn === read.turn + 2);
    expect((await run(stores)).job).toMatchObject({ state: "done", erased: { requests: 1 } });
    expect(remove.mock.calls.map(([{ turn }]) => turn - read.turn)).toEqual([1, 2]);
  });
});

describe("a job", () => {
  it("is begun by only one of two operators who read the same state", async () => {
    const ledger = ledgerOf();
    const first = await beginErasure(ledger, undefined, asked, NOW);
    expect(await beginErasure(ledger, undefined, asked, NOW)).toBeUndefined();
    expect(await beginErasure(ledger, first, asked, NOW)).toBeDefined();
    expect(await beginErasure(ledger, first, asked, NOW)).toBeUndefined();
    expect(await updateJob(ledger, first as StoredJob, { state: "done" }, NOW)).toBeUndefined();
  });

  it("is kept for 30 days", async () => {
    const { item } = (await beginErasure(ledgerOf(), undefined, asked, NOW)) as StoredJob;
    expect(Number(item.expires?.N) * 1_000).toBe(NOW.getTime() + 30 * DAY);
  });

  it("counts as running only until it is done or its worker has stopped", async () => {
    const ledger = ledgerOf();
    const { job } = (await beginErasure(ledger, undefined, asked, NOW)) as StoredJob;
    let release = () => {};
    const slow = new Promise<{ records: [] }>((resolve) => {
      release = () => resolve({ records: [] });
    });
    const stores = {
      ...storesWith({}),
      decisions: { pageOf: () => slow },
      ledger: { ...storesWith({}).ledger, ...ledger },
    } as unknown as ErasingStores;
    const ports = { place: placeWith(stores, { hashes: async () => ({ hashOf }) }), failed: vi.fn(), erased: vi.fn() };
    const running = runErasure({ typed: email, run: job.run }, ports);
    await vi.advanceTimersByTimeAsync(10 * MINUTE);
    const standing = (await erasureJob(ledger, person))?.job as ErasureJob;
    expect([5, 15].map((minutes) => isErasing(standing, new Date(NOW.getTime() + minutes * MINUTE)))).toEqual([true, false]);
    release();
    await running;
    expect((await erasureJob(ledger, person))?.job).toMatchObject({ state: "done", aliveUntil: Date.now() });
  });
});
