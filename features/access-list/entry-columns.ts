import { keepGiven } from "../../engine/json";
import type { Row } from "../../engine/sign-up/rule";
import { isSuspended, type ListColumn, type ListRow } from "./row";

/** The columns of the list beside the entry and its effect. */
export type EntryColumnName = Exclude<ListColumn, "entry" | "effect">;

interface Flag {
  readonly name: string;
  /** The member of the command's options. */
  readonly option: string;
  readonly help?: string;
  /** The end of the error for a text that cannot be read: the reason, and what to write. */
  readonly wrong?: string;
}

type InTwo<T> = Readonly<Record<"en" | "ko", T>>;

interface EntryColumn {
  /** `text` decides nothing, and may be any text. */
  readonly kind: "provider" | "gates" | "end" | "text";
  /** The meaning of the stored cell. */
  readonly means: string;
  /** The meaning in the JSON of the commands. */
  readonly jsonMeans?: string;
  /** Returns the cell as files, forms and comparisons have it. Undefined if the row has none. */
  format(cells: Row, row: ListRow): string | undefined;
  /** Returns what the row does at a moment, as in the JSON of the commands. */
  describe(cells: Row, row: ListRow, now: Date): string | readonly string[] | undefined;
  readonly words: InTwo<(text: string) => string>;
  /** In the table of `list show`. */
  readonly heading?: string;
  /** The option of `list add`. */
  readonly flag?: Flag;
  /** In the form of the console. @default the name that all tables give the column */
  readonly label?: readonly [en: string, ko: string];
  readonly cell: { readonly kind: "text" | "day" | "note"; readonly isBadge?: true; readonly isUnlisted?: true };
  /** Problems of a text in a file. */
  readonly problems?: InTwo<{ readonly notText: string; readonly formula: string }>;
}

const formatEnd = (cell: unknown): string | undefined => (cell === undefined ? undefined : String(cell).trim());
/** Cannot throw: dates in JavaScript end in the year 275760, and epoch seconds within the list's limits stay below. */
const isoTime = (time: number | undefined): string | undefined => (time === undefined ? undefined : new Date(time).toISOString());

/** All that each column is: how it is read, written, shown, typed and checked. `readRow` judges the columns that decide. */
export const entryColumns = {
  issuer: {
    kind: "provider",
    means: "The only identity provider for which the row counts.",
    jsonMeans: "The only provider for which it counts.",
    format: (_, { issuer }) => issuer,
    describe: (_, { issuer }) => issuer,
    words: { en: (name) => `issuer ${name}`, ko: (name) => `제공자 ${name}` },
    heading: "ISSUER",
    flag: {
      name: "--issuer <provider>",
      option: "issuer",
      help: "counts only for people who signed in with it: google.com, facebook.com, mail, entra",
      wrong: "is not a provider: write google.com, facebook.com, mail or entra.",
    },
    label: ["Only for people of this provider", "이 제공자로 로그인한 사람에게만"],
    cell: { kind: "text", isBadge: true },
  },
  gates: {
    kind: "gates",
    means:
      "The only gates where the row counts: names separated by commas or spaces, a list or a string set; `default` is the unnamed gate. If unreadable, an allow ends, and a deny or approval counts everywhere.",
    jsonMeans: "The only gates where it counts.",
    format: (_, { gates }) => gates?.join(" "),
    describe: (_, { gates }) => gates,
    words: { en: (names) => `gates ${names}`, ko: (names) => `게이트 ${names}` },
    heading: "GATES",
    flag: {
      name: "--gate <names>",
      option: "gate",
      help: "counts only at these gates, commas between them; default is the one without a name",
      wrong: "names no gate: write a name, or several with commas between them.",
    },
    label: ["Only at these gates", "이 게이트에서만"],
    cell: { kind: "text", isBadge: true },
  },
  expiresAt: {
    kind: "end",
    means: "If unreadable, an allow ends, and a deny or approval stays.",
    jsonMeans: "From then on it counts for nothing.",
    format: ({ expiresAt }) => formatEnd(expiresAt),
    describe: (_, { expiresAt }) => isoTime(expiresAt),
    words: { en: (day) => `until ${day}`, ko: (day) => `${day}까지` },
    heading: "UNTIL",
    flag: { name: "--expires <time>", option: "expires" },
    cell: { kind: "day" },
  },
  allowedUntil: {
    kind: "end",
    means: "Of a deny or approval: until then it lets people in. If unreadable, the row denies or requires approval at once.",
    jsonMeans: "Until then, it lets people in instead.",
    format: ({ allowedUntil }) => formatEnd(allowedUntil),
    describe: (_, row, now) => (isSuspended(row, now) ? isoTime(row.allowedUntil) : undefined),
    words: { en: (day) => `allowed until ${day}`, ko: (day) => `${day}까지 허용` },
    label: ["Allowed until", "이날까지 허용"],
    cell: { kind: "text", isUnlisted: true },
  },
  note: {
    kind: "text",
    means: "For you. When two rows are merged, the other's content is added here.",
    format: ({ note }) => (note === undefined || note === "" ? undefined : String(note)),
    describe: ({ note }) => (note === undefined ? undefined : String(note)),
    words: { en: (text) => `note "${text}"`, ko: (text) => `메모 "${text}"` },
    heading: "NOTE",
    flag: { name: "--note <text>", option: "note", help: "why, for people who read the list" },
    cell: { kind: "note" },
    problems: {
      en: { notText: "the note is not a text", formula: "a spreadsheet takes the note for a formula: put a ' before its first character" },
      ko: { notText: "메모가 텍스트가 아닙니다", formula: "스프레드시트가 메모를 수식으로 읽습니다. 첫 글자 앞에 '를 붙이세요" },
    },
  },
} as const satisfies Record<EntryColumnName, EntryColumn>;

/** The columns of the kind `text`. */
export type PlainColumn = {
  [Name in EntryColumnName]: (typeof entryColumns)[Name]["kind"] extends "text" ? Name : never;
}[EntryColumnName];

/** In the order in which people read them. */
export const eachColumn = Object.entries(entryColumns) as readonly (readonly [EntryColumnName, EntryColumn])[];

export const plainColumns = eachColumn.filter(([, { kind }]) => kind === "text").map(([name]) => name as PlainColumn);

export type ColumnTexts = Readonly<Partial<Record<EntryColumnName, string>>>;

export function formatColumns(cells: Row, row: ListRow): ColumnTexts {
  return keepGiven(Object.fromEntries(eachColumn.map(([name, column]) => [name, column.format(cells, row)])));
}

/** Returns a value of each column that has one. */
export function mapColumns<T>(value: (column: EntryColumn, name: EntryColumnName) => T | undefined): Readonly<Record<EntryColumnName, T>> {
  return keepGiven(Object.fromEntries(eachColumn.map(([name, column]) => [name, value(column, name)]))) as never;
}
