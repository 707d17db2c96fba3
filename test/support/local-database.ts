import type { AwsClient } from "../../adapters/aws/client";
import { newAccessKey } from "../../local/aws/access-key";
import { openDatabase, serveDynamodb } from "../../local/aws/dynamodb/embedded";
import type { ItemChange } from "../../local/aws/dynamodb/operation";
import { tablesOf } from "./instance-tables";

/** Signs the tests' calls to stand-ins for AWS. */
export const testKey = newAccessKey();

export interface LocalDatabase {
  readonly client: AwsClient;
  close(): Promise<void>;
}

/** The DynamoDB of `npm start` on the data in a folder. */
export async function serveLocalDatabase(folder: string, onChange?: (change: ItemChange) => void): Promise<LocalDatabase> {
  const database = await openDatabase(folder, onChange);
  const server = await serveDynamodb({ key: testKey }, database.call);
  return {
    client: tablesOf({ dynamodbEndpoint: server.url, aws: testKey }),
    async close() {
      await server.close();
      await database.close();
    },
  };
}
