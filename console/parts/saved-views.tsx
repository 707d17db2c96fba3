import * as v from "valibot";
import type { EditedRows } from "../../adapters/tables/edited-rows";
import { type Item, toItem, toRow } from "../../adapters/tables/item";
import { VIEW_PREFIX } from "../../adapters/tables/tables";
import { normaliseEmail } from "../../engine/sign-up/email";
import type { ConsoleRoute, Visit } from "../app/visit";
import { pageTexts } from "../texts/languages";
import { refusalPage } from "./back-link";
import { Alert, PostForm, SubmitButton } from "./forms";
import { Icon } from "./icon";
import type { PageView } from "./page-head";
import { shortened } from "./value";

/** A search that a team saved under a name. */
interface SavedView {
  readonly name: string;
  /** The page's filters, as its address has them. */
  readonly query: string;
}

/** The most views of one page. They are tabs beside each other. */
const MOST_VIEWS = 12;
const LONGEST_VIEW_NAME = 30;
/** In characters of the address. */
const LONGEST_VIEW = 1_000;

/** A list whose filters a team saves under names. */
export interface ViewedPage {
  /** Of the page, and of its views: `decisions`. */
  readonly name: string;
  readonly path: string;
  /** The parameters of its address that a view keeps, in the order in which it names them. */
  readonly filters: readonly string[];
}

/** The page's list as a view shows it: a tab of the page's head. */
interface ViewTab extends PageView {
  /** Absent from the one that shows everything. */
  readonly view?: SavedView;
}

/** The tab for everything, and the team's saved views. */
export async function viewTabs(visit: Visit, page: ViewedPage): Promise<readonly ViewTab[]> {
  const asked = filtersAsked(visit, page);
  const views = (await savedViews(visit.world.ledger, page.name)).map((view) => ({ ...view, query: filtersIn(page, view.query) }));
  const tabs = views.map((view) => ({
    name: shortened(view.name, LONGEST_VIEW_NAME),
    path: `${page.path}?${view.query}`,
    isHere: asked === view.query,
    view,
  }));
  return [{ name: t.all, path: page.path, isHere: !tabs.some(({ isHere }) => isHere) }, ...tabs];
}

/** After the tabs: saves what is filtered by as a view, or deletes the one that is shown. For those who may. */
export function ViewMenu({ visit, page, tabs }: { readonly visit: Visit; readonly page: ViewedPage; readonly tabs: readonly ViewTab[] }) {
  const view = tabs.find(({ isHere }) => isHere)?.view;
  const query = filtersAsked(visit, page);
  if (!visit.may("Approver") || (view === undefined && flawOf({ name: "any", query }) !== undefined)) return null;
  return (
    <details class="menu" data-popover>
      <summary>
        <Icon name={view === undefined ? "add" : "edit"} /> {view === undefined ? t.save : t.remove}
      </summary>
      <div class="pop">
        <PostForm
          visit={visit}
          action={`${page.path}/views/${view === undefined ? "save" : "remove"}`}
          hidden={{ query, ...(view !== undefined && { name: view.name }) }}
        >
          {view === undefined ? (
            <>
              <label for="view-name">{t.name}</label>
              <input id="view-name" name="name" required maxlength={LONGEST_VIEW_NAME} autocomplete="off" />
            </>
          ) : null}
          <small>{t.shared}</small>
          <p class="actions">
            <SubmitButton text={view === undefined ? t.save : t.remove} class={view === undefined ? undefined : "danger"} />
          </p>
        </PostForm>
      </div>
    </details>
  );
}

/** What was just done to the page's views. */
export function ViewDone({ visit }: { readonly visit: Visit }) {
  return <Alert kind="good">{visit.done(t.done)}</Alert>;
}

/** Saving and deleting views of a page. */
export function viewRoutes(page: ViewedPage): readonly ConsoleRoute[] {
  return (["save", "remove"] as const).map((verb) => ({
    method: "POST",
    path: `${page.path}/views/${verb}`,
    access: "Approver",
    hidden: ["query"],
    handler: (visit) => change(visit, page, verb),
  }));
}

/** Why a view is not saved. */
type ViewFlaw = "name" | "filters" | "person" | "many" | "quicker";

async function change(visit: Visit, page: ViewedPage, verb: "save" | "remove"): Promise<Response> {
  const { world } = visit;
  const wanted = { name: visit.field("name").trim(), query: filtersIn(page, visit.field("query")) };
  const isSame = ({ name }: SavedView) => name.toLowerCase() === wanted.name.toLowerCase();
  const old = (await savedViews(world.ledger, page.name)).find(isSame);
  const flaw = verb === "save" ? flawOf(wanted) : undefined;
  if (flaw !== undefined) return await refuse(visit, page, flaw, wanted.query);
  const entry = {
    action: verb === "save" ? "views.saved" : "views.removed",
    subject: `${page.name}: ${wanted.name}`,
    ...(old !== undefined && { before: { ...old } }),
    ...(verb === "save" && { after: wanted }),
  };
  let isFull = false;
  const isDone = await visit.audited(entry, () =>
    replaceViews(world.ledger, page.name, (stored) => {
      const others = stored.filter((each) => !isSame(each));
      if (verb === "remove") return others.length === stored.length ? undefined : others;
      isFull = others.length >= MOST_VIEWS;
      return isFull ? undefined : [...others, wanted];
    }),
  );
  if (!isDone) return await refuse(visit, page, isFull ? "many" : "quicker", wanted.query);
  return visit.goTo(`${page.path}?${verb === "save" ? `${wanted.query}&` : ""}done=view-${verb}`);
}

