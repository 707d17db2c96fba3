import database, { type Store } from "dynalite/db/index.js";
import { equalItems } from "./conditions";
import type { LocalItem } from "./tables";

/** One item before and after a write. At least one of the two is present, and they differ. */
export interface ItemChange {
  readonly table: string;
  readonly keys: LocalItem;
  readonly before?: LocalItem;
  readonly after?: LocalItem;
}

const followersByStore = new WeakMap<Store, (change: ItemChange) => void>();
const { updateIndexes } = database;

/** @param onWrite receives each change just before its item is written @returns a function that returns the changes since its last call */
export function followChanges(store: Store, onWrite: (change: ItemChange) => void): () => readonly ItemChange[] {
  // Dynalite calls `updateIndexes` for each item that it writes, while it holds the item's lock.
  database.updateIndexes = (of, table, before, item, callback) => {
    // An updated item has no prototype, so `isDeepStrictEqual` would find it different from `before`.
    const after = item && (JSON.parse(JSON.stringify(item)) as LocalItem);
    const some = after ?? before;
    if (some && !equalItems(before, after)) {
      const keys = Object.fromEntries(table.KeySchema.map(({ AttributeName: name }) => [name, some[name] as LocalItem[string]]));
      followersByStore.get(of)?.({ table: table.TableName, keys, ...(before && { before }), ...(after && { after }) });
    }
    updateIndexes(of, table, before, item, callback);
  };
  const changes: ItemChange[] = [];
  followersByStore.set(store, (change) => {
    onWrite(change);
    changes.push(change);
  });
  return () => changes.splice(0);
}
