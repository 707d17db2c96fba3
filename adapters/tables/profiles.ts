import { marshall } from "@aws-sdk/util-dynamodb";
import type { Row } from "../../engine/sign-up/rule";
import type { AwsClient } from "../aws/client";
import { type Item, toRow } from "./rows";

/** What is known of people beforehand, by address or account. */
export interface ProfileStore {
  get(person: string): Promise<Row | undefined>;
  remove(person: string): Promise<void>;
}

export function profileStore(client: AwsClient, tableName: string): ProfileStore {
  const at = (person: string) => ({ TableName: tableName, Key: marshall({ person }) });
  return {
    async get(person) {
      const { Item } = await client.call<{ Item?: Item }>("GetItem", { ...at(person), ConsistentRead: true });
      return Item && toRow(Item);
    },
    async remove(person) {
      await client.call("DeleteItem", at(person));
    },
  };
}
