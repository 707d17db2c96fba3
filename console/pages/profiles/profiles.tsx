import { type Item, toRow } from "../../../adapters/tables/item";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { EditedCells, isAsShown, showConflict, VersionField, writeRow } from "../../editor/row-edits";
import { Alert } from "../../parts/alert";
import { Table } from "../../parts/table";
import { ShownValue, shortened, visible } from "../../parts/value";
import { frameTexts } from "../../texts/frame-texts";
import { ProfileFields, profileIn, readProfile, type TypedProfile, typedProfile } from "./profile-form";
import { hasProblem, type ProfileProblems, problemsOf, readProfilePerson } from "./profile-row";
import { profilesTexts } from "./profiles-texts";

const SHOWN = 100;
/** Rows that a search by beginning reads at most: some 20 pages of the table. */
const MAX_READ = 10_000;
const nothingTyped: TypedProfile = { note: "", expiresAt: "", columns: [] };

function personPath(person: string): string {
  return `/profiles/person?key=${encodeURIComponent(person)}`;
}

function personAt({ world }: Visit, person: string): Promise<Item | undefined> {
  return world.profiles.get({ person });
}

interface Shown {
  readonly item: Item;
  readonly problems: ProfileProblems;
}

async function list(visit: Visit): Promise<Response> {
  const t = visit.say(profilesTexts);
  const { rows, cut } = await search(visit);
  const done = visit.done(t.done);
  return await visit.page(
    t.title,
    <>
      {done === undefined ? null : <Alert kind="good">{done}</Alert>}
      <p>{t.intro}</p>
      <SearchForm visit={visit} />
      {cut ? <p class="note warn">{t.cut}</p> : null}
      <People visit={visit} rows={rows} />
      {visit.may("Administrator") ? (
        <p class="actions">
          <a class="button" href="/profiles/new">
            {t.add}
          </a>
        </p>
      ) : null}
    </>,
  );
}

/** The row of that very person, wherever it stands in a table of any length; then those whose keys begin like that. */
async function search(visit: Visit): Promise<{ readonly rows: readonly Shown[]; readonly cut: boolean }> {
  const text = visit.query("q");
  const flagged = visit.query("problem") === "1";
  const read = readProfilePerson(text);
  const found = new Map<string, Shown>();
  const take = async (item: Item) => {
    const problems = await problemsOf(toRow(item), visit.now);
    if (!flagged || hasProblem(problems)) found.set(String(item.person?.S), { item, problems });
  };
  for (const key of new Set(text === "" ? [] : [text, ...(read.ok ? [read.key] : [])])) {
    const item = await personAt(visit, key);
    if (item !== undefined) await take(item);
  }
  const cut = await takeBeginning(visit, text.toLowerCase(), (item) => (found.size < SHOWN ? take(item) : undefined));
  const rows = [...found.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, shown]) => shown);
  return { rows, cut };
}

/** @returns whether not all were looked at, or there was no room for more */
async function takeBeginning({ world }: Visit, beginning: string, take: (item: Item) => Promise<void> | undefined): Promise<boolean> {
  let count = 0;
  for await (const page of world.profiles.pages()) {
    for (const item of page) {
      if (!String(item.person?.S).toLowerCase().startsWith(beginning)) continue;
      const taken = take(item);
      if (taken === undefined) return true;
      await taken;
    }
    count += page.length;
    if (count >= MAX_READ) return true;
  }
  return false;
}

function SearchForm({ visit }: { readonly visit: Visit }) {
  const t = visit.say(profilesTexts);
  return (
    <form class="card narrow" method="get" action="/profiles">
      <p>
        <label for="q">{t.searchLabel}</label>
        <input id="q" name="q" value={visit.query("q")} aria-describedby="q-hint" autocomplete="off" spellcheck={false} />
        <small id="q-hint">{t.personHint}</small>
      </p>
      <p>
        <label>
          <input type="checkbox" name="problem" value="1" checked={visit.query("problem") === "1"} /> {t.flaggedOnly}
        </label>
      </p>
      <button type="submit">{t.search}</button>
    </form>
  );
}

