import { toRow } from "../../../adapters/tables/item";
import type { DynamoTable } from "../../../adapters/tables/table";
import { getItem } from "../../../adapters/tables/table";
import { eachHash, type PersonHashes } from "../../../engine/sign-up/person";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { journeyKey } from "../account";

interface Journeys {
  readonly ledger: DynamoTable;
  readonly hashes: PersonHashes;
}

/** The id of the account that a sign-up's journey led to. Undefined before the first token or after the row's end. */
export async function accountOfJourney(
  { correlationId }: Pick<DecisionRecord, "correlationId">,
  { ledger, hashes }: Journeys,
): Promise<string | undefined> {
  if (correlationId === undefined) return undefined;
  for (const hashOf of eachHash(hashes)) {
    const item = await getItem(ledger, { id: String(journeyKey(correlationId, hashOf).key.id) });
    const { accounts, people } = item === undefined ? {} : toRow(item);
    const isOne = Array.isArray(accounts) && accounts.length === 1 && Array.isArray(people) && people.length === 1;
    if (isOne) return String(accounts[0]);
  }
  return undefined;
}
