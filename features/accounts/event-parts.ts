import type { AccountRow } from "./account";

/** The id contains `arrivedAt`. After an erasure, a new row of the account may have the same `id` and the same `turn`. */
export function buildEventId({ id, arrivedAt, turn }: AccountRow): string {
  return `${id}.${Date.parse(arrivedAt).toString(36)}.${turn}`;
}

/** False if a write left no entry in the history, such as one that stored a sign-in. */
export function hasNewEntry(before: Pick<AccountRow, "history">, after: Pick<AccountRow, "history">): boolean {
  const [one, other] = [before.history.at(-1), after.history.at(-1)];
  return other !== undefined && !(one?.at === other.at && one.what === other.what && one.by.name === other.by.name);
}
