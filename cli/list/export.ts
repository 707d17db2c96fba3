import { existsSync } from "node:fs";
import { accessListStore } from "../../adapters/tables/access-list";
import { toRow } from "../../adapters/tables/item";
import { csvHeader, csvLineOf, jsonLineOf } from "../../engine/access-list/files/export-line";
import { formatOf, type ListFormat } from "../../engine/access-list/files/row";
import type { CommandContext, DeploymentOptions, JsonOption } from "../command";
import { deploymentFor } from "../deployment";
import { CommandError } from "../failure";
import { type TextOfRows, writeWhole } from "../whole-file";

export interface ExportOptions extends DeploymentOptions, JsonOption {
  readonly force?: boolean;
  readonly format?: ListFormat;
}

/** `entra-gatehouse list export`: one page at a time. A file is there whole or not at all. */
export async function exportList(path: string | undefined, options: ExportOptions, { output }: CommandContext): Promise<void> {
  if (path !== undefined && existsSync(path) && !options.force) throw new CommandError(`${path} exists: add --force to overwrite it.`);
  const format = options.format ?? (path === undefined ? (options.json ? "jsonl" : "csv") : formatOf(path));
  const { dynamodb, accessListTable } = await deploymentFor(options);
  const texts = textsOf(accessListStore(dynamodb, accessListTable).pages(), format);
  if (path === undefined) {
    for await (const { text } of texts) output.data(text);
    return;
  }
  const count = await writeWhole(path, texts);
  if (options.json) output.json({ file: path, rows: count });
  else output.print(`Wrote ${count} rows to ${path}.`);
}

async function* textsOf(pages: ReturnType<ReturnType<typeof accessListStore>["pages"]>, format: ListFormat): AsyncGenerator<TextOfRows> {
  if (format === "csv") yield { text: csvHeader, rows: 0 };
  const lineOf = format === "csv" ? csvLineOf : jsonLineOf;
  for await (const page of pages) yield { text: page.map((item) => lineOf(toRow(item))).join(""), rows: page.length };
}
