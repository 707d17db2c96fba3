import type { AwsClient } from "../../../adapters/aws/client";
import { present } from "../../../adapters/tables/conditions";
import { toItem } from "../../../adapters/tables/item";
import { batchGet, deleteItem, putItem } from "../../../adapters/tables/table";
import { tables } from "../../../adapters/tables/tables";
import { eachHash, type PersonHashes } from "../../../engine/sign-up/person";
import type { AccountRow, EndReason } from "../../accounts/account";
import { accessEndedKeys, accessEndedRow } from "../ended";

export interface AccessEndedStore {
  /** @param reason why access ends before its day */
  note(row: AccountRow, state: "disabled" | "ended", now: Date, reason?: EndReason): Promise<void>;
  /** Lets the person sign up again. False if nothing prevented them. */
  forget(row: Pick<AccountRow, "email" | "gate">): Promise<boolean>;
  /** Returns the ids of those whose access ended and was not given again: `expiry` refuses them, or has them ask for it. */
  selectEnded(people: readonly (Pick<AccountRow, "email" | "gate"> & { readonly id: string })[]): Promise<ReadonlySet<string>>;
}

export function accessEndedStore(client: AwsClient, name: string, hashes: () => Promise<PersonHashes>): AccessEndedStore {
  const table = { client, name, key: tables.ledger.key };
  return {
    async note(row, state, now, reason) {
      const { hashOf } = await hashes();
      await putItem(table, toItem(accessEndedRow(row, state, now, hashOf, reason)), undefined);
    },
    async forget(row) {
      let isForgotten = false;
      // The row's key may have a hash from before a key rotation.
      for (const hashOf of eachHash(await hashes()))
        for (const { key } of accessEndedKeys(row, hashOf))
          if ((await deleteItem(table, toItem(key), present("id"))).written) isForgotten = true;
      return isForgotten;
    },
    async selectEnded(people) {
      const known = eachHash(await hashes());
      const listKeys = (person: (typeof people)[number]) => known.flatMap((hashOf) => accessEndedKeys(person, hashOf));
      const idsByKey = new Map(people.flatMap((person) => listKeys(person).map(({ key }) => [String(key.id), person.id] as const)));
      const keys = [...idsByKey.keys()].map((id) => ({ tableName: name, key: toItem({ id }) }));
      const items = await batchGet(client, keys);
      return new Set(items.flatMap(([, item]) => idsByKey.get(String(item.id?.S)) ?? []));
    },
  };
}
