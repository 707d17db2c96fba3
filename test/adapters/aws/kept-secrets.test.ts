import { type Keeping, keptValue } from "../../../adapters/aws/secrets";
import { type FakeClock, fakeClock } from "../../engine/sign-up/fake-clock";

const MINUTE = 60_000;
let clock: FakeClock;
let failing: Error | undefined;
let reads: number;
let heard: unknown[];
beforeEach(() => {
  clock = fakeClock(1_000_000);
  failing = undefined;
  reads = 0;
  heard = [];
});

/** A value that is the number of reads. */
function value(more: Partial<Keeping> = {}) {
  const read = async () => {
    reads++;
    if (failing !== undefined) throw failing;
    return reads;
  };
  return keptValue(read, { clock, freshMs: MINUTE, onFailedReread: (error) => heard.push(error), ...more });
}

it("a kept value is read on demand, a single time for concurrent callers, and again when it is stale", async () => {
  const get = value();
  expect(reads).toBe(0);
  expect(await Promise.all([get(), get()])).toEqual([1, 1]);
  clock.advance(MINUTE - 1);
  expect(await get()).toBe(1);
  clock.advance(1);
  expect(await get()).toBe(2);
});

it("a value is read again at each call if its first read failed; the error is thrown, but not reported", async () => {
  const get = value();
  failing = new Error("away");
  for (let count = 0; count < 2; count++) await expect(get()).rejects.toThrow("away");
  expect([reads, heard]).toEqual([2, []]);
  failing = undefined;
  expect(await get()).toBe(3);
});

it("a value is used for five minutes while rereads fail, each failure is reported, and later calls get the error", async () => {
  const get = value();
  await get();
  failing = new Error("away");
  for (let seconds = 60; seconds < 300; seconds += 10) {
    clock.advance(seconds === 60 ? MINUTE : 10_000);
    expect(await get()).toBe(1);
  }
  expect(heard).toHaveLength(24);
  clock.advance(10_001);
  await expect(get()).rejects.toThrow("away");
  failing = undefined;
  expect(await get()).toBe(reads);
});

it("a value is not read again within five seconds of a failed read", async () => {
  const get = value();
  await get();
  failing = new Error("away");
  clock.advance(MINUTE);
  await get();
  clock.advance(4_999);
  expect(await get()).toBe(1);
  expect(reads).toBe(2);
  clock.advance(1);
  await get();
  expect(reads).toBe(3);
});

it("a caller waits at most half a second for a reread if there is an older value", async () => {
  let never = false;
  const get = keptValue(() => (never ? new Promise<string>(() => undefined) : Promise.resolve("value")), { clock, freshMs: MINUTE });
  await get();
  never = true;
  clock.advance(MINUTE);
  const asked = get();
  clock.advance(500);
  expect(await asked).toBe("value");
});

it("a value is used without limit if staleMs is infinite", async () => {
  const get = value({ staleMs: Number.POSITIVE_INFINITY });
  await get();
  failing = new Error("away");
  clock.advance(1_000 * MINUTE);
  expect(await get()).toBe(1);
});

it("a value is dropped at once if the reread fails with a final error", async () => {
  const get = value({ isFinal: () => true });
  await get();
  failing = new Error("malformed");
  clock.advance(MINUTE);
  await expect(get()).rejects.toThrow("malformed");
});
