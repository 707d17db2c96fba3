import { type Phase, phases, type RowWrite } from "../../../../engine/access-list/files/changes";
import type { ImportPlan } from "../../../../engine/access-list/files/plan";
import { inMemory } from "../../../../engine/access-list/files/workspace";
import { writeImport } from "../../../../engine/access-list/files/write";

function planOf(counts: Partial<Record<Phase, number>>): Pick<ImportPlan, "writes"> {
  const queues = phases.map((phase) => {
    const queue = inMemory.queue<RowWrite>(phase);
    for (let index = 0; index < (counts[phase] ?? 0); index++) queue.add({ phase, entry: `${phase} ${index}` });
    return [phase, queue] as const;
  });
  return { writes: Object.fromEntries(queues) as ImportPlan["writes"] };
}

it("ends each phase before the next, in batches that are full but for the last", async () => {
  const sizes: [Phase | undefined, number][] = [];
  let open = 0;
  let written = 0;
  const seen = new Set<string>();
  await writeImport(
    planOf({ "denies in": 60, "allows in": 3, "denies out": 25 }),
    async (batch) => {
      const [{ phase } = {}] = batch;
      expect(batch.every((write) => write.phase === phase)).toBe(true);
      if (sizes.at(-1)?.[0] !== phase) expect(open).toBe(0);
      sizes.push([phase, batch.length]);
      open += 1;
      await new Promise(setImmediate);
      open -= 1;
      for (const { entry } of batch) seen.add(entry);
    },
    { batchSize: 25, onWritten: (count) => (written += count) },
  );
  expect(sizes).toEqual([
    ["denies in", 25],
    ["denies in", 25],
    ["denies in", 10],
    ["allows in", 3],
    ["denies out", 25],
  ]);
  expect({ written, seen: seen.size }).toEqual({ written: 88, seen: 88 });
});

it("has eight batches in progress at most, lets those end when one fails, and begins no other", async () => {
  let [open, most, ended, begun] = [0, 0, 0, 0];
  const write = async () => {
    begun += 1;
    open += 1;
    most = Math.max(most, open);
    const fails = begun === 3;
    await new Promise(setImmediate);
    open -= 1;
    if (fails) throw new Error("no more writes");
    ended += 1;
  };
  await expect(writeImport(planOf({ "denies in": 40, "allows in": 1 }), write, { batchSize: 1 })).rejects.toThrow("no more writes");
  expect({ most, open }).toEqual({ most: 8, open: 0 });
  expect(begun).toBe(ended + 1);
  expect(begun).toBeLessThan(20);
});

it("begins no batch after an abort, and says so", async () => {
  const stop = new AbortController();
  const why = new Error("interrupted");
  let begun = 0;
  const write = async () => {
    begun += 1;
    stop.abort(why);
  };
  await expect(writeImport(planOf({ "denies in": 40 }), write, { batchSize: 1, signal: stop.signal })).rejects.toBe(why);
  expect(begun).toBeLessThanOrEqual(8);
});
