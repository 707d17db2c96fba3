import type { EditedRows } from "../../adapters/tables/edited-rows";
import { toItem } from "../../adapters/tables/item";
import { EXPIRY_ATTRIBUTE } from "../../adapters/tables/tables";
import { ABSOLUTE_SECONDS, type Session } from "./session";

/** Sessions are kept in cookies alone; in the ledger stand those that somebody signed out of. The stack lets the console write no other rows there. */
const idOf = ({ id }: Session) => `console-session/${id}`;

/** From now on no copy of its cookie opens anything. The row goes when the session would have been over anyway. */
export async function endSession(ledger: Pick<EditedRows, "add">, session: Session): Promise<void> {
  await ledger.add(toItem({ id: idOf(session), [EXPIRY_ATTRIBUTE]: session.issuedAt + ABSOLUTE_SECONDS }));
}

export async function hasEnded(ledger: Pick<EditedRows, "get">, session: Session): Promise<boolean> {
  return (await ledger.get({ id: idOf(session) })) !== undefined;
}
