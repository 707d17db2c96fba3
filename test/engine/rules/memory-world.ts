import { isWritten } from "../../../adapters/tables/rows";
import { tables } from "../../../adapters/tables/tables";
import { buildPersonId } from "../../../engine/sign-up/person";
import { personKey } from "../../../engine/sign-up/person-key";
import type { Ports } from "../../../engine/sign-up/ports";
import { recordId, rowsUnder } from "../../../engine/sign-up/records";
import type { RecordKey, Row } from "../../../engine/sign-up/rule";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import type { Put, Reserve } from "../../../engine/sign-up/verdict";
import { hashOf, world } from "../sign-up/people";

/** Tables in memory that write under a condition and take places in sets as DynamoDB does, one write at a time. */
export interface Memory {
  readonly world: Ports;
  /** Keys of each read, optional ones included. */
  readonly reads: (readonly RecordKey[])[];
  /** By `recordId`. */
  readonly rows: ReadonlyMap<string, Row>;
  row(key: RecordKey): Row | undefined;
  put(key: RecordKey, cells?: Row): void;
}

/** @param turn awaited before each read and write, so that a test can say whose turn it is */
export function memory(rows: readonly (readonly [RecordKey, Row])[] = [], turn: () => Promise<void> = async () => undefined): Memory {
  const held = new Map<string, Row>(rows.map(([key, cells]) => [recordId(key), { ...key.key, ...cells }]));
  const reads: (readonly RecordKey[])[] = [];

  function take({ table, key, slots, holder, atMost, set = {} }: Reserve): boolean {
    const id = recordId({ table, key });
    const members = (held.get(id)?.[slots] ?? []) as readonly string[];
    if (!members.includes(holder) && members.length >= atMost) return false;
    held.set(id, { ...key, ...held.get(id), ...set, [slots]: [...new Set([...members, holder])] });
    return true;
  }

  function putIf(put: Put): boolean {
    const { table, item, condition, expiresBefore = 0 } = put;
    const id = recordId({ table, key: Object.fromEntries(tables[table].key.map((name) => [name, String(item[name])])) });
    const current = held.get(id);
    const holds =
      condition === "absent" ? current === undefined : Object.entries(condition).every(([name, value]) => current?.[name] === value);
    const isOver = Number(current?.expires) < expiresBefore;
    if (holds || isOver) held.set(id, item);
    return holds || isOver || isWritten(put, current);
  }

  return {
    reads,
    rows: held,
    row: (key) => held.get(recordId(key)),
    put: (key, cells = {}) => held.set(recordId(key), { ...key.key, ...cells }),
    world: world({
      remainingMs: 60_000,
      read: async (keys, _signal, optional = []) => {
        await turn();
        reads.push([...keys, ...optional]);
        return rowsUnder([...keys, ...optional], held);
      },
      write: async (write) => {
        await turn();
        return "item" in write ? putIf(write) : take(write);
      },
    }),
  };
}

export const listed = (list: string, value: string): RecordKey => ({ table: "referenceData", key: { list, value } });
export const profile = (of: string): RecordKey => ({ table: "profiles", key: { person: of } });
/** Where the ledger counts the uses of a code. @param code in its one spelling */
export const codeRow = (list: string, code: string): RecordKey =>
  ledger(`code/${encodeURIComponent(list)}/${hashOf(JSON.stringify(["code", list, code]))}`);
/** Who holds a place in that row. */
export const holderOf = (signUp: SignUp) => `${buildPersonId(signUp.email, hashOf)}.${hashOf(personKey(signUp))}`;
export const ledger = (id: string): RecordKey => ({ table: "ledger", key: { id } });
