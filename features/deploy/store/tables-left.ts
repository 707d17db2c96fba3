import { type AwsClient, AwsError } from "../../../adapters/aws/client";
import { type AnyTableName, tables } from "../../../adapters/tables/tables";

type ReadOutput = (output: string) => string | undefined;

/** Returns a sentence for each table that the deployment took out of the stack, or made anew beside an older one that has kept its rows. */
export async function describeTablesLeft(
  client: AwsClient,
  stackName: string,
  before: ReadOutput,
  after: ReadOutput,
): Promise<readonly string[]> {
  const sentences: string[] = [];
  for (const [table, { output }] of Object.entries(tables) as [AnyTableName, { readonly output: string }][]) {
    const [old, now] = [before(output), after(output)];
    if (old !== undefined && now === undefined)
      sentences.push(`The table ${old} left the stack and keeps its rows. When its rule or option comes back, ${handIn(table, old)}`);
    if (old === undefined && now !== undefined)
      for (const name of await findOlder(client, stackName, now))
        sentences.push(
          `The table ${now} is new and empty; ${name} of an earlier deployment keeps its rows. To use them, ${handIn(table, name)}`,
        );
  }
  return sentences;
}

const handIn = (table: AnyTableName, name: string) => `write tables: { ${table}: "${name}" } in settings.ts: docs/storage.md`;

/**
 * Returns none if AWS refuses to list tables: the stack is deployed by then, and that is no reason to fail.
 * CloudFormation names a table STACK-LOGICALID-SUFFIX, and its logical id stays the same when it comes back.
 */
async function findOlder(client: AwsClient, stackName: string, table: string): Promise<readonly string[]> {
  const prefix = table.slice(0, table.lastIndexOf("-") + 1);
  if (!table.startsWith(`${stackName}-`) || prefix === `${stackName}-`) return [];
  // Names come in order, from the prefix on, so that one page is enough.
  const { TableNames } = await client
    .call<{ readonly TableNames: readonly string[] }>("ListTables", { ExclusiveStartTableName: prefix })
    .catch((error: unknown) => {
      if (error instanceof AwsError) return { TableNames: [] };
      throw error;
    });
  return TableNames.filter((older) => older.startsWith(prefix) && older !== table);
}
