import { AwsError } from "../../../adapters/aws/client";
import { SECRET_PLACE } from "../../../adapters/aws/deployment-name";
import { systemClock } from "../../../adapters/system";
import { type AnyTableName, tables } from "../../../adapters/tables/tables";
import { type Account, ASKING_LIMIT_MS, accountFor } from "../../../cli/aws/account";
import type { Stack } from "../../../cli/aws/stack";
import { stackFor } from "../../../cli/aws/stack";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { CommandError } from "../../../cli/failure";
import { within } from "../../../engine/sign-up/time";
import { tableShapes } from "../../row-kinds";

export async function standbySettings(
  options: DeploymentOptions & JsonOption & { readonly to: string },
  { output }: CommandContext,
): Promise<void> {
  if (options.local) throw new CommandError("npm start has no second region: name the stack and the region of the first, without --local.");
  const stack = await stackFor(options);
  if (stack === undefined) throw new CommandError(`There is no stack ${options.stack}: see --stack, --stage, --region and --profile.`);
  if (options.to === stack.account.region) {
    throw new CommandError(`--to ${options.to} is the region of the stack ${options.stack} itself: name the other one.`);
  }
  const there = await accountFor({ ...options, region: options.to });
  const settings = {
    standby: true,
    env: { region: options.to },
    tables: await tablesIn(there, stack),
    secrets: await secretsIn(there, stack),
  };
  if (options.json) output.json(settings);
  else output.data(`${JSON.stringify(settings, undefined, 2)}\n`);
}

async function tablesIn(there: Account, stack: Stack): Promise<Readonly<Record<string, string>>> {
  const tableNames = (Object.keys(tables) as AnyTableName[]).flatMap((name) => {
    const tableName = stack.output(tables[name].output);
    return tableName === undefined ? [] : [[name, tableName] as const];
  });
  if (tableNames.length === 0)
    throw new CommandError(
      `The stack ${stack.name} is not a Gatehouse, or is an older one that has to be deployed again: it names no table.`,
    );
  const tableEntries = await Promise.all(
    tableNames.map(async ([name, tableName]) => [name, await findTableCopy(there, name, tableName)] as const),
  );
  return Object.fromEntries(tableEntries);
}

/**
 * Returns the ARN of the copy's stream, if functions read the table's stream: the ARN differs in each region. Otherwise returns the table's
 * name.
 */
async function findTableCopy(there: Account, name: AnyTableName, tableName: string): Promise<string> {
  const { Table } = await within(ASKING_LIMIT_MS, systemClock, (signal) =>
    there.tables.call<{ Table: { LatestStreamArn?: string } }>("DescribeTable", { TableName: tableName }, signal),
  ).catch(noCopy(there, `table ${tableName} (${name})`));
  if (!tableShapes[name].streamed) return tableName;
  if (Table.LatestStreamArn !== undefined) return Table.LatestStreamArn;
  throw new CommandError(`The copy of the table ${tableName} (${name}) in ${there.region} has no stream: deploy the first region again.`);
}

async function secretsIn(there: Account, stack: Stack): Promise<Readonly<Record<string, string>>> {
  const all = await stack.resources("AWS::SecretsManager::Secret");
  const placedSecrets = all.flatMap(({ physicalId, metadata }) => {
    const place = metadata[SECRET_PLACE];
    // A secret's copy has an ARN that differs only in the region.
    return typeof place === "string"
      ? [[place, physicalId.replace(/^(arn:[^:]+:secretsmanager:)[^:]+/, `$1${there.region}`)] as const]
      : [];
  });
  await Promise.all(
    placedSecrets.map(([place, SecretId]) =>
      within(ASKING_LIMIT_MS, systemClock, (signal) => there.secretsManager.call("DescribeSecret", { SecretId }, signal)).catch(
        noCopy(there, `secret ${place}`),
      ),
    ),
  );
  return Object.fromEntries(placedSecrets);
}

function noCopy({ region }: Account, what: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof AwsError && error.name === "ResourceNotFoundException")) throw error;
    throw new CommandError(`The ${what} has no copy in ${region}: write replicas: ["${region}"] in settings.ts, deploy, and repeat this.`);
  };
}
