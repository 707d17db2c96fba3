import type { AwsClient } from "../../adapters/aws/client";
import { newAccessKey } from "../../local/aws/access-key";
import { openDatabase } from "../../local/aws/dynamodb/database";
import { dynamodbProxy, type ItemChange, serveDynamodb } from "../../local/aws/dynamodb/dynamodb-proxy";
import type { LocalTable } from "../../local/aws/dynamodb/tables";
import { tablesOf } from "./instance-tables";

/** Signs the tests' calls to stand-ins for AWS. */
export const testKey = newAccessKey();

export interface LocalDatabase {
  readonly client: AwsClient;
  close(): Promise<void>;
}

/** The DynamoDB of `npm start` on the data in a folder. @param onChange told of changes to these tables */
export async function serveLocalDatabase(
  folder: string,
  tables: readonly LocalTable[] = [],
  onChange: (change: ItemChange) => void = () => undefined,
): Promise<LocalDatabase> {
  const database = await openDatabase(folder);
  const proxy = await serveDynamodb({ key: testKey }, dynamodbProxy(database.call, tables, onChange));
  return {
    client: tablesOf({ dynamodbEndpoint: proxy.url, aws: testKey }),
    async close() {
      await proxy.close();
      await database.close();
    },
  };
}
