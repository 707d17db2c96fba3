import { parseJson } from "../../engine/json";
import { type StreamReader, streamReaders } from "../../engine/work";
import type { AwsClient } from "../aws/client";
import { toItem, toRow } from "./item";
import { absent, batchGet, type DynamoTable, equal, getItem, putItem } from "./table";
import { EXPIRY_ATTRIBUTE, tables } from "./tables";

/** Key prefix in the usage table; the reader's name follows. */
export const SKIPPED_PREFIX = "skipped/";
export const SKIPPED_DAYS = 7;
const SECONDS_PER_DAY = 86_400;
const MOST_NAMED = 20;
/** Several, because the shards of a stream write to the same row. */
const MOST_TRIES = 5;
const TURN = "turn";

/** Contains nothing about a person. */
export interface SkippedRow {
  /** ISO 8601. */
  readonly at: string;
  readonly table?: string;
  /** The key, if it names no person: a decision's reference code, or a request's id. */
  readonly row?: string;
  readonly sequenceNumber: string;
  /** An error's name, or a code. */
  readonly why: string;
}

export async function noteSkipped(
  client: AwsClient,
  ledger: string,
  reader: StreamReader,
  rows: readonly SkippedRow[],
  now: Date,
): Promise<void> {
  const table: DynamoTable = { client, name: ledger, key: tables.ledger.key };
  const id = buildReaderId(reader);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const current = await getItem(table, { id });
    const knownRows = skippedIn(current && toRow(current).rows);
    const isNew = ({ sequenceNumber }: SkippedRow) => !knownRows.some((each) => each.sequenceNumber === sequenceNumber);
    const namedRows = [...knownRows, ...rows.filter(isNew)].slice(-MOST_NAMED);
    const turn = current?.[TURN];
    const expires = Math.floor(now.getTime() / 1_000) + SKIPPED_DAYS * SECONDS_PER_DAY;
    const row = { id, rows: JSON.stringify(namedRows), [TURN]: Number(turn?.N ?? 0) + 1, [EXPIRY_ATTRIBUTE]: expires };
    if ((await putItem(table, toItem(row), turn === undefined ? absent(TURN) : equal({ [TURN]: turn }))).written) return;
  }
}

/** Returns rows with the newest last. Leaves out readers that have skipped no rows. */
export async function skippedSince(
  client: AwsClient,
  ledger: string,
  since: Date,
): Promise<ReadonlyMap<StreamReader, readonly SkippedRow[]>> {
  const foundItems = await batchGet(
    client,
    streamReaders.map((reader) => ({ tableName: ledger, key: toItem({ id: buildReaderId(reader) }) })),
  );
  const rows = new Map(foundItems.map(([, item]) => [item.id?.S, skippedIn(toRow(item).rows)]));
  return new Map(
    streamReaders.flatMap((reader) => {
      const some = (rows.get(buildReaderId(reader)) ?? []).filter(({ at }) => at >= since.toISOString());
      return some.length === 0 ? [] : [[reader, some] as const];
    }),
  );
}

function buildReaderId(reader: StreamReader): string {
  return `${SKIPPED_PREFIX}${reader}`;
}

/** Returns no rows if somebody wrote something else into the cell. */
function skippedIn(cell: unknown): readonly SkippedRow[] {
  const rows = parseJson(String(cell));
  const isOne = (row: Partial<SkippedRow> | null) => [row?.at, row?.sequenceNumber, row?.why].every((each) => typeof each === "string");
  return Array.isArray(rows) ? rows.filter(isOne) : [];
}
