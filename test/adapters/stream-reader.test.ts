import type { DynamoDBRecord } from "aws-lambda";
import { type Read, StreamBatch } from "../../adapters/stream-reader";

const record = (number: number): DynamoDBRecord => ({ dynamodb: { SequenceNumber: String(number) } });
const records = (count: number) => Array.from({ length: count }, (_, index) => record(index));

/** The delivery, whose function has so many seconds, and where each change takes so many milliseconds. */
function deliver(count: number, seconds: number, eachMs: number, pace = new Map<number, number>()) {
  let left = seconds * 1_000;
  const delivery = new StreamBatch(records(count), () => left, pace);
  const reads = delivery.read(({ dynamodb }) => Number(dynamodb?.SequenceNumber));
  const handled: number[] = [];
  const take = (values: readonly number[]) => {
    if (left < values.length * eachMs) throw new Error("The function was ended.");
    left -= values.length * eachMs;
    handled.push(...values);
  };
  const sizes: number[] = [];
  const work = {
    each: () => delivery.each(reads, async (value) => take([value]), String),
    together: () =>
      delivery.together(reads, async (some: readonly Read<number>[]) => {
        sizes.push(some.length);
        take(some.map(({ value }) => value));
      }),
  };
  return { delivery, handled, sizes, work };
}

describe.each(["each", "together"] as const)("the work for %s", (how) => {
  it.each([
    { title: "handles all changes if the time suffices", count: 1_000, seconds: 60, eachMs: 10 },
    { title: "handles all of few changes", count: 3, seconds: 30, eachMs: 1_000 },
  ])("$title", async ({ count, seconds, eachMs }) => {
    const { delivery, handled, work } = deliver(count, seconds, eachMs);
    await work[how]();
    expect(delivery.waiting).toBeUndefined();
    expect(handled).toEqual(Array.from({ length: count }, (_, index) => index));
  });

  it("ends before the time does, and says how far it came", async () => {
    const { delivery, handled, work } = deliver(1_000, 60, 200);
    await work[how]();
    expect(delivery.waiting).toMatchObject({ why: "OutOfTime", of: 1_000, handled: handled.length, record: record(handled.length) });
    expect(handled.length).toBeGreaterThanOrEqual(100);
    expect(delivery.skipped).toEqual([]);
  });

  it("goes on from there until everything is handled", async () => {
    let rest = 1_000;
    for (let calls = 1; rest > 0; calls++) {
      expect(calls).toBeLessThan(20);
      const { delivery, handled, work } = deliver(rest, 60, 200);
      await work[how]();
      expect(delivery.waiting?.handled ?? rest).toBe(handled.length);
      rest -= handled.length;
    }
  });
});

it("handles the first change even without time", async () => {
  const { delivery, handled, work } = deliver(50, 1, 10);
  await work.each();
  expect(handled).toEqual([0]);
  expect(delivery.waiting).toMatchObject({ why: "OutOfTime", handled: 1 });
});

it("an instance that knows how long a change takes works on all of them together", async () => {
  const pace = new Map<number, number>();
  const sizes = async () => {
    const delivered = deliver(1_000, 60, 10, pace);
    await delivered.work.together();
    return delivered.sizes;
  };
  expect([await sizes(), await sizes()]).toEqual([[100, 900], [1_000]]);
});
