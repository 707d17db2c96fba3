import { type ClassName, classNames } from "../../engine/access-list/entry";
import { admittedKey, looserKey, merge, tidy } from "../../engine/access-list/hygiene";
import { accessListRow } from "../../engine/edited-tables";
import type { AwsClient } from "../aws/client";
import { absent, asRead } from "./expressions";
import { type Item, toItem, toRow } from "./item";
import { deleteItem, getItem, pagesOf, putItem } from "./table";
import { tables } from "./tables";

/** Columns that make a row another one where they appear. */
const columns = Object.keys(accessListRow.members);
/** How often a row may change under our hands before we leave it to the stream's next delivery. */
const MAX_TRIES = 5;

const PAGE_ROWS = 500;

/** What became of a row: flagged if something in it cannot be read that was not flagged before. */
export type Tidying = "left" | "cleared" | "flagged" | "moved";

/** The access list as its hygiene worker and its operators handle it. */
export interface AccessListStore {
  /** The row under a key, strongly consistent. Under what can be no key there is none. */
  get(entry: string): Promise<Item | undefined>;
  /** Writes a row in the place of the one read before, if there was one. False if that has changed since. */
  put(item: Item, standing: Item | undefined): Promise<boolean>;
  /** Removes a row. False if it has changed since it was read. */
  remove(item: Item): Promise<boolean>;
  /** Every row once, in no order, a page at a time. */
  pages(): AsyncIterable<readonly Item[]>;
  /**
   * Brings one row into its normalised spelling and flags what cannot be read in it. Looks at the row as it stands now,
   * so that a late or repeated call does no harm. The new spelling is written before the old one goes.
   */
  tidy(entry: string, now: Date): Promise<Tidying>;
}

/** @param classes those that the policy asks for: rows of others are flagged */
export function accessListStore(client: AwsClient, name: string, classes: readonly ClassName[] = classNames): AccessListStore {
  const table = { client, name, key: tables.accessList.key };
  const get = (entry: string) => getItem(table, { entry });
  const put = async (item: Item, standing: Item | undefined) =>
    (await putItem(table, item, standing === undefined ? absent("entry") : asRead(standing, columns))).written;
  const remove = async (item: Item) => (await deleteItem(table, item, asRead(item, columns))).written;

  async function attempt(entry: string, now: Date): Promise<Tidying | undefined> {
    const item = await get(entry);
    if (item === undefined) return "left";
    const { key, problem } = tidy(toRow(item), classes);
    if (key === entry) {
      const flagged = withProblem(item, problem);
      if (JSON.stringify(flagged.problem) === JSON.stringify(item.problem)) return "left";
      if (!(await put(flagged, item))) return undefined;
      return problem === undefined ? "cleared" : "flagged";
    }
    return await move(item, key, now);
  }

  /** Undefined if a row changed meanwhile. */
  async function move(item: Item, key: string, now: Date): Promise<Tidying | undefined> {
    const [standing, overruled] = await Promise.all([get(key), overruledBy(item, now)]);
    const moved = movedTo(key, overruled === undefined ? item : noting(overruled, item, now), standing, now);
    const { problem } = tidy(toRow(moved), classes);
    const written = withProblem(moved, problem);
    if (!(await put(written, standing))) return undefined;
    if (overruled !== undefined && !(await remove(overruled))) return undefined;
    if (await remove(item)) return problem === undefined ? "moved" : "flagged";
    // Changed meanwhile: it is read again. Deleted meanwhile: its new spelling must not outlive it.
    if ((await get(String(item.entry?.S))) === undefined) await (standing === undefined ? remove(written) : put(standing, written));
    return undefined;
  }

  /** A deny that moves to the address without its tag must not leave an allow of the very same address behind: it would be closer. */
  async function overruledBy(item: Item, now: Date): Promise<Item | undefined> {
    const key = looserKey(toRow(item));
    if (key === undefined || key === item.entry?.S) return undefined;
    const allowed = await get(key);
    return allowed !== undefined && merge(toRow(item), toRow(allowed), now).winner === "typed" ? allowed : undefined;
  }

  return {
    get,
    put,
    remove,
    pages: () => pagesOf(table, { limit: PAGE_ROWS }),
    async tidy(entry, now) {
      for (let count = 0; count < MAX_TRIES; count++) {
        const done = await attempt(entry, now);
        if (done !== undefined) return done;
      }
      throw new Error("A row of the access list kept changing while it was tidied.");
    },
  };
}

function movedTo(key: string, typed: Item, standing: Item | undefined, now: Date): Item {
  const renamed: Item = { ...typed, entry: { S: key }, typed: typed.entry as Item[string] };
  if (standing === undefined) return renamed;
  const { winner, set, remove } = merge(toRow(typed), toRow(standing), now);
  const winning = winner === "typed" ? renamed : standing;
  // One row for two addresses stands for neither of them: turned into an allow, it must not go back to one.
  const gone = admittedKey(toRow(typed)) === admittedKey(toRow(standing)) ? remove : [...remove, "typed"];
  const kept = Object.fromEntries(Object.entries(winning).filter(([name]) => !gone.includes(name)));
  return { ...kept, ...toItem(set) };
}

function noting(overruled: Item, item: Item, now: Date): Item {
  return { ...item, ...toItem(merge(toRow(item), toRow(overruled), now).set) };
}

function withProblem(item: Item, problem: string | undefined): Item {
  const { problem: _, ...rest } = item;
  return problem === undefined ? rest : { ...rest, problem: { S: problem } };
}
