import type { AwsClient } from "../aws/client";
import type { Item } from "./item";
import { MAX_READS } from "./table";

type KeysByTable = Readonly<Record<string, { readonly Keys: readonly Item[]; readonly ConsistentRead?: boolean }>>;

interface BatchOutput {
  readonly Responses?: Readonly<Record<string, readonly Item[]>>;
  readonly UnprocessedKeys?: KeysByTable;
}

interface AskedRows {
  readonly keys: KeysByTable;
  readonly callAlone: () => Promise<unknown>;
  readonly toOutput: (output: BatchOutput) => unknown;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Creates a client that reads all rows requested in one turn of the event loop by one BatchGetItem. Each separate call would cost time.
 * Combines only strongly consistent reads of whole rows, without a signal.
 * @param batchable deployed names of the tables whose GetItem may become a BatchGetItem, which needs a permission of its own
 */
export function gatherReads(client: AwsClient, batchable: ReadonlySet<string>): AwsClient {
  let waiting: AskedRows[] = [];

  function flush(): void {
    const all = waiting;
    waiting = [];
    for (const some of packReads(all)) void answerAll(client, some);
  }

  return {
    ...client,
    call<T>(operation: string, input: object, signal?: AbortSignal): Promise<T> {
      const callAlone = () => client.call<T>(operation, input, signal);
      const asked = signal === undefined ? readAsked(operation, input, batchable) : undefined;
      if (asked === undefined) return callAlone();
      if (waiting.length === 0) setImmediate(flush);
      return new Promise<unknown>((resolve, reject) => waiting.push({ ...asked, callAlone, resolve, reject })) as Promise<T>;
    },
  };
}

function readAsked(operation: string, input: object, batchable: ReadonlySet<string>): Pick<AskedRows, "keys" | "toOutput"> | undefined {
  if (operation === "BatchGetItem") {
    const { RequestItems: keys, ...more } = input as { readonly RequestItems: KeysByTable };
    const areWhole = Object.values(keys).every(({ Keys: _, ...how }) => isConsistent(how));
    return isPlain(more) && areWhole ? { keys, toOutput: (output) => output } : undefined;
  }
  if (operation !== "GetItem") return undefined;
  const { TableName, Key, ...how } = input as { readonly TableName: string; readonly Key: Item };
  if (!batchable.has(TableName) || !isConsistent(how)) return undefined;
  const keys = { [TableName]: { Keys: [Key], ConsistentRead: true } };
  return { keys, toOutput: ({ Responses }) => ({ Item: Responses?.[TableName]?.[0] }) };
}

function isPlain(members: object): boolean {
  return Object.keys(members).length === 0;
}

function isConsistent({ ConsistentRead, ...more }: { readonly ConsistentRead?: boolean }): boolean {
  return ConsistentRead === true && isPlain(more);
}

/** Keeps the callers' order. Each group's rows fit into one BatchGetItem. */
function packReads(all: readonly AskedRows[]): readonly (readonly AskedRows[])[] {
  const packed: AskedRows[][] = [];
  let rows = new Set<string>();
  for (const asked of all) {
    const added = Object.entries(asked.keys).flatMap(([name, { Keys }]) => Keys.map((key) => `${name} ${buildKeyText(key)}`));
    const together = new Set([...rows, ...added]);
    const last = packed.at(-1);
    if (last === undefined || together.size > MAX_READS) {
      packed.push([asked]);
      rows = new Set(added);
    } else {
      last.push(asked);
      rows = together;
    }
  }
  return packed;
}

/** Ignores the order of attributes. @param names the key's attributes. @default all attributes */
function buildKeyText(item: Item, names = Object.keys(item)): string {
  return JSON.stringify(names.toSorted().map((name) => [name, item[name]]));
}

async function answerAll(client: AwsClient, all: readonly AskedRows[]): Promise<void> {
  const [only, ...others] = all;
  if (only === undefined) return;
  const output = others.length === 0 ? undefined : await readTogether(client, all);
  await Promise.all(all.map((asked) => answer(asked, output)));
}

/** Returns undefined if DynamoDB refuses the call: one caller's rows may be the cause, so each caller then makes its own call. */
async function readTogether(client: AwsClient, all: readonly AskedRows[]): Promise<ReadRows | undefined> {
  const tables = new Map<string, Map<string, Item>>();
  for (const { keys } of all) {
    for (const [name, { Keys }] of Object.entries(keys)) {
      const rows = tables.get(name) ?? new Map<string, Item>();
      tables.set(name, rows);
      for (const key of Keys) rows.set(buildKeyText(key), key);
    }
  }
  const RequestItems = Object.fromEntries([...tables].map(([name, rows]) => [name, { Keys: [...rows.values()], ConsistentRead: true }]));
  try {
    return buildReadRows(await client.call<BatchOutput>("BatchGetItem", { RequestItems }), tables);
  } catch {
    return undefined;
  }
}

interface ReadRows {
  readonly items: ReadonlyMap<string, ReadonlyMap<string, Item>>;
  readonly left: ReadonlyMap<string, ReadonlySet<string>>;
}

function buildReadRows(
  { Responses = {}, UnprocessedKeys = {} }: BatchOutput,
  asked: ReadonlyMap<string, ReadonlyMap<string, Item>>,
): ReadRows {
  const keyNames = (name: string) => Object.keys([...(asked.get(name)?.values() ?? [])][0] ?? {});
  const items = Object.entries(Responses).map(
    ([name, found]) => [name, new Map(found.map((item) => [buildKeyText(item, keyNames(name)), item]))] as const,
  );
  const left = Object.entries(UnprocessedKeys).map(([name, { Keys }]) => [name, new Set(Keys.map((key) => buildKeyText(key)))] as const);
  return { items: new Map(items), left: new Map(left) };
}

/** @param read undefined if there is no other caller, or if DynamoDB refused the combined read */
async function answer({ keys, callAlone, toOutput, resolve, reject }: AskedRows, read: ReadRows | undefined): Promise<void> {
  const isLeft = (name: string, key: Item) => read?.left.get(name)?.has(buildKeyText(key)) ?? false;
  const tables = Object.entries(keys);
  if (read === undefined || tables.some(([name, { Keys }]) => Keys.some((key) => isLeft(name, key)))) {
    await callAlone().then(resolve, reject);
    return;
  }
  const Responses = tables.map(([name, { Keys }]) => {
    const rows = Keys.map((key) => read.items.get(name)?.get(buildKeyText(key)));
    return [name, rows.filter((row) => row !== undefined)] as const;
  });
  resolve(toOutput({ Responses: Object.fromEntries(Responses) }));
}
