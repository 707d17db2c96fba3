import type { AwsClient } from "../../../adapters/aws/client";
import { present } from "../../../adapters/tables/conditions";
import { toItem } from "../../../adapters/tables/item";
import { deleteItem, putItem } from "../../../adapters/tables/table";
import { tables } from "../../../adapters/tables/tables";
import { eachHash, type PersonHashes } from "../../../engine/sign-up/person";
import type { AccountRow } from "../../accounts/account";
import { accessEndedKeys, accessEndedRow } from "../ended";

export interface AccessEndedStore {
  note(row: AccountRow, state: "disabled" | "ended", now: Date): Promise<void>;
  /** Lets the person sign up again. False if nothing prevented them. */
  forget(row: Pick<AccountRow, "email" | "gate">): Promise<boolean>;
}

export function accessEndedStore(client: AwsClient, name: string, hashes: () => Promise<PersonHashes>): AccessEndedStore {
  const table = { client, name, key: tables.ledger.key };
  return {
    async note(row, state, now) {
      const { hashOf } = await hashes();
      await putItem(table, toItem(accessEndedRow(row, state, now, hashOf)), undefined);
    },
    async forget(row) {
      let isForgotten = false;
      // The row's key may have a hash from before a key rotation.
      for (const hashOf of eachHash(await hashes()))
        for (const { key } of accessEndedKeys(row, hashOf))
          if ((await deleteItem(table, toItem(key), present("id"))).written) isForgotten = true;
      return isForgotten;
    },
  };
}
