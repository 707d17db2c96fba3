import type { Child } from "hono/jsx";
import { type Item, toRow } from "../../../adapters/tables/item";
import { isDangerous } from "../../../engine/access-list/concern";
import { describeEntry, lastDay } from "../../../engine/access-list/describe-entry";
import { checkEdit } from "../../../engine/access-list/edit-check";
import { concernWords } from "../../../engine/messages/operator/entries";
import { dayFrom, MS_PER_DAY } from "../../../engine/sign-up/time";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { editorRoutes } from "../../editor/editor-routes";
import { editorTexts } from "../../editor/editor-texts";
import { DoneNote } from "../../editor/row-parts";
import { Badge } from "../../parts/badge";
import { Beside, OPEN_PARAMETER, openAddress } from "../../parts/beside";
import { addressWith, type Chip, Chips } from "../../parts/chips";
import { described, ErrorSummary, FieldNotes, type FieldProblem, problemOf } from "../../parts/forms";
import { gateChip, hasGates } from "../../parts/gates";
import { Icon } from "../../parts/icon";
import { PageHead, type PageView } from "../../parts/page-head";
import { type Paged, Pager, StalePage } from "../../parts/paging";
import { Table } from "../../parts/table";
import { ShownValue, shortened } from "../../parts/value";
import { frameTexts } from "../../texts/frame-texts";
import { accessListTable, DAYS, EXPIRED, entryRowProblems } from "./access-list";
import { accessListTexts } from "./access-list-texts";
import { AddRow } from "./add-entry";
import { BulkBar, SELECTED_PATH } from "./bulk-edit";
import { writtenSet } from "./change-set-parts";
import { entryPanel } from "./entry-panel";
import { PROPOSALS_PATH } from "./propose";

/** An end that is no further away is marked. */
const SOON_DAYS = 30;
const NOTHING: Paged<Item> = { items: [], cut: false, searched: 0, leftOut: [], later: false, stale: false };

/** The access list: what is added, what stands there, and what one entry is. */
async function showList(visit: Visit): Promise<Response> {
  const t = visit.say(accessListTexts);
  const problems = searchProblems(visit);
  const found = problems.length > 0 ? NOTHING : await accessListTable.find(visit);
  const list = (
    <>
      <Filters visit={visit} problems={problems} />
      {visit.may("Administrator") ? <AddRow visit={visit} /> : null}
      <StalePage visit={visit} page={found} />
      {problems.length > 0 ? null : <Entries visit={visit} page={found} />}
      <Pager visit={visit} page={found} />
    </>
  );
  return await visit.page(
    t.title,
    <>
      {problems.length === 0 ? null : (
        <ErrorSummary title={visit.say(frameTexts).searchAgain} problems={problems} idOf={(field) => `search-${field}`} />
      )}
      <DoneNote words={visit.done(visit.say(editorTexts).done)} />
      {await writtenSet(visit)}
      <Beside
        visit={visit}
        list={list}
        panel={await entryPanel(visit)}
        label={t.caption}
        acts={visit.may("Administrator") ? "expiry" : undefined}
      />
    </>,
    { status: problems.length > 0 ? 400 : 200, head: <Head visit={visit} proposals={await openProposals(visit)} /> },
  );
}

/** How many edits wait for a second person; undefined where nobody may propose any, and none is left. */
async function openProposals({ world }: Visit): Promise<string | undefined> {
  const { proposals, next } = await world.changes.proposals.page();
  const open = proposals.filter(({ state, expires }) => state === "open" && expires * 1_000 > Date.now()).length;
  if (open === 0 && world.secondPerson !== true) return undefined;
  return next === undefined ? String(open) : `${open}+`;
}

/** The header row that the pages of the list share. */
function Head({ visit, proposals }: { readonly visit: Visit; readonly proposals: string | undefined }) {
  const t = visit.say(accessListTexts);
  const [ends, problem] = [visit.query("ends") === String(SOON_DAYS), visit.query("problem") === "1"];
  const view = (name: string, values: Readonly<Record<string, string>>, isHere: boolean): PageView => ({
    ...{ name, isHere },
    path: addressWith(visit, ["ends", "problem"], values),
  });
  const waiting = { name: t.proposals, path: PROPOSALS_PATH, isHere: false, count: proposals, tone: "asked" } as const;
  const each = [
    view(t.all, {}, !ends && !problem),
    view(t.expiring, { ends: String(SOON_DAYS) }, ends),
    view(t.warnings, { problem: "1" }, problem),
    ...(proposals === undefined ? [] : [waiting]),
  ];
  const actions = (
    <>
      <a class="button quiet" href="/access-list/check">
        <Icon name="dryRun" /> {t.whatIf}
      </a>
      {visit.may("Administrator") ? (
        <a class="button quiet" href="/access-list/import">
          <Icon name="import" /> {t.importButton}
        </a>
      ) : null}
      <a class="button quiet" href="/access-list/export.csv">
        <Icon name="export" /> {t.exportButton}
      </a>
    </>
  );
  return <PageHead title={t.title} views={{ label: t.views, each }} actions={actions} />;
}

/** What was typed into the filters that says nothing. */
function searchProblems(visit: Visit): readonly FieldProblem[] {
  const by = visit.query("by");
  return by === "" || dayFrom(by) !== undefined ? [] : [{ field: "by", text: visit.say(accessListTexts).badDay }];
}