function People({ visit, rows }: { readonly visit: Visit; readonly rows: readonly Shown[] }) {
  const t = visit.say(profilesTexts);
  const { characters } = visit.say(frameTexts);
  return (
    <Table
      caption={t.caption}
      columns={[t.person, t.attributes, t.expiresAt, t.note, t.problem].map((name) => ({ name }))}
      rows={rows.map(({ item, problems }) => {
        const { person, note, expiresAt, ...columns } = toRow(item);
        return [
          <a href={personPath(String(person))}>
            <bdi class="value">{shortened(String(person), 80)}</bdi>
          </a>,
          shortened(Object.keys(columns).sort().join(", ")),
          expiresAt === undefined ? null : shortened(String(expiresAt), 40),
          note === undefined ? null : <ShownValue text={String(note)} characters={characters} />,
          <Problems visit={visit} problems={problems} />,
        ];
      })}
      empty={t.none}
    />
  );
}

function problemWords(visit: Visit, { neverFound, badExpiry, passedOver }: ProfileProblems): readonly string[] {
  const t = visit.say(profilesTexts);
  return [
    ...(neverFound ? [t.neverFound] : []),
    ...(badExpiry ? [t.badExpiry] : []),
    ...(passedOver.length === 0 ? [] : [t.passedOver(shortened(passedOver.join(", ")))]),
  ];
}

function Problems({ visit, problems }: { readonly visit: Visit; readonly problems: ProfileProblems }) {
  return (
    <>
      {problems.expired ? <span class="tag warn">{visit.say(profilesTexts).expired}</span> : null}{" "}
      {problemWords(visit, problems).join("; ")}
    </>
  );
}

async function person(visit: Visit): Promise<Response> {
  const item = await personAt(visit, visit.queryAsTyped("key"));
  return item === undefined ? await showGone(visit) : await showPerson(visit, item);
}

function showGone(visit: Visit): Promise<Response> {
  const t = visit.say(profilesTexts);
  const content = (
    <>
      <p>{t.noSuch}</p>
      <Back visit={visit} />
    </>
  );
  return visit.page(t.title, content, { status: 404 });
}

interface Refused {
  readonly typed: TypedProfile;
  readonly problems: readonly string[];
}

async function showPerson(visit: Visit, item: Item, refused?: Refused): Promise<Response> {
  const t = visit.say(profilesTexts);
  const key = String(item.person?.S);
  const problems = await problemsOf(toRow(item), visit.now);
  const hidden = (
    <>
      {visit.formToken}
      <input type="hidden" name="key" value={key} />
      <VersionField item={item} />
    </>
  );
  return await visit.page(
    shortened(key, 80),
    <>
      {refused === undefined ? null : <Refusal visit={visit} problems={refused.problems} />}
      {visit.query("done") === "changed" ? <Alert kind="good">{t.done.changed}</Alert> : null}
      {problems.expired || hasProblem(problems) ? (
        <Alert kind="warn">
          <Problems visit={visit} problems={problems} />
          {problems.meant === undefined || !visit.may("Administrator") ? null : (
            <p>
              <a href={`/profiles/new?from=${encodeURIComponent(key)}`}>{t.addAnew(visible(problems.meant))}</a>
            </p>
          )}
        </Alert>
      ) : null}
      <h2>{t.counts}</h2>
      <EditedCells visit={visit} item={item} names={{ person: t.person, note: t.note, expiresAt: t.expiresAt }} />
      {visit.may("Administrator") ? (
        <>
          <form class="card" method="post" action="/profiles/save">
            <h2>{t.edit}</h2>
            {hidden}
            <ProfileFields visit={visit} typed={refused?.typed ?? typedProfile(item)} />
            <button type="submit">{t.save}</button>
          </form>
          <form class="card" method="post" action="/profiles/remove">
            <h2>{t.remove}</h2>
            {hidden}
            <button type="submit" class="danger">
              {t.removeButton}
            </button>
          </form>
        </>
      ) : null}
      <Back visit={visit} />
    </>,
    { status: refused === undefined ? 200 : 400 },
  );
}

function Refusal({ visit, problems }: { readonly visit: Visit; readonly problems: readonly string[] }) {
  return (
    <Alert>
      <p>{visit.say(profilesTexts).cannotSave}</p>
      <ul>
        {problems.map((problem) => (
          <li>{problem}</li>
        ))}
      </ul>
    </Alert>
  );
}

function Back({ visit }: { readonly visit: Visit }) {
  return (
    <p>
      <a href="/profiles">{visit.say(profilesTexts).back}</a>
    </p>
  );
}

