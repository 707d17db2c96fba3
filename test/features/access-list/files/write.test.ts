import { type Phase, phases, type RowWrite } from "../../../../features/access-list/files/changes";
import { type WriteOptions, type WritePart, writeParts } from "../../../../features/access-list/files/write";

/** A part a phase. */
async function* planOf(counts: Partial<Record<Phase, number>>): AsyncGenerator<WritePart<RowWrite>> {
  for (const phase of phases) {
    const writes = Array.from({ length: counts[phase] ?? 0 }, (_, index) => ({ phase, entry: `${phase} ${index}` }));
    if (writes.length > 0) yield { phase, writes };
  }
}

const writeImport = (
  parts: AsyncIterable<WritePart<RowWrite>>,
  write: (batch: readonly RowWrite[]) => Promise<void>,
  options: WriteOptions<WritePart<RowWrite>>,
) => writeParts<RowWrite, WritePart<RowWrite>>(parts, write, options);

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

it("has sixteen batches in progress at most, lets those end when one fails, and begins no other", async () => {
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
  expect({ most, open }).toEqual({ most: 16, open: 0 });
  expect(begun).toBe(ended + 1);
  expect(begun).toBeLessThan(20);
});

it("asks for no more parts after a failure, and closes what it read them from", async () => {
  const asked: number[] = [];
  let closed = false;
  async function* parts(): AsyncGenerator<WritePart<RowWrite>> {
    try {
      for (let part = 1; part <= 40; part += 1) {
        asked.push(part);
        yield { phase: part === 1 ? "denies in" : "allows in", writes: [{ phase: "denies in", entry: String(part) }] };
      }
    } finally {
      closed = true;
    }
  }
  const write = async () => {
    throw new Error("no more writes");
  };
  await expect(writeImport(parts(), write, { batchSize: 1 })).rejects.toThrow("no more writes");
  expect(asked.length).toBeLessThan(5);
  expect(closed).toBe(true);
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

it("tells of a part when all before it are written too", async () => {
  const told: string[] = [];
  async function* parts(): AsyncGenerator<WritePart<RowWrite>> {
    for (const entry of ["slow", "quick", "last"]) yield { phase: "denies in", writes: [{ phase: "denies in", entry }] };
  }
  const write = async ([first]: readonly RowWrite[]) => {
    const entry = first?.entry;
    if (entry === "slow") for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    if (entry === "quick") expect(told).toEqual([]);
  };
  await writeImport(parts(), write, { batchSize: 25, onPart: ({ writes }) => told.push(String(writes[0]?.entry)) });
  expect(told).toEqual(["slow", "quick", "last"]);
});
