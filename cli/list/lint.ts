import { accessListStore } from "../../adapters/tables/access-list";
import { toRow } from "../../adapters/tables/item";
import type { ListFormat } from "../../engine/access-list/files/row";
import { type CommandContext, type DeploymentOptions, exitCodes, type JsonOption } from "../command";
import { type Deployment, deploymentFor } from "../deployment";
import { CommandError } from "../failure";
import { inWorkFolder } from "../long-tasks/work-folder";
import { counted } from "../output";
import { broadRows, findingsAmong, findingsOf, type LintProblem, type LintRow, lintRow } from "./lint-rules";
import { listSource } from "./list-file";

export interface LintOptions extends DeploymentOptions, JsonOption {
  readonly format?: ListFormat;
}

/**
 * `entra-gatehouse list lint`: looks at each row, then at each with those it has to do with. Addresses lie on disk meanwhile; the
 * entries that speak of many people stay in memory, some 200 MB for a million of them, and so do a file's findings, which
 * are told in the order of its lines.
 */
export async function lint(path: string | undefined, options: LintOptions, session: CommandContext): Promise<void> {
  const { output } = session;
  const now = new Date();
  let count = 0;
  const print = (finding: LintProblem) => (options.json ? output.json(finding) : output.print(lineOf(finding, path)));
  const inFile: LintProblem[] = [];
  const tell = (finding: LintProblem) => {
    count += 1;
    if (finding.line === undefined) print(finding);
    else inFile.push(finding);
  };
  await inWorkFolder(async (workspace, { signal }) => {
    const groups = workspace.groups<LintRow>("rows");
    const broad = broadRows();
    const deployment = path === undefined ? await deploymentFor(options) : undefined;
    const source = deployment === undefined ? fileRows(path as string, options.format, tell) : tableRows(deployment);
    for await (const rows of source) {
      signal.throwIfAborted();
      for (const row of rows) {
        groups.add(row.key, row);
        broad.add(row, now);
        for (const finding of findingsOf(row, now, deployment?.gates)) tell(finding);
      }
    }
    for (let index = 0; index < groups.count; index++) {
      signal.throwIfAborted();
      for (const finding of findingsAmong(await groups.group(index), broad, now)) tell(finding);
    }
  });
  for (const finding of inFile.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0))) print(finding);
  if (!options.json) output.warn(count === 0 ? "Nothing found." : `${counted(count, "finding")}.`);
  session.exitCode = count === 0 ? exitCodes.done : exitCodes.findings;
}

function lineOf({ kind, entry, why, line }: LintProblem, path: string | undefined): string {
  const where = line === undefined ? [] : [`${path}:${line}`];
  return [...where, kind, ...(entry === "" ? [] : [entry]), why].join(": ");
}

async function* tableRows({ dynamodb, accessListTable }: Deployment): AsyncGenerator<readonly LintRow[]> {
  for await (const page of accessListStore(dynamodb, accessListTable).pages()) yield page.map((item) => lintRow(toRow(item)));
}

/** Rows whose cells cannot even be told apart are told of here. */
async function* fileRows(
  path: string,
  format: ListFormat | undefined,
  tell: (finding: LintProblem) => void,
): AsyncGenerator<readonly LintRow[]> {
  if (path === "-") throw new CommandError("list lint reads a file or the list, not standard input.");
  for await (const block of listSource(path, format).lines()) {
    yield block.flatMap(({ line, cells, read }) => {
      if (typeof cells.entry === "string" && cells.entry !== "") return [lintRow(cells, line)];
      tell({ kind: "mistyped", entry: "", why: read.ok ? "the entry is missing" : read.problems.join("; "), line });
      return [];
    });
  }
}