/** An empty form, or one filled in from a row whose key was to be another. */
async function blank(visit: Visit): Promise<Response> {
  const from = await personAt(visit, visit.queryAsTyped("from"));
  if (from === undefined) return await showAdd(visit, "", nothingTyped);
  const read = readProfilePerson(String(from.person?.S));
  return await showAdd(visit, read.ok ? read.key : "", typedProfile(from));
}

function showAdd(visit: Visit, typedPerson: string, typed: TypedProfile, problems?: readonly string[]): Promise<Response> {
  const t = visit.say(profilesTexts);
  return visit.page(
    t.add,
    <>
      {problems === undefined ? null : <Refusal visit={visit} problems={problems} />}
      <form class="card" method="post" action="/profiles/add">
        {visit.formToken}
        <p>
          <label for="person">{t.person}</label>
          <input
            id="person"
            name="person"
            value={typedPerson}
            required
            aria-describedby="person-hint"
            autocomplete="off"
            spellcheck={false}
          />
          <small id="person-hint">{t.personHint}</small>
        </p>
        <ProfileFields visit={visit} typed={typed} />
        <button type="submit">{t.addButton}</button>
      </form>
      <Back visit={visit} />
    </>,
    { status: problems === undefined ? 200 : 400 },
  );
}

async function add(visit: Visit): Promise<Response> {
  const t = visit.say(profilesTexts);
  const typedPerson = visit.field("person").trim();
  const typed = profileIn(visit);
  const read = readProfilePerson(typedPerson);
  const row = readProfile(visit, read.ok ? read.key : "", typed);
  const problems = [...(read.ok ? [] : [t.badPerson]), ...(row.ok ? [] : row.problems)];
  if (!read.ok || !row.ok) return await showAdd(visit, typedPerson, typed, problems);
  const edit = { what: "profiles", subject: read.key, before: undefined, after: row.item };
  if ((await personAt(visit, read.key)) !== undefined || !(await writeRow(visit, visit.world.profiles, edit))) {
    return await showExisting(visit, read.key);
  }
  return visit.goTo("/profiles?done=added");
}

function showExisting(visit: Visit, key: string): Promise<Response> {
  const t = visit.say(profilesTexts);
  return visit.page(
    t.title,
    <>
      <Alert>{t.exists}</Alert>
      <p class="actions">
        <a class="button" href={personPath(key)}>
          {t.open}
        </a>
      </p>
      <Back visit={visit} />
    </>,
    { status: 409 },
  );
}

async function save(visit: Visit): Promise<Response> {
  const key = visit.field("key");
  const item = await personAt(visit, key);
  const typed = profileIn(visit);
  if (!isAsShown(visit, item)) {
    const wanted = readProfile(visit, key, typed, item);
    return await showConflict(visit, { item, path: personPath(key), ...(wanted.ok && { wanted: wanted.item }) });
  }
  const row = readProfile(visit, key, typed, item);
  if (!row.ok) return await showPerson(visit, item, { typed, problems: row.problems });
  if (!(await writeRow(visit, visit.world.profiles, { what: "profiles", subject: key, before: item, after: row.item }))) {
    return await showConflict(visit, { item: await personAt(visit, key), wanted: row.item, path: personPath(key) });
  }
  return visit.goTo(`${personPath(key)}&done=changed`);
}

async function remove(visit: Visit): Promise<Response> {
  const key = visit.field("key");
  const item = await personAt(visit, key);
  const removed =
    isAsShown(visit, item) &&
    (await writeRow(visit, visit.world.profiles, { what: "profiles", subject: key, before: item, after: undefined }));
  if (removed) return visit.goTo("/profiles?done=removed");
  return await showConflict(visit, { item: await personAt(visit, key), path: personPath(key) });
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: "/profiles", access: "Reader", handler: list },
  { method: "GET", path: "/profiles/person", access: "Reader", handler: person },
  { method: "GET", path: "/profiles/new", access: "Administrator", handler: blank },
  { method: "POST", path: "/profiles/add", access: "Administrator", handler: add },
  { method: "POST", path: "/profiles/save", access: "Administrator", handler: save },
  { method: "POST", path: "/profiles/remove", access: "Administrator", handler: remove },
];
