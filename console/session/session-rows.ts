import type { EditedRows } from "../../adapters/tables/edited-rows";
import { type Item, toItem } from "../../adapters/tables/item";
import { EXPIRY_ATTRIBUTE, SESSION_PREFIX } from "../../adapters/tables/tables";
import { ABSOLUTE_SECONDS, epochSeconds, type Session, SIGN_IN_SECONDS } from "./session";

/** What sessions leave in the ledger. The stack lets the console write no other rows there. */
export type SessionLedger = Pick<EditedRows, "add" | "change" | "get">;

/** A session's row, which goes when the session would have been over anyway. Who it is of stands in its cookie alone. */
export interface SessionRow {
  readonly item: Item;
  /** Somebody signed out, or was signed out: no copy of its cookie opens anything. */
  readonly ended: boolean;
  /** What asks Entra for the role anew, sealed. */
  readonly renewal?: string;
}

type Identified = Pick<Session, "id" | "issuedAt">;

const key = ({ id }: Pick<Session, "id">) => ({ id: `${SESSION_PREFIX}${id}` });

export async function sessionRow(ledger: Pick<EditedRows, "get">, session: Pick<Session, "id">): Promise<SessionRow | undefined> {
  const item = await ledger.get(key(session));
  if (item === undefined) return undefined;
  const renewal = item.renewal?.S;
  return { item, ended: item.ended?.BOOL === true, ...(renewal !== undefined && { renewal }) };
}

export async function beginSession(ledger: SessionLedger, session: Identified, renewal: string | undefined): Promise<boolean> {
  return await ledger.add(itemOf(session, { renewal }));
}

/** False if the session has ended meanwhile. */
export async function renewSession(ledger: SessionLedger, session: Identified, row: SessionRow, renewal: string): Promise<boolean> {
  if (await ledger.change(row.item, itemOf(session, { renewal }))) return true;
  // Another request of the same browser was quicker, or somebody signed out.
  return (await sessionRow(ledger, session))?.ended === false;
}

/** From now on no copy of its cookie opens anything. */
export async function endSession(ledger: SessionLedger, session: Identified): Promise<void> {
  const ended = itemOf(session, { ended: true });
  if (await ledger.add(ended)) return;
  // A renewal may come in between, once each few minutes.
  for (let row = await sessionRow(ledger, session); row?.ended === false; row = await sessionRow(ledger, session)) {
    if (await ledger.change(row.item, ended)) return;
  }
}

/** Whether nobody has come back by this sign-in before: whoever copied its cookie and address gets nowhere. */
export async function isFirstUse(ledger: Pick<EditedRows, "add">, mark: string, now: Date): Promise<boolean> {
  const expires = epochSeconds(now) + 2 * SIGN_IN_SECONDS;
  return await ledger.add(toItem({ ...key({ id: `used/${mark}` }), [EXPIRY_ATTRIBUTE]: expires }));
}

/** Whether it is the first refused sign-in of its minute, in all instances. Asked once for each: the answer is kept. */
export async function isFirstRefusal(ledger: Pick<EditedRows, "add">, now: Date): Promise<boolean> {
  const minute = now.toISOString().slice(0, 16);
  return await ledger.add(toItem({ ...key({ id: `refused/${minute}` }), [EXPIRY_ATTRIBUTE]: epochSeconds(now) + ABSOLUTE_SECONDS }));
}

function itemOf(session: Identified, more: { readonly ended?: true; readonly renewal?: string | undefined }): Item {
  return toItem({ ...key(session), [EXPIRY_ATTRIBUTE]: session.issuedAt + ABSOLUTE_SECONDS, ...more });
}
