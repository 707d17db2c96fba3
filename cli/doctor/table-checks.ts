import { AwsError, dynamodb } from "../../adapters/aws/client";
import type { TableIndex } from "../../adapters/tables/table-index";
import { tableShapes } from "../../adapters/tables/table-shapes";
import { type AnyTableName, EXPIRY_ATTRIBUTE, tables } from "../../adapters/tables/tables";
import { handedInName } from "../../lib/resources/table-options";
import type { Account } from "./account";
import { type Fault, inAccount, nothingWrong } from "./check";

/** What DynamoDB says of a table. */
interface Described {
  readonly KeySchema: readonly KeyPart[];
  readonly GlobalSecondaryIndexes?: readonly DescribedIndex[];
  readonly LatestStreamArn?: string;
  readonly StreamSpecification?: { readonly StreamEnabled: boolean; readonly StreamViewType: string };
}

interface KeyPart {
  readonly AttributeName: string;
}

interface DescribedIndex {
  readonly IndexName: string;
  readonly KeySchema: readonly KeyPart[];
  readonly Projection: { readonly ProjectionType: string; readonly NonKeyAttributes?: readonly string[] };
}

/** Of tables that settings.ts hands in: whether they are what the functions take them for. */
export const tablesCheck = inAccount("tables", async (account, { settings }, signal) => {
  const handedIn = Object.entries(settings.tables ?? {}) as [AnyTableName, string][];
  if (handedIn.length === 0) return { skipped: "settings.ts hands none in" };
  const faults = await Promise.all(
    handedIn.filter(([name]) => name in tables).map(([name, given]) => faultsOf(account, name, given, signal)),
  );
  return faults.flat();
});

async function faultsOf(account: Account, name: AnyTableName, given: string, signal: AbortSignal): Promise<readonly Fault[]> {
  const TableName = handedInName(given);
  const client = account.client(dynamodb);
  try {
    const { Table } = await client.call<{ Table: Described }>("DescribeTable", { TableName }, signal);
    const flaws = [...shapeFaults(name, TableName, Table), ...streamFaults(name, given, TableName, Table)];
    if (!tableShapes[name].ages) return flaws;
    const { TimeToLiveDescription: ages } = await client.call<{ TimeToLiveDescription?: { AttributeName?: string } }>(
      "DescribeTimeToLive",
      { TableName },
      signal,
    );
    return ages?.AttributeName === EXPIRY_ATTRIBUTE ? flaws : [...flaws, timeToLiveFault(name, TableName)];
  } catch (error) {
    if (!(error instanceof AwsError && error.name === "ResourceNotFoundException")) throw error;
    const mend = `Correct tables.${name} in settings.ts, or the region.`;
    return [{ id: "tables.missing", what: `There is no table ${TableName} in ${account.region}.`, mend }];
  }
}

function shapeFaults(name: AnyTableName, tableName: string, { KeySchema, GlobalSecondaryIndexes = [] }: Described): readonly Fault[] {
  const [key, wanted] = [namesOf(KeySchema), tables[name].key.join(", ")];
  if (key !== wanted) {
    const what = `The table ${tableName} goes by ${key}, and ${name} by ${wanted}.`;
    return [{ id: "tables.key", what, mend: `Hand in one with that key as tables.${name}, or none: a key cannot be changed.` }];
  }
  const lacking = tableShapes[name].indexes.filter((index) => !GlobalSecondaryIndexes.some((each) => serves(each, index)));
  if (lacking.length === 0) return nothingWrong;
  const what = `The table ${tableName} lacks ${lacking.map((index) => index.name).join(", ")}, or they hold too little.`;
  return [{ id: "tables.index", what, mend: "Restore it with all its indexes, or add these: docs/storage.md says what they hold." }];
}

function serves({ IndexName, KeySchema, Projection }: DescribedIndex, { name, partitionKey, sortKey, holds }: TableIndex): boolean {
  const wanted = sortKey === undefined ? partitionKey : `${partitionKey}, ${sortKey}`;
  const { ProjectionType, NonKeyAttributes = [] } = Projection;
  const has = ProjectionType === "ALL" || (holds !== "all" && holds.every((attribute) => NonKeyAttributes.includes(attribute)));
  return IndexName === name && namesOf(KeySchema) === wanted && has;
}

function streamFaults(name: AnyTableName, given: string, tableName: string, described: Described): readonly Fault[] {
  const { LatestStreamArn, StreamSpecification: stream } = described;
  const { streamed } = tableShapes[name];
  if (!streamed || (streamed === "wanted" && given === tableName)) return nothingWrong;
  if (!stream?.StreamEnabled || stream.StreamViewType !== "NEW_AND_OLD_IMAGES") {
    const specification = "StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES";
    const off = stream?.StreamEnabled ? "Switch its stream off (StreamEnabled=false), then on: " : "";
    const mend = `${off}aws dynamodb update-table --table-name ${tableName} --stream-specification ${specification}, and name the answer's LatestStreamArn as tables.${name}.`;
    return [{ id: "tables.stream", what: `The table ${tableName} has no stream of rows before and after each change.`, mend }];
  }
  if (given === LatestStreamArn) return nothingWrong;
  const mend = `Write tables.${name}: "${LatestStreamArn}" in settings.ts.`;
  return [{ id: "tables.old-stream", what: `tables.${name} names another stream than the one that ${tableName} has.`, mend }];
}

function timeToLiveFault(name: AnyTableName, tableName: string): Fault {
  const mend = `aws dynamodb update-time-to-live --table-name ${tableName} --time-to-live-specification Enabled=true,AttributeName=${EXPIRY_ATTRIBUTE}`;
  return { id: "tables.time-to-live", what: `Rows of ${tableName}, handed in as ${name}, are kept for ever.`, mend };
}

function namesOf(schema: readonly KeyPart[]): string {
  return schema.map(({ AttributeName }) => AttributeName).join(", ");
}
