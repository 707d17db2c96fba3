import type { Rows } from "../../../adapters/tables/rows";
import { CommandError } from "../../../cli/failure";
import { withInterruption } from "../../../cli/long-tasks";
import type { Output } from "../../../cli/output";
import { distinct, recordId } from "../../../engine/sign-up/records";
import type { Row } from "../../../engine/sign-up/rule";
import { readEntry, rowKey } from "../../access-list/entry";
import { pickCells } from "../../access-list/files/changes";
import { checkFile, listSource } from "../../access-list/verbs/list-file";

/** A list from a file, which replaces the list in the table in a preview. */
export interface DraftList {
  readonly read: Rows["read"];
  /** True if the list has entries of single accounts. */
  readonly hasAccounts: boolean;
}

/** Reads the list. If rows are wrong, reports each of them and then throws. @param readLive reads rows of other tables */
export async function draftList(file: string, readLive: Rows["read"], output: Output): Promise<DraftList> {
  const list = await listIn(file, output);
  return {
    async read(keys, signal) {
      const others = distinct(keys).filter(({ table }) => table !== "accessList");
      const liveRows: ReadonlyMap<string, Row> = others.length === 0 ? new Map() : await readLive(others, signal);
      const listedRows = keys.map(recordId).flatMap((id): [string, Row][] => {
        const row = list.get(id);
        return row === undefined ? [] : [[id, row]];
      });
      return new Map([...liveRows, ...listedRows]);
    },
    hasAccounts: [...list.values()].some(({ entry }) => isAccount(String(entry))),
  };
}

/** Reads a list's rows, by `recordId`, as an import would write them. */
async function listIn(file: string, output: Output): Promise<ReadonlyMap<string, Row>> {
  if (file === "-") throw new CommandError("preview reads a list from a file, not from standard input.");
  const list = new Map<string, Row>();
  await withInterruption(async ({ signal }) => {
    const { rows } = await checkFile(listSource(file, {}, output), "nothing was replayed", output, signal);
    for (const row of rows.values()) list.set(recordId(rowKey(row.entry)), pickCells(row));
  });
  return list;
}

function isAccount(entry: string): boolean {
  const read = readEntry(entry);
  return read.ok && read.entry.kind === "account";
}