function Filters({ visit, problems }: { readonly visit: Visit; readonly problems: readonly FieldProblem[] }) {
  const t = visit.say(accessListTexts);
  const { names } = t;
  const [effect, ends, by, note] = ["effect", "ends", "by", "note"].map(visit.query) as [string, string, string, string];
  const endWords = ends === EXPIRED ? t.hasEnded : ends === "" ? "" : t.endsWithin(Number(ends));
  const problem = problemOf(problems, "by");
  const select = (name: string, label: string, asked: string, options: readonly (readonly [string, string])[]) => (
    <>
      <label for={`search-${name}`}>{label}</label>
      <select id={`search-${name}`} name={name}>
        {options.map(([value, words]) => (
          <option value={value} selected={value === asked}>
            {words}
          </option>
        ))}
      </select>
    </>
  );
  const chips: readonly Chip[] = [
    {
      name: names.effect ?? "",
      set: effect === "" ? undefined : (names[effect] ?? effect),
      parameters: ["effect"],
      fields: select("effect", names.effect ?? "", effect, [
        ["", t.anyEffect],
        ["allow", names.allow ?? ""],
        ["deny", names.deny ?? ""],
      ]),
    },
    {
      name: t.ends,
      set: [endWords, by].filter((each) => each !== "").join(", ") || undefined,
      parameters: ["ends", "by"],
      fields: (
        <>
          {select("ends", t.ends, ends, [
            ["", t.endsAny],
            [EXPIRED, t.hasEnded],
            ...DAYS.map((days) => [String(days), t.endsWithin(days)] as const),
          ])}
          <label for="search-by">{t.endsBy}</label>
          <input id="search-by" name="by" type="date" value={by} {...described("search-by", undefined, problem)} />
          <FieldNotes id="search-by" hint={undefined} problem={problem} />
        </>
      ),
    },
    {
      name: t.noteContains,
      set: note === "" ? undefined : shortened(note, 30),
      parameters: ["note"],
      fields: (
        <>
          <label for="search-note">{t.noteContains}</label>
          <input id="search-note" name="note" value={note} autocomplete="off" />
        </>
      ),
    },
    ...gateChip(visit),
  ];
  return <Chips visit={visit} chips={chips} search={{ parameter: "q", label: t.searchLabel }} />;
}

function Entries({ visit, page: { items, cut } }: { readonly visit: Visit; readonly page: Paged<Item> }) {
  const t = visit.say(accessListTexts);
  const e = visit.say(editorTexts);
  const keys = items.map((item) => String(item.entry?.S));
  const isSearch = ["q", "effect", "ends", "by", "note", "gate", "problem"].some((name) => visit.query(name) !== "");
  const mayEdit = visit.may("Administrator") && items.length > 0;
  const table = (
    <Table
      caption={t.caption}
      columns={[t.names.entry, t.names.effect, e.names.expiresAt, e.names.note, t.warnings].map((name = "") => ({ name }))}
      keys={keys}
      current={visit.queryAsTyped(OPEN_PARAMETER)}
      rows={items.map((item) => cellsOf(visit, item))}
      empty={cut ? e.noneYet : isSearch ? e.none : e.empty}
      {...(mayEdit && {
        choices: { field: "entry", all: t.selectAll, each: keys.map((value) => ({ value, label: t.select(shortened(value, 80)) })) },
      })}
    />
  );
  if (!mayEdit) return table;
  return (
    <form method="post" action={SELECTED_PATH} data-keys>
      {visit.formToken}
      {table}
      <BulkBar visit={visit} />
    </form>
  );
}

function cellsOf(visit: Visit, item: Item): readonly Child[] {
  const t = visit.say(accessListTexts);
  const row = toRow(item);
  const { entry, effect, state, expiresAt, note, issuer, gates } = describeEntry(row, visit.now);
  return [
    <>
      <a href={openAddress(visit, entry)}>
        <bdi class="value">{shortened(entry, 80)}</bdi>
      </a>
      {[issuer, ...(hasGates(visit) ? (gates ?? []) : [])].map((each) =>
        each === undefined ? null : (
          <>
            {" "}
            <Badge>{shortened(each, 40)}</Badge>
          </>
        ),
      )}
    </>,
    <Badge tone={effect === "allow" ? "good" : "bad"} icon={effect}>
      {t.names[effect]}
    </Badge>,
    <Expires visit={visit} isOver={state === "expired"} at={expiresAt} />,
    note === undefined ? null : <ShownValue text={note} characters={visit.say(frameTexts).characters} />,
    <Warnings visit={visit} item={item} />,
  ];
}

function Expires({ visit, isOver, at }: { readonly visit: Visit; readonly isOver: boolean; readonly at: string | undefined }) {
  if (at === undefined) return <span class="hint">{visit.say(accessListTexts).never}</span>;
  const isSoon = Date.parse(at) - visit.now.getTime() < SOON_DAYS * MS_PER_DAY;
  if (isOver) return <Badge>{visit.say(accessListTexts).expiredOn(lastDay(at))}</Badge>;
  return isSoon ? <Badge tone="warn">{lastDay(at)}</Badge> : lastDay(at);
}

/** What is wrong with an entry, and whether it lets in more people than it may seem. */
function Warnings({ visit, item }: { readonly visit: Visit; readonly item: Item }) {
  const row = toRow(item);
  const { words } = entryRowProblems(visit, row);
  const tooOpen = checkEdit({ after: row }, { now: visit.now }).filter(isDangerous);
  const all = [...words, ...tooOpen.map(({ code, about }) => concernWords[visit.language][code](about))];
  return all.length === 0 ? null : (
    <Badge tone="warn" icon="warning">
      {shortened(all.join("; "))}
    </Badge>
  );
}

export const routes: readonly ConsoleRoute[] = editorRoutes(accessListTable, showList);
