import { toRow } from "../../../../adapters/tables/item";
import type { Row } from "../../../../engine/sign-up/rule";
import type { TestConsole } from "../../../console/support";

/** The row of an entry as it stands. */
export async function storedEntry({ world }: TestConsole, entry: string): Promise<Row | undefined> {
  const item = await world.accessList.get(entry);
  return item && toRow(item);
}

/** The version of an entry that its page bears; empty where it has none. */
export async function shownVersion(pages: TestConsole, entry: string): Promise<string> {
  const html = await (await pages.get(`/access-list?open=${encodeURIComponent(entry)}`, "Administrator")).text();
  return /name="version" value="([^"]+)"/.exec(html)?.[1] ?? "";
}
