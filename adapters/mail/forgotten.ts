import { MS_PER_HOUR } from "../../engine/sign-up/time";
import type { AwsClient } from "../aws/client";
import { toItem } from "../tables/item";
import { batchGet, putItem } from "../tables/table";
import { EXPIRY_ATTRIBUTE, tables } from "../tables/tables";

// A mail may be on its way at the moment of an erasure. Its rows are written first and then looked for a mark; an erasure writes the mark
// first and then looks for rows. So one of the two finds the rows, whichever comes first.

/** Key prefix of marks of erased people; the keyed hash of a mailbox follows. */
export const FORGOTTEN_PREFIX = "mail-forgotten/";
/** Longer than the queue tries an event. */
const MARKED_MS = 2 * MS_PER_HOUR;

/** @param name the usage table's deployed name */
export async function markForgotten(client: AwsClient, name: string, people: Iterable<string>, now: number): Promise<void> {
  const until = now + MARKED_MS;
  for (const person of people) {
    const row = { id: `${FORGOTTEN_PREFIX}${person}`, until, [EXPIRY_ATTRIBUTE]: Math.ceil(until / 1_000) };
    await putItem({ client, name, key: tables.ledger.key }, toItem(row));
  }
}

/** Returns those who were erased lately. @param name the usage table's deployed name */
export async function readForgotten(
  client: AwsClient,
  name: string,
  people: readonly (string | undefined)[],
  now: number,
): Promise<ReadonlySet<string>> {
  const ids = [...new Set(people.filter((each) => each !== undefined))];
  if (ids.length === 0) return new Set();
  const items = await batchGet(
    client,
    ids.map((person) => ({ tableName: name, key: toItem({ id: `${FORGOTTEN_PREFIX}${person}` }) })),
  );
  return new Set(items.flatMap(([, { id, until }]) => (Number(until?.N) > now ? [String(id?.S).slice(FORGOTTEN_PREFIX.length)] : [])));
}
