import type { Item } from "../../adapters/tables/item";

type Cell = Item[string];

/** A row as somebody may leave it in the DynamoDB console, by script, or from another version. Its key stays. */
export interface BrokenRow {
  /** Which of the row's columns is broken; absent where all are. */
  readonly column?: string;
  readonly cells: Item;
}

/** What a cell may wrongly hold. Texts have a mark that may never be logged. */
export const MARK = "never-logged@contoso.com";
const binary = Buffer.from(MARK).toString("base64") as unknown as Uint8Array;
const ofType: Readonly<Record<string, Cell>> = {
  "a number": { N: "7" },
  "a text": { S: MARK },
  "an empty text": { S: "" },
  "a truth value": { BOOL: true },
  null: { NULL: true },
  "a list": { L: [{ S: MARK }, { N: "1" }] },
  "an empty list": { L: [] },
  "a map": { M: { [MARK]: { S: MARK } } },
  "a set of texts": { SS: [MARK, "b"] },
  "a set of numbers": { NS: ["1", "2"] },
  "a set of bytes": { BS: [binary] },
  bytes: { B: binary },
  "nested nulls": { L: [{ NULL: true }, { M: { a: { NULL: true }, b: { L: [{ NULL: true }] } } }] },
  "30 levels": Array.from({ length: 30 }).reduce<Cell>((inner) => ({ M: { in: inner } }), { S: MARK }),
  "a huge number": { N: "9.9999999999999999999999999999999999999e125" },
  "a number of 38 digits": { N: "-12345678901234567890123456789012345678" },
  "a fraction": { N: "-0.5" },
  "a text of digits": { S: "1786665600" },
  "a time that is none": { S: "2026-99-99T99:99:99Z" },
  "a time far away": { S: "+275760-09-13T00:00:00.000Z" },
  "unreadable JSON": { S: `{"${MARK}` },
  "a lone surrogate": { S: `\ud800${MARK}\udfff` },
  "control characters": { S: `\u0000\u001b[2J\r\n${MARK}\u007f` },
  "letters of other scripts": { S: "\u202emoc.\u0635\u05d0\u{1f469}\u200d\u{1f469}e\u0301" },
  "3,000 characters": { S: `${MARK}${"x".repeat(3_000)}` },
  "390 KB": { S: "x".repeat(390 * 1_024) },
};

const wholeRows: Readonly<Record<string, (good: Item) => Item>> = {
  "nothing but its key": () => ({}),
  "every other column": (good) => Object.fromEntries(Object.entries(good).filter((_, index) => index % 2 === 1)),
  "150 columns more": (good) => ({ ...good, ...columns(150) }),
  "200 columns more": (good) => ({ ...good, ...columns(200) }),
  "columns named like an object's own": (good) => ({
    ...good,
    ...Object.fromEntries(["__proto__", "constructor", "toString", "hasOwnProperty", "length", "then"].map((name) => [name, { S: MARK }])),
  }),
  "a future version": (good) => ({
    ...Object.fromEntries(Object.entries(good).map(([name, cell]) => [name, "S" in cell ? { S: `v99:${cell.S}` } : cell])),
    version: { N: "99" },
    schema: { M: { next: { S: "v99" } } },
  }),
  "390 KB in a column of its own": (good) => ({ ...good, extra: { S: "x".repeat(390 * 1_024) } }),
};

function columns(count: number): Item {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`column ${index}`, { S: MARK }]));
}

/** Ways in which a row may be broken, by name. Each makes one row or, where it breaks one cell, a row for each column and one for all. */
export const brokenKinds: Readonly<Record<string, (good: Item) => readonly BrokenRow[]>> = {
  ...Object.fromEntries(
    Object.entries(ofType).map(([name, cell]) => [
      name,
      (good: Item) => [
        ...Object.keys(good).map((column) => ({ column, cells: { ...good, [column]: cell } })),
        { cells: Object.fromEntries(Object.keys(good).map((column) => [column, cell])) },
      ],
    ]),
  ),
  ...Object.fromEntries(Object.entries(wholeRows).map(([name, broken]) => [name, (good: Item) => [{ cells: broken(good) }]])),
};
