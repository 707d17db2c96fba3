import { accessListStore } from "../../adapters/tables/access-list";
import { toRow } from "../../adapters/tables/item";
import { csvHeader, csvLineOf, jsonLineOf, type ListFormat } from "../../engine/access-list/files/row";
import type { CommandContext, DeploymentOptions } from "../command";
import { deploymentFor } from "../deployment";
import { type ExportRowsOptions, exportFormat, exportRows } from "../export-rows";
import type { TextOfRows } from "../whole-file";

export interface ExportOptions extends DeploymentOptions, ExportRowsOptions {}

/** `entra-gatehouse list export`: one page at a time. */
export async function exportList(path: string | undefined, options: ExportOptions, { output }: CommandContext): Promise<void> {
  const format = exportFormat(path, options);
  const { dynamodb, accessListTable } = await deploymentFor(options);
  await exportRows(path, textsOf(accessListStore(dynamodb, accessListTable).pages(), format), options, output);
}

async function* textsOf(pages: ReturnType<ReturnType<typeof accessListStore>["pages"]>, format: ListFormat): AsyncGenerator<TextOfRows> {
  if (format === "csv") yield { text: csvHeader, rows: 0 };
  const lineOf = format === "csv" ? csvLineOf : jsonLineOf;
  for await (const page of pages) yield { text: page.map((item) => lineOf(toRow(item))).join(""), rows: page.length };
}
