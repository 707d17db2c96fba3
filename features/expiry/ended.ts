import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { toBaseSpelling } from "../../engine/sign-up/kept-spellings";
import { buildPersonId, type HashOf } from "../../engine/sign-up/person";
import type { RecordKey, Row } from "../../engine/sign-up/rule";
import { MS_PER_DAY } from "../../engine/sign-up/time";
import { type AccountRow, ENDED_DAYS } from "../accounts/account";
import type { EndedAccess } from "../approvals/request";

/**
 * Prefix of the ids, in the usage table, of people whose access ended. Sign-ups find a person by such a row. They cannot use the rows of
 * accounts, which have object ids as keys.
 */
export const ACCESS_ENDED_PREFIX = "access-ended/";

/** Returns the same key for every spelling that a deny covers. Otherwise the next +tag would be a new person with new access. */
export function accessEndedKey({ email, gate = DEFAULT_GATE }: Pick<AccountRow, "email" | "gate">, hashOf: HashOf): RecordKey {
  return { table: "ledger", key: { id: `${ACCESS_ENDED_PREFIX}${gate}/${buildPersonId(toBaseSpelling(email), hashOf)}` } };
}

/** Returns the row by which a sign-up recognises a person whose access ended. */
export function accessEndedRow(account: AccountRow, state: "disabled" | "ended", now: Date, hashOf: HashOf): Row {
  const { personId, id, reference, letInAt } = account;
  const expires = Math.ceil((now.getTime() + ENDED_DAYS * MS_PER_DAY) / 1_000);
  const what = { account: id, reference, state, at: now.toISOString(), since: letInAt, ...findEndingCause(account) };
  return { ...accessEndedKey(account, hashOf).key, personId, ...what, expires };
}

function findEndingCause({ history, renew }: AccountRow): Pick<EndedAccess, "how" | "by"> {
  const last = history.findLast(({ what, until }) => until !== undefined || (what === "let-end" && renew === "nobody"));
  if (last?.what === "ended-early") return { how: "early", by: last.by.name };
  return last?.what === "let-end" ? { how: "not-renewed", by: last.by.name } : { how: "on-its-day" };
}

/** Returns the part of a row of ended access that a request for renewal keeps. Undefined if the row lacks it. */
export function endedAccessIn({ at: endedAt, since, how, by }: Row): EndedAccess | undefined {
  if (typeof endedAt !== "string" || typeof since !== "string" || typeof how !== "string") return undefined;
  return { since, endedAt, how: how as EndedAccess["how"], ...(typeof by === "string" && { by }) };
}
