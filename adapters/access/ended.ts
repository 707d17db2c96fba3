import type { AccountRow } from "../../engine/access/account";
import { accessEndedKey, accessEndedRow } from "../../engine/access/ended";
import type { AwsClient } from "../aws/client";
import { present } from "../tables/expressions";
import { toItem } from "../tables/item";
import { deleteItem, putItem } from "../tables/table";
import { tables } from "../tables/tables";

/** What sign-ups find of people whose access ended. */
export interface AccessEndedStore {
  note(row: AccountRow, state: "disabled" | "ended", now: Date): Promise<void>;
  /** Lets the person sign up again. False where nothing kept them from it. */
  forget(row: Pick<AccountRow, "personId" | "gate">): Promise<boolean>;
}

/** @param name the deployed name of the ledger */
export function accessEndedStore(client: AwsClient, name: string): AccessEndedStore {
  const table = { client, name, key: tables.ledger.key };
  return {
    async note(row, state, now) {
      await putItem(table, toItem(accessEndedRow(row, state, now)), undefined);
    },
    async forget({ personId, gate }) {
      return (await deleteItem(table, toItem(accessEndedKey(personId, gate).key), present("id"))).written;
    },
  };
}
