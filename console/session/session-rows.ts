import { randomBytes } from "node:crypto";
import * as v from "valibot";
import type { EditedRows } from "../../adapters/tables/edited-rows";
import { type Item, toItem, toRow } from "../../adapters/tables/item";
import { EXPIRY_ATTRIBUTE, SESSION_PREFIX } from "../../adapters/tables/tables";
import { ABSOLUTE_SECONDS, epochSeconds, type Seals, type Session, SIGN_IN_SECONDS } from "./session";

/** A session's id, and the time when the session began. The session's latest end follows from this time. */
export type SessionSpan = Pick<Session, "id" | "issuedAt">;

/** Access to the sessions' rows in the usage table. In this table, the stack lets the console write only these rows and tasks. */
export type SessionLedger = Pick<EditedRows, "add" | "change" | "get">;

/**
 * The row of a live session: expires at the session's latest end, and does not name the user. A session without a row counts as ended, so
 * the deletion of a row never opens an ended session again.
 */
export interface SessionRow {
  readonly item: Item;
  /** The sealed refresh token, with which the console asks Entra for the role again. */
  readonly renewal?: string;
}

const key = ({ id }: Pick<Session, "id">) => ({ id: `${SESSION_PREFIX}${id}` });

/** The row as `beginSession` and `renewSession` write it. A row of another form, such as one with `ended`, means an ended session. */
const liveRow = v.strictObject({ id: v.string(), [EXPIRY_ATTRIBUTE]: v.number(), renewal: v.optional(v.string()) });

/** Returns the row of a live session. Undefined if the session has ended, or its row is missing or unreadable. */
export async function liveSession(ledger: Pick<EditedRows, "get">, session: Pick<Session, "id">): Promise<SessionRow | undefined> {
  const item = await ledger.get(key(session));
  const read = item === undefined ? undefined : v.safeParse(liveRow, toRow(item));
  if (item === undefined || !read?.success) return undefined;
  const { renewal } = read.output;
  return { item, renewal };
}

export async function beginSession(ledger: SessionLedger, session: SessionSpan, renewal: string | undefined): Promise<boolean> {
  return await ledger.add(buildSessionItem(session, { renewal }));
}

/** Stores a new `renewal` in the session's row. True if the session is still live; false if it has ended meanwhile. */
export async function renewSession(ledger: SessionLedger, session: SessionSpan, row: SessionRow, renewal: string): Promise<boolean> {
  if (await ledger.change(row.item, buildSessionItem(session, { renewal }))) return true;
  // Another change was faster: after a renewal by the same browser, the session is still live; after a sign-out, it has ended.
  return (await liveSession(ledger, session)) !== undefined;
}

/** Ends a session, so that no copy of its cookie works any more. */
export async function endSession(ledger: SessionLedger, session: SessionSpan): Promise<void> {
  const endedItem = buildSessionItem(session, { ended: true });
  if (await ledger.add(endedItem)) return;
  // If another request renews the row between read and change, the loop reads it again. Renewals are minutes apart.
  for (let row = await liveSession(ledger, session); row !== undefined; row = await liveSession(ledger, session)) {
    if (await ledger.change(row.item, endedItem)) return;
  }
}

/** True if the sign-in with this mark is finished for the first time. So a copied cookie and address do not work a second time. */
export async function isFirstUse(ledger: Pick<EditedRows, "add">, mark: string, now: Date): Promise<boolean> {
  const expires = epochSeconds(now) + 2 * SIGN_IN_SECONDS;
  return await ledger.add(toItem({ ...key({ id: `used/${mark}` }), [EXPIRY_ATTRIBUTE]: expires }));
}

/**
 * True if this is the first refused sign-in of the minute in any instance. The call stores a row, so all later calls in the same minute
 * return false.
 */
export async function isFirstRefusal(ledger: Pick<EditedRows, "add">, now: Date): Promise<boolean> {
  const minute = now.toISOString().slice(0, 16);
  return await ledger.add(toItem({ ...key({ id: `refused/${minute}` }), [EXPIRY_ATTRIBUTE]: epochSeconds(now) + ABSOLUTE_SECONDS }));
}

function buildSessionItem(session: SessionSpan, more: { readonly ended?: true; readonly renewal?: string | undefined }): Item {
  return toItem({ ...key(session), [EXPIRY_ATTRIBUTE]: session.issuedAt + ABSOLUTE_SECONDS, ...more });
}

interface Keeping {
  readonly ledger: Pick<EditedRows, "add" | "get">;
  readonly seals: Pick<Seals, "sealCursor" | "openCursor">;
  readonly session: Pick<Session, "id">;
  readonly now: Date;
}

const keptRow = v.looseObject({ sealed: v.string() });

/** The result is sealed, because it may contain names and codes. Only pages of the same session open it, while the session lasts. */
export async function keepResult({ ledger, seals, session, now }: Keeping, result: unknown): Promise<string> {
  const id = randomBytes(18).toString("base64url");
  const row = key({ id: `${session.id}/${id}` });
  const sealedResult = await seals.sealCursor(row.id, result, now);
  await ledger.add(toItem({ ...row, [EXPIRY_ATTRIBUTE]: epochSeconds(now) + ABSOLUTE_SECONDS, sealed: sealedResult }));
  return id;
}

/** Returns what the session stored under an id. Undefined if this session has no result with that id. */
export async function keptResult({ ledger, seals, session, now }: Keeping, id: string): Promise<unknown> {
  if (!/^[\w-]{24}$/.test(id)) return undefined;
  const row = key({ id: `${session.id}/${id}` });
  const item = await ledger.get(row);
  const read = item && v.safeParse(keptRow, toRow(item));
  return read?.success ? await seals.openCursor(row.id, read.output.sealed, now) : undefined;
}
