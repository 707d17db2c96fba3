// Arguments: the folder of a checkout, the number of rows. Prints, for each act on many rows, its calls of DynamoDB; null if the checkout has
// no such act.

import { type Calls, countCalls, type ManyAct, manyActs } from "./acts-calls";

// Only suites have Vitest's globals, which tests' shared modules use.
Object.assign(globalThis, { vi: { fn: () => async () => undefined }, expect: () => ({ toEqual: () => undefined }) });

const [root = "", size = "0"] = process.argv.slice(2);

async function countAll(): Promise<void> {
  const counted: Record<string, Calls | null> = {};
  for (const name of Object.keys(manyActs) as ManyAct[]) counted[name] = await countCalls(name, Number(size), root).catch(() => null);
  process.stdout.write(`${JSON.stringify(counted)}\n`);
}

void countAll();
