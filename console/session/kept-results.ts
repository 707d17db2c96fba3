import { randomBytes } from "node:crypto";
import * as v from "valibot";
import type { EditedRows } from "../../adapters/tables/edited-rows";
import { toItem, toRow } from "../../adapters/tables/item";
import { EXPIRY_ATTRIBUTE, SESSION_PREFIX } from "../../adapters/tables/tables";
import { ABSOLUTE_SECONDS, epochSeconds, type Seals, type Session } from "./session";

/** Where results are kept, for one session alone. */
interface Keeping {
  readonly ledger: Pick<EditedRows, "add" | "get">;
  readonly seals: Pick<Seals, "sealCursor" | "openCursor">;
  readonly session: Pick<Session, "id">;
  readonly now: Date;
}

const key = ({ id: session }: Keeping["session"], id: string) => ({ id: `${SESSION_PREFIX}${session}/${id}` });
const keptRow = v.looseObject({ sealed: v.string() });

/**
 * Keeps what came of a form, so that a page shows it which can be reloaded. Sealed, because it may name people and hold codes: no page
 * of another session opens it, and none at all once the session is over.
 * @returns its id
 */
export async function keepResult({ ledger, seals, session, now }: Keeping, result: unknown): Promise<string> {
  const id = randomBytes(18).toString("base64url");
  const row = key(session, id);
  const sealed = await seals.sealCursor(row.id, result, now);
  await ledger.add(toItem({ ...row, [EXPIRY_ATTRIBUTE]: epochSeconds(now) + ABSOLUTE_SECONDS, sealed }));
  return id;
}

/** Undefined where nothing is kept under that id, for this session. */
export async function keptResult({ ledger, seals, session, now }: Keeping, id: string): Promise<unknown> {
  if (!/^[\w-]{24}$/.test(id)) return undefined;
  const row = key(session, id);
  const item = await ledger.get(row);
  const read = item && v.safeParse(keptRow, toRow(item));
  return read?.success ? await seals.openCursor(row.id, read.output.sealed, now) : undefined;
}
