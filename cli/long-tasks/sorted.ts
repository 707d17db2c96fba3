import type { Queue, Workspace } from "../../engine/files/workspace";

/** Rows sorted in memory, some 20 MB: a million rows make twenty such runs. */
const RUN_ROWS = 50_000;

/** Sorts any number of values by key. */
export interface Sorter<T> {
  add(value: T): void;
  /** All values in blocks. Call it once. */
  sorted(): AsyncIterable<readonly T[]>;
}

/** Sorts few values in memory, and more in runs on disk, which it merges. */
export function sorter<T>(workspace: Workspace, name: string, keyOf: (value: T) => string, runRows = RUN_ROWS): Sorter<T> {
  const runs: Queue<T>[] = [];
  let last: T[] = [];
  const inOrder = () => last.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return {
    add(value) {
      last.push(value);
      if (last.length < runRows) return;
      const run = workspace.queue<T>(`${name}-${runs.length}`);
      for (const each of inOrder()) run.add(each);
      runs.push(run);
      last = [];
    },
    async *sorted() {
      if (runs.length === 0) yield inOrder();
      else yield* merged([...runs.map((run) => run.blocks()), oneBlock(inOrder())], keyOf);
    },
  };
}

async function* oneBlock<T>(values: readonly T[]): AsyncGenerator<readonly T[]> {
  yield values;
}

/** Values in a block. */
const BLOCK_ROWS = 500;

async function* merged<T>(runs: readonly AsyncIterable<readonly T[]>[], keyOf: (value: T) => string): AsyncGenerator<readonly T[]> {
  const heads = (await Promise.all(runs.map((run) => headOf(run[Symbol.asyncIterator]())))).filter((head) => head !== undefined);
  let block: T[] = [];
  while (heads.length > 0) {
    const least = heads.reduce((one, other) => (keyOf(other.value) < keyOf(one.value) ? other : one));
    block.push(least.value);
    if (!(await least.next())) heads.splice(heads.indexOf(least), 1);
    if (block.length < BLOCK_ROWS) continue;
    yield block;
    block = [];
  }
  if (block.length > 0) yield block;
}

interface Head<T> {
  value: T;
  /** Returns false at the end of the run. */
  next(): Promise<boolean>;
}

async function headOf<T>(blocks: AsyncIterator<readonly T[]>): Promise<Head<T> | undefined> {
  let block: readonly T[] = [];
  let at = 0;
  const take = async (): Promise<T | undefined> => {
    while (at >= block.length) {
      const more = await blocks.next();
      if (more.done) return undefined;
      block = more.value;
      at = 0;
    }
    return block[at++];
  };
  const first = await take();
  if (first === undefined) return undefined;
  const head: Head<T> = {
    value: first,
    async next() {
      const value = await take();
      if (value === undefined) return false;
      head.value = value;
      return true;
    },
  };
  return head;
}
