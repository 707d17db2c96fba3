import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";
import type { Item } from "../../../adapters/tables/item";
import { type AnyTableName, tables } from "../../../adapters/tables/tables";
import { CommandError } from "../../../cli/failure";
import { splitLines } from "../../../engine/files/csv";
import { parseJson } from "../../../engine/json";
import { type BackupHeader, FIRST_WORD, FORMAT, MAX_LINE, type RowsOfTable, type SavedSecrets } from "./format";

/** A backup whose description is read. */
export interface OpenBackup {
  readonly header: BackupHeader;
  readonly secrets: SavedSecrets;
  /** Throws if the backup is damaged, at its end at the latest. */
  rows(): AsyncGenerator<RowsOfTable>;
}

const text = v.string();
const headerSchema = v.object({
  format: v.literal(FORMAT),
  version: text,
  madeAt: v.pipe(text, v.isoTimestamp()),
  from: v.object({ stack: text, region: text, account: text }),
  tables: v.array(
    v.pipe(
      text,
      v.check((name) => Object.hasOwn(tables, name)),
    ) as unknown as v.GenericSchema<AnyTableName>,
  ),
  keyMark: text,
  secrets: v.boolean(),
});
const secretsSchema = v.record(text, v.object({ current: text, previous: v.optional(text) }));
const endSchema = v.object({ rows: v.record(text, v.number()), sha256: text });

/** Throws CommandError if the text is not a backup of a known version. */
export async function openBackup(chunks: AsyncIterable<string>, placeName: string): Promise<OpenBackup> {
  const blocks = splitLines(chunks, MAX_LINE);
  const hash = createHash("sha256");
  const lines = hashedLines(blocks, hash);
  const header = readHeader(await lines.next(), placeName);
  let secrets: SavedSecrets = {};
  if (header.secrets) {
    const line = parseControlLine((await lines.next()).value?.text, placeName);
    const read = v.safeParse(secretsSchema, line[0] === "secrets" ? line[1] : undefined);
    if (!read.success) throw createBackupError(placeName, "line 2 holds no secrets");
    secrets = read.output as SavedSecrets;
  }
  return { header, secrets, rows: () => readRows(lines, header, placeName) };
}

interface HashedLine {
  readonly text: string;
  readonly number: number;
  /** The SHA-256 of all lines before this line. */
  before(): string;
}

const ROWS_AT_ONCE = 1_000;

async function* hashedLines(blocks: ReturnType<typeof splitLines>, hash: ReturnType<typeof createHash>): AsyncGenerator<HashedLine> {
  for await (const block of blocks) {
    for (const { text, number } of block) {
      yield { text, number, before: () => hash.copy().digest("hex") };
      hash.update(`${text}\n`);
    }
  }
}

function readHeader({ value }: IteratorResult<HashedLine>, placeName: string): BackupHeader {
  const line = parseJson(value?.text ?? "");
  const [word, header] = Array.isArray(line) ? line : [];
  if (word !== FIRST_WORD || typeof header !== "object" || header === null) {
    throw new CommandError(`${placeName} is not a Gatehouse backup: its first line does not say so.`);
  }
  const { format, version } = header as Partial<BackupHeader>;
  if (format !== FORMAT) {
    throw new CommandError(
      `${placeName} is in format ${format} of version ${version}; this version reads format ${FORMAT}. Restore it with version ${version} or later of Gatehouse.`,
    );
  }
  const read = v.safeParse(headerSchema, header);
  if (read.success) return read.output;
  throw createBackupError(placeName, `its header cannot be read at ${v.getDotPath(read.issues[0]) ?? "its beginning"}`);
}

async function* readRows(lines: AsyncGenerator<HashedLine>, header: BackupHeader, placeName: string): AsyncGenerator<RowsOfTable> {
  const counts: Record<string, number> = {};
  let table: AnyTableName | undefined;
  let items: Item[] = [];
  for await (const line of lines) {
    const value = parseJson(line.text);
    if (isItem(value)) {
      if (table === undefined || !tables[table].key.every((name) => typeof value[name]?.S === "string"))
        throw createBackupError(placeName, `line ${line.number} is not a row of its table`);
      items.push(value);
      counts[table] = (counts[table] ?? 0) + 1;
      if (items.length < ROWS_AT_ONCE) continue;
      yield { table, items };
      items = [];
      continue;
    }
    if (table !== undefined && items.length > 0) yield { table, items };
    items = [];
    const [word, rest] = parseControlLine(line.text, placeName, line.number);
    if (word === "end") return await checkEnd(rest, { counts, line, lines, shown: placeName });
    if (word !== "table" || !header.tables.includes(rest as AnyTableName))
      throw createBackupError(placeName, `line ${line.number} cannot be read`);
    table = rest as AnyTableName;
  }
  throw new CommandError(`${placeName} is cut off: it has no end. Nothing was changed; use another backup.`);
}

interface Reached {
  readonly counts: Readonly<Record<string, number>>;
  readonly line: HashedLine;
  readonly lines: AsyncGenerator<HashedLine>;
  readonly shown: string;
}

async function checkEnd(endMembers: unknown, { counts, line, lines, shown }: Reached): Promise<void> {
  const end = v.safeParse(endSchema, endMembers);
  if (!end.success || end.output.sha256 !== line.before() || !isDeepStrictEqual(end.output.rows, counts)) {
    throw createBackupError(shown, "its checksum does not hold");
  }
  if (!(await lines.next()).done) throw createBackupError(shown, `something follows its end at line ${line.number}`);
}

function parseControlLine(text: string | undefined, placeName: string, number = 2): readonly unknown[] {
  const value = parseJson(text ?? "");
  if (Array.isArray(value)) return value;
  throw createBackupError(placeName, `line ${number} cannot be read`);
}

function isItem(value: unknown): value is Item {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function createBackupError(placeName: string, why: string): CommandError {
  return new CommandError(`${placeName} was changed or damaged: ${why}. Nothing was changed; use another backup.`);
}
