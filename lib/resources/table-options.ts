import { Fn, Reference, Stack, Token, Tokenization } from "aws-cdk-lib";
import { type CfnGlobalTable, type ITable, StreamViewType, type TableAttributesV2 } from "aws-cdk-lib/aws-dynamodb";
import type { Construct } from "constructs";
import * as v from "valibot";
import type { TableShape } from "../../adapters/tables/row-kind";
import { type AnyTableName, tables } from "../../adapters/tables/tables";
import { createTextSchema } from "../../engine/fields";
import { optionSchema } from "../../engine/option-schema";
import { SetupError } from "../errors";
import type { TableDefaults } from "../gatehouse-scope";
import { constructWith } from "../options";
import { assertRegion } from "../place";
import { importedKey } from "./encryption";

/** Existing tables: constructs, names, or ARNs of streams. If functions read a table's changes, its name is not enough. */
export type TablesOption = Readonly<Partial<Record<AnyTableName, string | ITable>>>;

const tableOption = v.optional(v.union([createTextSchema(), constructWith<ITable>("tableArn", "a table")]));

export const tablesOption = optionSchema<TablesOption>(
  Object.fromEntries(Object.keys(tables).map((name) => [name, tableOption])) as Record<AnyTableName, typeof tableOption>,
);

interface TableChoices {
  readonly tables?: TablesOption;
  readonly replicas?: readonly string[];
  readonly deletionProtection?: boolean;
  readonly standby?: boolean;
}

/** Throws SetupError. */
export function tableDefaults(
  scope: Construct,
  { tables: handedIn = {}, replicas = [], deletionProtection = false, standby }: TableChoices,
): TableDefaults {
  assertElsewhere(replicas, Stack.of(scope).region);
  // A second region's stack sets `standby`, true or false, and is handed the first region's tables, which are global.
  const areGlobal = replicas.length > 0 || (standby !== undefined && Object.keys(handedIn).length > 0);
  return { handedIn, replicas, areGlobal, deletionProtection, mayMake: !standby || replicas.length > 0 };
}

function assertElsewhere(replicas: readonly string[], ownRegion: string): void {
  if (replicas.length === 0) return;
  if (Token.isUnresolved(ownRegion)) {
    throw new SetupError(
      'replicas needs to know the region of the stack itself: write env: { region: "eu-west-1" } beside it, with the region you deploy to.',
    );
  }
  for (const [index, region] of replicas.entries()) {
    assertRegion(region);
    if (region === ownRegion) throw new SetupError(`replicas has ${region}, where the stack itself is: write another region, or none.`);
    if (replicas.indexOf(region) !== index) throw new SetupError(`replicas has ${region} twice.`);
  }
}

const TABLE_NAME = /^[A-Za-z0-9_.-]{3,255}$/;
const STREAM_ARN = /^arn:[a-z-]+:dynamodb:([a-z0-9-]+):(\d{12}):table\/([A-Za-z0-9_.-]{3,255})\/stream\/.+$/;

/** Returns the name of a table that the options hand in by its name or by its stream's ARN. */
export function handedInName(handedTable: string): string {
  return STREAM_ARN.exec(handedTable)?.[3] ?? handedTable;
}

/** Throws SetupError. @param streamNeed "needed" if functions cannot work without the table's changes */
export function tableHandedIn(
  scope: Construct,
  table: AnyTableName,
  handedTable: string | ITable,
  streamNeed: TableShape["streamed"],
): TableAttributesV2 {
  if (typeof handedTable !== "string") return tableOfConstruct(scope, table, handedTable, streamNeed);
  if (Token.isUnresolved(handedTable)) return tableOfApp(table, handedTable, streamNeed);
  const [, region, account, tableName] = STREAM_ARN.exec(handedTable) ?? [];
  if (tableName !== undefined) {
    assertHere(scope, table, { region, account });
    return { tableName, tableStreamArn: handedTable };
  }
  if (!TABLE_NAME.test(handedTable)) {
    throw new SetupError(`tables.${table} is ${JSON.stringify(handedTable)}, which is neither a table's name nor the ARN of a stream.`);
  }
  if (streamNeed !== "needed") return { tableName: handedTable };
  throw new SetupError(
    `tables.${table} is only the name ${handedTable}, but functions read that table's changes: write the ARN of its stream, which contains the name. ` +
      "A restored table has no stream yet. Switch its stream on, and write LatestStreamArn from the answer: " +
      `aws dynamodb update-table --table-name ${handedTable} --stream-specification StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES`,
  );
}

function tableOfConstruct(
  scope: Construct,
  table: AnyTableName,
  handedTable: ITable,
  streamNeed: TableShape["streamed"],
): TableAttributesV2 {
  assertHere(scope, table, handedTable.env);
  const { tableName, tableStreamArn, encryptionKey } = handedTable;
  const tableResource = handedTable.node.defaultChild as CfnGlobalTable | undefined;
  // A TableV2 has a stream's ARN even without a stream. So the settings of the table's resource decide, if they are known.
  const hasStream =
    tableResource === undefined
      ? tableStreamArn !== undefined
      : Stack.of(handedTable).resolve(tableResource.streamSpecification)?.streamViewType === StreamViewType.NEW_AND_OLD_IMAGES;
  if (streamNeed === "needed" && !hasStream) {
    throw new SetupError(
      `tables.${table} is the table ${handedTable.node.path}, which has no stream with new and old images, but functions read that table's changes: ` +
        "write dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES where you make it (stream, if it is a Table), or tableStreamArn where you import it.",
    );
  }
  return {
    tableName,
    tableStreamArn: hasStream ? tableStreamArn : undefined,
    encryptionKey: encryptionKey && importedKey(scope, encryptionKey),
  };
}

/** Returns the attributes of a table whose name or stream ARN is a reference that only the deployment resolves. */
function tableOfApp(table: AnyTableName, handedTable: string, streamNeed: TableShape["streamed"]): TableAttributesV2 {
  const reference = Tokenization.reverseString(handedTable).tokens.find(Reference.isReference);
  if (reference?.displayName === "StreamArn") return { tableName: Fn.select(1, Fn.split("/", handedTable)), tableStreamArn: handedTable };
  if (streamNeed !== "needed") return { tableName: handedTable };
  throw new SetupError(
    `tables.${table} is a value that is known only at deployment, and it is not a stream's ARN, but functions read that table's changes. ` +
      "Write the table's construct itself, its tableStreamArn, or the ARN as text.",
  );
}

/** Functions read only streams of their own region and account. */
function assertHere(
  scope: Construct,
  table: AnyTableName,
  of: { readonly region: string | undefined; readonly account: string | undefined },
): void {
  const stack = Stack.of(scope);
  for (const each of ["region", "account"] as const) {
    const ownPlace = stack[each];
    if (Token.isUnresolved(ownPlace) || Token.isUnresolved(of[each]) || ownPlace === of[each]) continue;
    throw new SetupError(
      `tables.${table} is in the ${each} ${of[each]}, but the stack is in ${ownPlace}: a stack takes only tables of its own ${each}.`,
    );
  }
}
