import { DEFAULT_GATE } from "../sign-up/gate";
import type { RecordKey, Row } from "../sign-up/rule";
import { MS_PER_DAY } from "../sign-up/time";
import { type AccountRow, ENDED_DAYS } from "./account";

/** With what the ledger's ids begin of people whose access ended: sign-ups read them by the person, as accounts go by object ids. */
export const ACCESS_ENDED_PREFIX = "access-ended/";

/** @param personId the keyed hash of the person's mailbox */
export function accessEndedKey(personId: string, gate: string = DEFAULT_GATE): RecordKey {
  return { table: "ledger", key: { id: `${ACCESS_ENDED_PREFIX}${gate}/${personId}` } };
}

/** What a sign-up finds of somebody whose access ended. */
export function accessEndedRow({ personId, gate, id, reference }: AccountRow, state: "disabled" | "ended", now: Date): Row {
  const expires = Math.ceil((now.getTime() + ENDED_DAYS * MS_PER_DAY) / 1_000);
  return { ...accessEndedKey(personId, gate).key, personId, account: id, reference, state, at: now.toISOString(), expires };
}
