import type { AnyTableName } from "../../../adapters/tables/tables";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { requireConfirmation } from "../../../cli/confirmed";
import { type Deployment, type DeploymentPlace, deploymentFor } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { counting, interruptible, showProgress } from "../../../cli/long-tasks";
import { formatCount, type Output } from "../../../cli/output";
import { eachHash } from "../../../engine/sign-up/person";
import { type Announcing, announcing } from "../../audit/verbs/announced";
import { flawOfTrail, flawText, openAuditStore } from "../../audit/verbs/trail";
import { tableShapes } from "../../row-kinds";
import type { OpenOptions } from "./encryption";
import { dropLeftOut, KEY_MARK_TEXT, type RowsOfTable } from "./format";
import { backupPlaceAt } from "./place";
import { planRestore, type RestorePlan, type Restoring, rowsToWrite } from "./restore-plan";
import { type RestoreCallbacks, type Restored, reportRestored, reportRestorePlan, restoreRows } from "./restore-rows";
import { differingSecrets, personKeyPlace, writeSecrets } from "./secrets";
import { backupSource, patient, type RestoreSource, tableSource } from "./source";

export interface RestoreOptions extends DeploymentOptions, JsonOption, OpenOptions {
  readonly fromTable?: string;
  readonly table?: readonly AnyTableName[];
  readonly overwrite?: boolean;
  readonly withSecrets?: boolean;
  readonly anotherStack?: boolean;
  readonly anotherKey?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** If the restore was interrupted, the same command continues it. */
export async function restore(from: string | undefined, options: RestoreOptions, context: CommandContext): Promise<void> {
  const { output } = context;
  const { overwrite = false, dryRun = false, yes = false } = options;
  const deployment = await deploymentFor(options);
  const source = await sourceFor(from, options, deployment);
  const chosen = chosenTables(source, deployment, options, output);
  await assertMeant(source, chosen, deployment, options);
  await warnOfLostTrail(source, chosen, deployment, output);
  await interruptible(async (interruption) => {
    const { signal } = interruption;
    const target = { client: patient(deployment.dynamodb), tables: deployment.tables };
    const restoring = { target, madeAt: new Date(source.madeAt), now: new Date(), overwrite, signal };
    const rows = async () => selectRows(chosen, await source.rows());
    const plan = await runUntilInterrupted(signal, async () => planRestore(await rows(), restoring, counting("Compared", output)));
    const savedSecrets = source.header?.secrets ?? {};
    const secrets = options.withSecrets ? await differingSecrets(deployment, savedSecrets) : [];
    assertOneTrail(plan, source, chosen);
    reportRestorePlan(source, chosen, { plan, secrets }, options, output);
    const total = rowsToWrite(plan);
    if (total === 0 && secrets.length === 0) {
      output.warn("There is nothing to restore.");
      return;
    }
    if (dryRun) {
      context.exitCode = exitCodes.changes;
      return;
    }
    if (!yes) await requireConfirmation(buildQuestion(plan, total, secrets, options), interruption);
    await writeSecrets(deployment, savedSecrets, secrets);
    const announcing = announcer(deployment, source.shown);
    reportRestored(await writeAll(rows, plan, restoring, { output, announcing }), secrets, options, output);
    if (deployment.tables.audit === undefined) return;
    const flaw = await flawOfTrail(deployment);
    if (flaw === undefined) return;
    output.warn(`The audit trail does not hold together: ${flawText(flaw)} See npm run gate -- audit verify.`);
    context.exitCode = exitCodes.findings;
  });
}

/** Throws if the table contains another audit log: the entries of the two logs would be a permanently broken chain. */
function assertOneTrail(plan: RestorePlan, { shown, tables }: RestoreSource, chosen: readonly AnyTableName[]): void {
  const differing = plan.get("audit")?.differs ?? 0;
  if (differing === 0) return;
  const others = chosen.length > 1 ? chosen : tables;
  throw new CommandError(
    `${formatCount(differing, "entry", "entries")} of the audit trail in ${shown} ${differing === 1 ? "differs" : "differ"} from what is here under the same numbers: ` +
      "this deployment has begun a trail of its own, or was changed by hand, and the two cannot be one chain. Nothing was changed. " +
      `Restore the other tables without it: --table ${others.filter((table) => table !== "audit").join(" ")}. The earlier trail stays in the backup; ` +
      "to continue that trail, restore everything at once into new tables.",
  );
}

/** Warns if the restore begins a new audit log, because the backup's audit log can then not be restored afterwards. */
async function warnOfLostTrail({ tables }: RestoreSource, chosen: readonly AnyTableName[], deployment: Deployment, output: Output) {
  if (!tables.includes("audit") || chosen.includes("audit") || deployment.tables.audit === undefined) return;
  for await (const _ of openAuditStore(deployment).newestRows()) return;
  output.warn(
    "The audit trail here is empty, and this restore begins a new one: the trail of the backup can then not be restored any more. Add audit to --table, or leave --table out, if you want it.",
  );
}

async function sourceFor(
  from: string | undefined,
  { fromTable, table = [], ...options }: RestoreOptions,
  deployment: Deployment,
): Promise<RestoreSource> {
  if ((from === undefined) === (fromTable === undefined)) {
    throw new CommandError("Say what to restore: a file or s3://bucket/key, or a table with --from-table NAME.");
  }
  if (fromTable === undefined) return await backupSource(await backupPlaceAt(from as string, options), options);
  const [only, ...others] = table;
  if (only === undefined || others.length > 0)
    throw new CommandError("--from-table takes one --table: which of the tables its rows belong to.");
  return await tableSource(deployment, fromTable, only);
}

function chosenTables(source: RestoreSource, deployment: Deployment, { table }: RestoreOptions, output: Output): readonly AnyTableName[] {
  for (const name of table ?? []) {
    if (!source.tables.includes(name))
      throw new CommandError(`${source.shown} holds no table ${name}: it has ${source.tables.join(", ")}.`);
  }
  const tableChoice = table ?? source.tables;
  for (const name of tableChoice.filter((each) => deployment.tables[each] === undefined)) {
    if (table !== undefined)
      throw new CommandError(`${placeText(deployment.place)} has no table ${name}: first deploy a rule or option that needs it.`);
    output.warn(`${name}: left out, ${placeText(deployment.place)} has no such table.`);
  }
  return tableChoice.filter((name) => deployment.tables[name] !== undefined);
}

async function* selectRows(chosen: readonly AnyTableName[], rows: AsyncIterable<RowsOfTable>): AsyncGenerator<RowsOfTable> {
  for await (const some of rows) if (chosen.includes(some.table)) yield dropLeftOut(some);
}

/** Throws if the backup is another deployment's, unless an option allows that. */
async function assertMeant(
  { shown, header }: RestoreSource,
  chosen: readonly AnyTableName[],
  deployment: Deployment,
  options: RestoreOptions,
): Promise<void> {
  const { withSecrets = false, anotherStack = false, anotherKey = false } = options;
  const isSealed = Object.keys(header?.secrets ?? {}).length > 0;
  if (withSecrets && !isSealed) throw new CommandError(`${shown} holds no secrets: leave out --with-secrets.`);
  if (header === undefined) return;
  const { place } = deployment;
  if (!anotherStack && placeText(header.from) !== placeText(place)) {
    throw new CommandError(
      `${shown} is a backup of ${placeText(header.from)}, and this is ${placeText(place)}. Nothing was changed; add --another-stack if that is meant.`,
    );
  }
  if (withSecrets || anotherKey || !chosen.some((table) => tableShapes[table].hashed)) return;
  const marks = eachHash(await deployment.hashes()).map((hashOf) => hashOf(KEY_MARK_TEXT));
  if (marks.includes(header.keyMark)) return;
  const mend = isSealed
    ? "add --with-secrets, which puts that key back"
    : `put the old value into ${personKeyPlace(options)} first, as docs/backup.md says`;
  throw new CommandError(
    `${shown} names people by another key of hashes than this deployment's: nobody would be found in its decisions, requests and used codes. ` +
      `Nothing was changed; ${mend}, or add --another-key to go on without.`,
  );
}

function placeText({ stack, region, account }: DeploymentPlace): string {
  return account === "" ? stack : `${stack} in ${region}, account ${account}`;
}

function buildQuestion(plan: RestorePlan, total: number, secrets: readonly string[], { overwrite }: RestoreOptions): string {
  const over = [...plan.values()].reduce((sum, { older, newer, differs }) => sum + older + (overwrite ? newer + differs : 0), 0);
  const parts = [
    `writes ${formatCount(total, "row")}${over > 0 ? `, ${over} of them over rows that are there` : ""}`,
    ...(secrets.length > 0 ? [`changes ${formatCount(secrets.length, "secret")}`] : []),
  ];
  return `This ${parts.join(" and ")}. Continue?`;
}

/** @param subject the backup or table that is restored */
function announcer(deployment: Deployment, subject: string): RestoreCallbacks["announcing"] {
  const ofTables = new Map<AnyTableName, Promise<Announcing>>();
  const patiently = { ...deployment, dynamodb: patient(deployment.dynamodb) };
  return async (table) => {
    const announcement = ofTables.get(table) ?? announcing(patiently, { table, what: "restored", subject });
    ofTables.set(table, announcement);
    return await announcement;
  };
}

async function writeAll(
  rows: () => Promise<AsyncIterable<RowsOfTable>>,
  plan: RestorePlan,
  restoring: Restoring,
  { output, announcing }: Pick<RestoreCallbacks, "announcing"> & { readonly output: Output },
): Promise<Restored> {
  const progress = showProgress("Restoring", rowsToWrite(plan), output);
  let writtenCount = 0;
  try {
    const tell: RestoreCallbacks["tell"] = (count, sofar) => {
      writtenCount = sofar.written;
      progress.advance(count);
    };
    return await restoreRows(rows, plan, restoring, { tell, announcing });
  } catch (error) {
    const goOn = `${formatCount(writtenCount, "row is", "rows are")} written. Repeat the same command to go on: rows that are already there are skipped.`;
    if (restoring.signal.aborted) throw new CommandError(`Interrupted: ${goOn}`, exitCodes.interrupted);
    output.warn(goOn);
    throw error;
  } finally {
    progress.stop();
  }
}

async function runUntilInterrupted<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (signal.aborted) throw new CommandError("Interrupted: nothing was changed.", exitCodes.interrupted);
    throw error;
  }
}
