import type { Row } from "../../engine/sign-up/rule";
import type { AwsClient } from "../aws/client";
import { toItem, toRow } from "./item";
import { deleteItem, getItem } from "./table";
import { tables } from "./tables";

/** What is known of people beforehand, by address or account. */
export interface ProfileStore {
  get(person: string): Promise<Row | undefined>;
  remove(person: string): Promise<void>;
}

export function profileStore(client: AwsClient, name: string): ProfileStore {
  const table = { client, name, key: tables.profiles.key };
  return {
    async get(person) {
      const item = await getItem(table, { person });
      return item && toRow(item);
    },
    async remove(person) {
      await deleteItem(table, toItem({ person }));
    },
  };
}
