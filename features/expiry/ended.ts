import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { buildPersonId, type HashOf } from "../../engine/sign-up/person";
import type { RecordKey, Row } from "../../engine/sign-up/rule";
import { toBaseSpelling, toCountedSpelling } from "../../engine/sign-up/spellings";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import { type AccountRow, ENDED_DAYS, type EndReason } from "../accounts/account";
import type { EndedAccess } from "../approvals/request";

/**
 * Prefix of the ids of rows, in the usage table, by which a sign-up finds people whose access ended. A sign-up cannot use the accounts'
 * rows, because their keys are object ids.
 */
export const ACCESS_ENDED_PREFIX = "access-ended/";

/** One key for all spellings of an address that a deny covers: otherwise, a person could get new access with another +tag, or with ß for ss. */
export function accessEndedKey({ email, gate = DEFAULT_GATE }: Pick<AccountRow, "email" | "gate">, hashOf: HashOf): RecordKey {
  return { table: "ledger", key: { id: `${ACCESS_ENDED_PREFIX}${gate}/${buildPersonId(toBaseSpelling(email), hashOf)}` } };
}

/** The keys under which a row may be. Earlier versions did not fold letters. */
export function accessEndedKeys(account: Pick<AccountRow, "email" | "gate">, hashOf: HashOf): readonly RecordKey[] {
  const { email, gate = DEFAULT_GATE } = account;
  const key = accessEndedKey(account, hashOf);
  const id = `${ACCESS_ENDED_PREFIX}${gate}/${buildPersonId(toCountedSpelling(email), hashOf)}`;
  return id === key.key.id ? [key] : [key, { ...key, key: { id } }];
}

/** @param reason why access ends before its day, if the worker ends it now */
export function accessEndedRow(account: AccountRow, state: "disabled" | "ended", now: Date, hashOf: HashOf, reason?: EndReason): Row {
  const { personId, id, reference, letInAt } = account;
  const expires = Math.ceil((now.getTime() + ENDED_DAYS * MS_PER_DAY) / 1_000);
  const what = { account: id, reference, state, at: now.toISOString(), since: letInAt, ...findEndingCause(account, reason) };
  return { ...accessEndedKey(account, hashOf).key, personId, ...what, expires };
}

function findEndingCause({ history, renew, idleEnd, endReason }: AccountRow, reason?: EndReason): Pick<EndedAccess, "how" | "by"> {
  // A row with one end keeps the reason for it. Beside a day that may still come, the reason is that of a reminder.
  const early = reason ?? (idleEnd === undefined ? endReason : undefined);
  if (early !== undefined) return { how: early };
  const last = history.findLast(({ what, until }) => until !== undefined || (what === "let-end" && renew === "nobody"));
  if (last?.what === "ended-early") return { how: "early", by: last.by.name };
  return last?.what === "let-end" ? { how: "not-renewed", by: last.by.name } : { how: "on-its-day" };
}

export function endedAccessIn({ at: endedAt, since, how, by }: Row): EndedAccess | undefined {
  if (typeof endedAt !== "string" || typeof since !== "string" || typeof how !== "string") return undefined;
  return { since, endedAt, how: how as EndedAccess["how"], ...(typeof by === "string" && { by }) };
}
