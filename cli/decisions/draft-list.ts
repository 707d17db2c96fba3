import { readEntry } from "../../lambda/rules/access-list/entry";
import { distinct, recordId } from "../../lambda/sign-up/records";
import type { Row } from "../../lambda/sign-up/rule";
import type { Rows } from "../../lambda/stores/rows";
import { listIn } from "../cases/sample-list";

/** A list in a file that stands for the one in the table. */
export interface DraftList {
  readonly read: Rows["read"];
  /** Whether it speaks of single accounts. */
  readonly hasAccounts: boolean;
}

/** @param readLive for what is not in the access list */
export async function draftList(file: string, readLive: Rows["read"]): Promise<DraftList> {
  const list = await listIn(file);
  return {
    async read(keys, signal) {
      const others = distinct(keys).filter(({ table }) => table !== "accessList");
      const found: ReadonlyMap<string, Row> = others.length === 0 ? new Map() : await readLive(others, signal);
      const listed = keys.map(recordId).flatMap((id): [string, Row][] => {
        const row = list.get(id);
        return row === undefined ? [] : [[id, row]];
      });
      return new Map([...found, ...listed]);
    },
    hasAccounts: [...list.values()].some(({ entry }) => isAccount(String(entry))),
  };
}

function isAccount(entry: string): boolean {
  const read = readEntry(entry);
  return read.ok && read.entry.kind === "account";
}
