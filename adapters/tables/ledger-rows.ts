import type { ChainHead } from "../../engine/audit/chain";
import type { ArchiveMark } from "../audit/archiver";
import type { AwsClient } from "../aws/client";
import { toItem, toRow } from "./item";
import { type DynamoTable, getItem, putItem } from "./table";
import { ARCHIVE_PREFIX, EXPIRY_ATTRIBUTE, tables } from "./tables";

// Rows of the ledger that one feature each keeps.

const KEPT_SECONDS = 30 * 86_400;

/** Writes a row that is kept for 30 days from a moment on. */
async function keep(ledger: DynamoTable, row: object, from: Date, withinMs: number): Promise<void> {
  const expires = Math.floor(from.getTime() / 1_000) + KEPT_SECONDS;
  await putItem(ledger, toItem({ ...row, [EXPIRY_ATTRIBUTE]: expires }), undefined, AbortSignal.timeout(withinMs));
}

/** Rows of the ledger that tell at which steps a version of the password was seen in use. */
export const SEEN_PASSWORDS = "credentials/";
/** Entra waits meanwhile. */
const PASSWORD_WRITE_MS = 1_000;

/** Where each version of the connectors' password was seen. A version is named by its id in Secrets Manager. */
export interface SeenPasswords {
  has(versionId: string, step: string): Promise<boolean>;
  add(versionId: string, step: string, now: Date): Promise<void>;
  /** When the password before a version was last noted at a step. */
  previousAt(versionId: string, step: string): Promise<Date | undefined>;
  addPrevious(versionId: string, step: string, now: Date): Promise<void>;
}

/** @param ledger the table that the rows are kept in */
export function seenPasswords(ledger: DynamoTable): SeenPasswords {
  const idOf = (versionId: string, step: string) => `${SEEN_PASSWORDS}${versionId}/${step}`;
  const previousOf = (versionId: string, step: string) => `${idOf(versionId, step)}/previous`;
  const put = (id: string, now: Date) => keep(ledger, { id, seenAt: now.toISOString() }, now, PASSWORD_WRITE_MS);
  return {
    has: async (versionId, step) => (await getItem(ledger, { id: idOf(versionId, step) })) !== undefined,
    add: (versionId, step, now) => put(idOf(versionId, step), now),
    async previousAt(versionId, step) {
      const row = await getItem(ledger, { id: previousOf(versionId, step) });
      return row === undefined ? undefined : new Date(row.seenAt?.S ?? Number.NaN);
    },
    addPrevious: (versionId, step, now) => put(previousOf(versionId, step), now),
  };
}

/** How far the audit trail is archived in one bucket, as the ledger keeps it: another bucket begins with the first entry. */
export function archiveMark(client: AwsClient, name: string, bucket: string): ArchiveMark {
  const table = { client, name, key: tables.ledger.key };
  const id = `${ARCHIVE_PREFIX}${bucket}`;
  return {
    async read() {
      const item = await getItem(table, { id });
      const { number, hash, at } = item === undefined ? {} : toRow(item);
      return typeof number === "string" && typeof hash === "string" ? { number, hash, at: String(at) } : undefined;
    },
    async write({ number, hash, at }: ChainHead) {
      await putItem(table, toItem({ id, number, hash, at }));
    },
  };
}