/** A view must not hold an address: erasing a person does not change views. */
function flawOf({ name, query }: SavedView): ViewFlaw | undefined {
  if (name === "" || name.length > LONGEST_VIEW_NAME) return "name";
  if (query === "" || query.length > LONGEST_VIEW) return "filters";
  return [...new URLSearchParams(query).values()].some((value) => normaliseEmail(value) !== undefined) ? "person" : undefined;
}

async function refuse(visit: Visit, page: ViewedPage, flaw: ViewFlaw, query: string): Promise<Response> {
  const back = { path: `${page.path}?${query}`, text: t.back };
  return await refusalPage(visit, { title: t.title, why: t.flaws[flaw], back, status: flaw === "quicker" ? 409 : 400 });
}

function filtersAsked({ context }: Visit, page: ViewedPage): string {
  return filtersIn(page, new URL(context.req.url).search);
}

/** The filters of an address alone, in one order, so that the same ones are one text. */
function filtersIn({ filters }: ViewedPage, query: string): string {
  const asked = new URLSearchParams(query);
  const kept = new URLSearchParams();
  for (const name of filters) for (const value of asked.getAll(name)) if (value.trim() !== "") kept.append(name, value.trim());
  return String(kept);
}

const viewRow = v.object({ views: v.array(v.object({ name: v.string(), query: v.string() })) });

/** All views of a page are in one row of the ledger: one call reads them, and names stay unique. */
const viewKey = (page: string) => ({ id: `${VIEW_PREFIX}${page}` });

async function savedViews(ledger: Pick<EditedRows, "get">, page: string): Promise<readonly SavedView[]> {
  return viewsIn(await ledger.get(viewKey(page)));
}

/** No views if the row cannot be read. */
function viewsIn(item: Item | undefined): readonly SavedView[] {
  const read = item === undefined ? undefined : v.safeParse(viewRow, toRow(item));
  return read?.success ? read.output.views : [];
}

/**
 * Replaces a page's views.
 * @param change returns undefined if the change is no longer possible
 * @returns false in that case, or if somebody else was faster
 */
async function replaceViews(
  ledger: Pick<EditedRows, "add" | "change" | "get">,
  page: string,
  change: (views: readonly SavedView[]) => readonly SavedView[] | undefined,
): Promise<boolean> {
  const key = toItem(viewKey(page));
  const current = await ledger.get(viewKey(page));
  const views = change(viewsIn(current));
  if (views === undefined) return false;
  const wanted = { ...current, ...key, ...toItem({ views }) };
  return current === undefined ? await ledger.add(wanted) : await ledger.change(current, wanted);
}

const t = pageTexts({
  all: ["All", "전체"],
  title: ["Saved view", "저장된 보기"],
  save: ["Save view", "보기 저장"],
  remove: ["Delete view", "보기 삭제"],
  name: ["Name", "이름"],
  shared: [
    "Everybody who uses this console sees it. A view of the same name is replaced.",
    "이 콘솔을 사용하는 모든 사람에게 표시됩니다. 같은 이름의 보기는 대체됩니다.",
  ],
  back: ["Back to the list", "목록으로"],
  flaws: {
    name: [`Type a name of at most ${LONGEST_VIEW_NAME} characters.`, `${LONGEST_VIEW_NAME}자 이내의 이름을 입력하세요.`],
    filters: [
      "Choose at least one filter first, and no more than fit into an address.",
      "먼저 필터를 하나 이상 선택하세요. 필터가 너무 길어도 저장할 수 없습니다.",
    ],
    person: [
      "A view can't hold a person's address. Search for a domain instead.",
      "보기에는 개인의 이메일 주소를 저장할 수 없습니다. 대신 도메인으로 검색하세요.",
    ],
    many: [
      `There are already ${MOST_VIEWS} views. Delete one first.`,
      `보기는 ${MOST_VIEWS}개까지 저장할 수 있습니다. 먼저 하나를 삭제하세요.`,
    ],
    quicker: ["Somebody else changed the views in the meantime. Try again.", "그사이 다른 사람이 보기를 변경했습니다. 다시 시도하세요."],
  },
  done: {
    "view-save": ["The view was saved.", "보기를 저장했습니다."],
    "view-remove": ["The view was deleted.", "보기를 삭제했습니다."],
  },
});
