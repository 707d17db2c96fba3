import type { View } from "../../adapters/operator/view";
import type { WorldOf } from "../../adapters/operator/world";
import { type Item, toRow } from "../../adapters/tables/item";
import type { PageSource, Query } from "../../engine/operator/list";
import { profileFilters } from "./filters";
import { isFlagged, profileProblems, readProfilePerson } from "./row";
import { profileRows } from "./world";

const uses = { profiles: profileRows };

/** Rows of profiles, in the table's own, arbitrary order. The place is a row's key: the rows after it follow. */
export const profilesView = {
  name: "profiles",
  uses,
  filters: profileFilters,
  source: readProfiles,
  json: toRow,
} satisfies View<typeof uses, typeof profileFilters, Item, Item>;

export const views = [profilesView];

/** Number of rows to read at once: `few` if a filter may leave out most of them. */
const READ_ROWS = { most: 500, few: 2_000 } as const;

/** The search begins with the rows of the person meant, wherever they are in the table. */
async function readProfiles({ q = "", problem }: Query<typeof profileFilters>, { profiles }: WorldOf<typeof uses>) {
  const isFlaggedOnly = problem === "1";
  const beginnings = q === "" ? undefined : [...new Set([q, q.toLowerCase()])];
  const rows = beginnings === undefined && !isFlaggedOnly ? READ_ROWS.most : READ_ROWS.few;
  const keys = findMeantKeys(q);
  const source: PageSource<Item, Item> = {
    async read(from) {
      const [meant, { items, ...rest }] = await Promise.all([
        Promise.all(from === undefined ? keys.map((person) => profiles.get({ person })) : []),
        profiles.page({ from, beginnings, rows }),
      ]);
      const others = items.filter(({ person }) => !keys.includes(String(person?.S)));
      return { ...rest, items: [...meant.filter((item) => item !== undefined), ...others] };
    },
    after: ({ person }) => ({ person }) as Item,
    // The time does not matter, because an expired row is no problem.
    ...(isFlaggedOnly && { matches: async (item: Item) => isFlagged(await profileProblems(toRow(item), new Date(0))) }),
  };
  return source;
}

function findMeantKeys(text: string): readonly string[] {
  const read = readProfilePerson(text);
  return text === "" ? [] : [...new Set([text, ...(read.ok ? [read.key] : [])])];
}
