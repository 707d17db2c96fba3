import { accessListStore } from "../../adapters/tables/access-list";
import { storedRow, writeRows } from "../../adapters/tables/list-writer";
import { MAX_WRITES } from "../../adapters/tables/table";
import type { RowWrite, StoredRow } from "../../engine/access-list/files/changes";
import { type ImportPlan, planImport } from "../../engine/access-list/files/plan";
import type { ListFormat } from "../../engine/access-list/files/row";
import { writeImport } from "../../engine/access-list/files/write";
import { type CommandContext, type DeploymentOptions, exitCodes, type JsonOption } from "../command";
import { confirmed } from "../confirmed";
import { type Deployment, deploymentFor } from "../deployment";
import { CommandError } from "../failure";
import { counted } from "../output";
import { EXAMPLES, reportPlan } from "./import-report";
import { type CheckContext, checkFile, listSource } from "./list-file";
import { showProgress } from "./progress";
import { inWorkFolder } from "./work-folder";

export interface ImportOptions extends DeploymentOptions, JsonOption {
  readonly dryRun?: boolean;
  readonly replace?: boolean;
  readonly yes?: boolean;
  readonly format?: ListFormat;
}

/** `entra-gatehouse list import`: checks the whole file, then compares it with the table, then writes what differs. */
export async function importList(path: string, options: ImportOptions, { output }: CommandContext): Promise<void> {
  const source = listSource(path, options.format);
  await inWorkFolder(async (workspace, interruption) => {
    const context: CheckContext = { workspace, output, signal: interruption.signal };
    const checked = await checkFile(source, "nothing was written", context);
    const deployment = await deploymentFor(options);
    const { replace = false, dryRun, yes } = options;
    const plan = await planImport(checked, storedRows(deployment), workspace, { replace, examples: EXAMPLES, signal: interruption.signal });
    reportPlan(plan, { repeated: checked.repeated, ...options }, output);
    if (dryRun) return;
    if (replace && !yes) await confirm(plan, checked.rows.length, interruption);
    await write(plan, (batch) => writeRows(deployment.dynamodb, deployment.accessListTable, batch), context);
  });
}

async function* storedRows({ dynamodb, accessListTable }: Deployment): AsyncGenerator<readonly StoredRow[]> {
  for await (const page of accessListStore(dynamodb, accessListTable).pages()) yield page.map(storedRow);
}

/** Asks at the terminal; throws unless the answer is yes. */
async function confirm({ counts }: ImportPlan, fileRows: number, interruption: AbortController): Promise<void> {
  const { removed, changed, unchanged } = counts;
  if (fileRows === 0) throw new CommandError("The file has no rows: --replace would empty the list. If that is meant, add --yes.");
  if (removed === 0) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new CommandError(`--replace would remove ${counted(removed, "row")}: add --yes if that is meant (--dry-run shows the first).`);
  }
  const list = `the list's ${counted(removed + changed + unchanged, "row")}`;
  await confirmed(`This removes ${removed} and changes ${changed} of ${list}. Continue?`, interruption);
}

async function write(
  plan: ImportPlan,
  batch: (writes: readonly RowWrite[]) => Promise<void>,
  { output, signal }: CheckContext,
): Promise<void> {
  const total = Object.values(plan.writes).reduce((sum, { length }) => sum + length, 0);
  if (total === 0) return;
  let done = 0;
  const progress = showProgress("Writing", total, output);
  const onWritten = (count: number) => {
    done += count;
    progress.advance(count);
  };
  try {
    await writeImport(plan, batch, { batchSize: MAX_WRITES, signal, onWritten });
  } catch (error) {
    progress.stop();
    const goOn = `${done} of ${counted(total, "write is", "writes are")} done. Repeat the same command to continue: rows that are in the list already are skipped.`;
    if (error === signal.reason) throw new CommandError(`Interrupted: ${goOn}`, exitCodes.interrupted);
    output.warn(goOn);
    throw error;
  }
  progress.stop();
  output.warn(`Done: ${counted(total, "write")}.`);
}
