import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { accessListStore } from "../../adapters/tables/access-list";
import { batchWrite } from "../../adapters/tables/batch-write";
import type { NumberedRow } from "../../engine/access-list/files/compare";
import type { ListFormat } from "../../engine/access-list/files/format";
import type { CommandContext } from "../command-context";
import { counted } from "../counted";
import { deploymentFor } from "../deployment";
import { exitCodes } from "../exit-code";
import { CommandError } from "../failure";
import type { DeploymentOptions, JsonOption } from "../options";
import { type CheckContext, checkFile } from "./import-file";
import { type ImportPlan, planOf } from "./import-plan";
import { reportPlan } from "./import-report";
import { listSource } from "./import-source";
import { writeInOrder } from "./import-write";
import { showProgress } from "./progress";
import { PartedSpool } from "./spool";
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
  await inWorkFolder(async (folder, interruption) => {
    const { signal } = interruption;
    const rows = new PartedSpool<NumberedRow>(folder, "file");
    const repeated = await checkFile(source, rows, "nothing was written", { output, signal });
    const deployment = await deploymentFor(options);
    const store = accessListStore(deployment.dynamodb, deployment.accessListTable);
    const plan = await planOf(rows, store, { replace: options.replace === true, folder, signal });
    reportPlan(plan, { repeated, ...options }, output);
    if (options.dryRun) return;
    if (options.replace && !options.yes) await confirm(plan, rows.length, interruption);
    await write(plan, (requests) => batchWrite(deployment.dynamodb, deployment.accessListTable, requests), { output, signal });
  });
}

/** Asks at the terminal; throws unless the answer is yes. */
async function confirm({ removed, changed, unchanged }: ImportPlan, fileRows: number, interruption: AbortController): Promise<void> {
  if (fileRows === 0) throw new CommandError("The file has no rows: --replace would empty the list. If that is meant, add --yes.");
  if (removed === 0) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new CommandError(`--replace would remove ${counted(removed, "row")}: add --yes if that is meant (--dry-run shows the first).`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  terminal.on("SIGINT", () => {
    interruption.abort();
    terminal.close();
  });
  try {
    const list = `the list's ${counted(removed + changed + unchanged, "row")}`;
    const question = `This removes ${removed} and changes ${changed} of ${list}. Go on? [y/N] `;
    // Ctrl-D closes the terminal: no answer, and on some versions of Node a rejection.
    const answer = await Promise.race([terminal.question(question), once(terminal, "close").then(() => "")]).catch(() => "");
    interruption.signal.throwIfAborted();
    if (!/^y(es)?$/i.test(answer.trim())) throw new CommandError("Nothing was written.");
  } finally {
    terminal.close();
  }
}

async function write(plan: ImportPlan, batch: Parameters<typeof writeInOrder>[1], { output, signal }: CheckContext): Promise<void> {
  const total = plan.writes.reduce((sum, { length }) => sum + length, 0);
  if (total === 0) return;
  let done = 0;
  const progress = showProgress("Writing", total, output);
  const onWritten = (count: number) => {
    done += count;
    progress.advance(count);
  };
  try {
    await writeInOrder(plan.writes, batch, { signal, onWritten });
  } catch (error) {
    progress.stop();
    const goOn = `${done} of ${counted(total, "write is", "writes are")} done. Repeat the same command to go on: what stands in the list already is skipped.`;
    if (error === signal.reason) throw new CommandError(`Interrupted: ${goOn}`, exitCodes.interrupted);
    output.warn(goOn);
    throw error;
  }
  progress.stop();
  output.warn(`Done: ${counted(total, "write")}.`);
}
