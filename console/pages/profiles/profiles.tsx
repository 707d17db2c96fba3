import type { Item } from "../../../adapters/tables/item";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { showAdd } from "../../editor/add-page";
import type { Added, EditedTable, RowProblems } from "../../editor/described-table";
import { editorRoutes } from "../../editor/editor-routes";
import { editorTexts } from "../../editor/editor-texts";
import { writeRow } from "../../editor/row-writes";
import { isFlaggedOnly, READ_ROWS, search } from "../../editor/search";
import type { Typed } from "../../editor/typed";
import { nothingTyped, typedOf, wantedItem } from "../../editor/typed-row";
import type { Paged } from "../../paging/page-asked";
import { shortened, visible } from "../../parts/value";
import { PersonOfKey } from "../people/person-of-key";
import { profileProblems, readProfilePerson } from "./profile-row";
import { profilesTexts } from "./profiles-texts";

const ADD_PAGE = "/profiles/new";

const profiles: EditedTable = {
  path: "/profiles",
  list: "/profiles",
  one: "person",
  key: [{ column: "person", parameter: "key" }],
  columns: [
    { name: "expiresAt", kind: "day" },
    { name: "note", kind: "note" },
  ],
  openColumns: true,
  texts: profilesTexts,
  rows: (world) => world.profiles,
  find,
  async problems(visit, row): Promise<RowProblems> {
    const t = visit.say(profilesTexts);
    const { neverFound, meant, badExpiry, expired, passedOver } = await profileProblems(row, visit.now);
    const words = [
      ...(neverFound ? [t.neverFound] : []),
      ...(badExpiry ? [visit.say(editorTexts).badExpiry] : []),
      ...(passedOver.length === 0 ? [] : [t.passedOver(shortened(passedOver.join(", ")))]),
    ];
    if (meant === undefined || !visit.may("Administrator")) return { expired, words };
    const remedy = (
      <p>
        <a href={`${ADD_PAGE}?from=${encodeURIComponent(String(row.person).toWellFormed())}`}>{t.addAnew(visible(meant))}</a>
      </p>
    );
    return { expired, words, remedy };
  },
  listExtras: (visit) => ({
    columns: [{ name: visit.say(editorTexts).columns }],
    cells: ({ person, note, expiresAt, ...columns }) => [shortened(Object.keys(columns).sort().join(", "))],
  }),
  add,
  addPage: ADD_PAGE,
  links: (visit, { person = "" }) => (
    <p class="actions">
      <PersonOfKey visit={visit} entry={person} />
    </p>
  ),
};

/** In the order of the table, which is none: a beginning is looked for in all of it, and the search goes on where it stopped. */
async function find(visit: Visit): Promise<Paged<Item>> {
  const text = visit.query("q");
  const beginnings = text === "" ? undefined : [...new Set([text, text.toLowerCase()])];
  const rows = beginnings === undefined && !isFlaggedOnly(visit) ? READ_ROWS.most : READ_ROWS.few;
  return await search<Item>(visit, profiles, keysMeant(text), {
    read: (from) => visit.world.profiles.page({ from, beginnings, rows }),
    after: ({ person }) => ({ person }) as Item,
  });
}

function keysMeant(text: string) {
  const read = readProfilePerson(text);
  const keys = text === "" ? [] : [text, ...(read.ok ? [read.key] : [])];
  return [...new Set(keys)].map((person) => ({ person }));
}

async function add(visit: Visit, typedKey: string, typed: Typed): Promise<Added> {
  const read = readProfilePerson(typedKey);
  const key = { person: read.ok ? read.key : "" };
  const wanted = wantedItem(visit, profiles, key, typed);
  const problems = [
    ...(read.ok ? [] : [{ field: profiles.one, text: visit.say(profilesTexts).badPerson }]),
    ...(wanted.ok ? [] : wanted.problems),
  ];
  if (!read.ok || !wanted.ok) return { kind: "refused", problems };
  const stands = (await visit.world.profiles.get(key)) !== undefined;
  return !stands && (await writeRow(visit, profiles, key, undefined, wanted.item)) ? { kind: "added" } : { kind: "exists", key };
}

/** The form for a new row; filled in from one whose key no sign-up is looked up under, if there is one. */
async function blank(visit: Visit): Promise<Response> {
  const from = visit.queryAsTyped("from");
  const item = await visit.world.profiles.get({ person: from });
  if (item === undefined) return await showAdd({ visit, table: profiles, typedKey: "", typed: nothingTyped });
  const read = readProfilePerson(from);
  return await showAdd({ visit, table: profiles, typedKey: read.ok ? read.key : "", typed: typedOf(profiles, item, visit.now) });
}

export const routes: readonly ConsoleRoute[] = [
  ...editorRoutes(profiles),
  { method: "GET", path: ADD_PAGE, access: "Administrator", asks: { from: "any" }, handler: blank },
];
