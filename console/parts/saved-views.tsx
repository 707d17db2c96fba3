import { normaliseEmail } from "../../engine/sign-up/email";
import type { ConsoleRoute, Visit } from "../app/visit";
import { pageTexts } from "../texts/languages";
import { Alert, ErrorSummary, HiddenFields } from "./forms";
import { Icon } from "./icon";
import type { PageView } from "./page-head";
import { shortened } from "./value";
import { LONGEST_VIEW, LONGEST_VIEW_NAME, MOST_VIEWS, replaceViews, type SavedView, savedViews } from "./view-rows";

/** A list whose filters a team saves under names. */
export interface ViewedPage {
  /** Of the page, and of its views: `decisions`. */
  readonly name: string;
  readonly path: string;
  /** The parameters of its address that a view keeps, in the order in which it names them. */
  readonly filters: readonly string[];
}

/** The page's list as a view shows it: a tab of the page's head. */
export interface ViewTab extends PageView {
  /** Absent from the one that shows everything. */
  readonly view?: SavedView;
}

/**
 * The tab for everything, and the team's saved views.
 * @param countOf how many a view shows, where that is known without reading them
 */
export async function viewTabs(
  visit: Visit,
  page: ViewedPage,
  countOf: (views: readonly SavedView[]) => Promise<readonly (number | undefined)[]> = async () => [],
): Promise<readonly ViewTab[]> {
  const asked = filtersAsked(visit, page);
  const views = (await savedViews(visit.world.ledger, page.name)).map((view) => ({ ...view, query: filtersIn(page, view.query) }));
  const counts = await countOf(views);
  const tabs = views.map((view, index) => ({
    name: shortened(view.name, LONGEST_VIEW_NAME),
    path: `${page.path}?${view.query}`,
    isHere: asked === view.query,
    count: counts[index]?.toLocaleString(visit.language),
    view,
  }));
  return [{ name: visit.say(viewTexts).all, path: page.path, isHere: !tabs.some(({ isHere }) => isHere) }, ...tabs];
}

/** After the tabs: saves what is filtered by as a view; renames or deletes the one that is shown. For those who may. */
export function ViewMenu({ visit, page, tabs }: { readonly visit: Visit; readonly page: ViewedPage; readonly tabs: readonly ViewTab[] }) {
  const t = visit.say(viewTexts);
  const view = tabs.find(({ isHere }) => isHere)?.view;
  const query = filtersAsked(visit, page);
  if (!visit.may("Approver") || (view === undefined && (query === "" || flawOf(query) !== undefined))) return null;
  return (
    <details class="menu" data-popover>
      <summary>
        <Icon name={view === undefined ? "add" : "edit"} /> {view === undefined ? t.save : t.edit}
      </summary>
      <div class="pop">
        <ViewForm visit={visit} page={page} query={query} view={view?.name} typed={view?.name} />
      </div>
    </details>
  );
}

/** What was just done to the page's views. */
export function ViewDone({ visit }: { readonly visit: Visit }) {
  return <Alert kind="good">{visit.done(visit.say(viewTexts).done)}</Alert>;
}

interface ViewFormProps {
  readonly visit: Visit;
  readonly page: ViewedPage;
  readonly query: string;
  /** The view that is shown: it is renamed or deleted. */
  readonly view: string | undefined;
  readonly typed?: string | undefined;
}

function ViewForm({ visit, page, query, view, typed = "" }: ViewFormProps) {
  const t = visit.say(viewTexts);
  return (
    <form method="post" action={`${page.path}/views/${view === undefined ? "save" : "rename"}`}>
      {visit.formToken}
      <HiddenFields fields={{ query, ...(view !== undefined && { view }) }} />
      <label for="view-name">{t.name}</label>
      <input id="view-name" name="name" value={typed} required maxlength={LONGEST_VIEW_NAME} autocomplete="off" />
      <small>{t.shared}</small>
      <p class="actions">
        <button type="submit">{view === undefined ? t.save : t.rename}</button>
        {view === undefined ? null : (
          <button type="submit" class="danger" formaction={`${page.path}/views/remove`} formnovalidate>
            {t.remove}
          </button>
        )}
      </p>
    </form>
  );
}

/** Saving, renaming and deleting views of a page. */
export function viewRoutes(page: ViewedPage): readonly ConsoleRoute[] {
  const route = (verb: ViewVerb): ConsoleRoute => ({
    method: "POST",
    path: `${page.path}/views/${verb}`,
    access: "Approver",
    hidden: ["query", "view"],
    handler: (visit) => change(visit, page, verb),
  });
  return [route("save"), route("rename"), route("remove")];
}

type ViewVerb = "save" | "rename" | "remove";

/** Why a view is not changed as asked. */
type ViewFlaw = "blank" | "long" | "taken" | "many" | "person" | "none" | "gone" | "quicker";

const actions = { save: "views.saved", rename: "views.renamed", remove: "views.removed" } as const;

async function change(visit: Visit, page: ViewedPage, verb: ViewVerb): Promise<Response> {
  const { world, session, now } = visit;
  const name = visit.field("name").trim();
  const view = visit.field("view");
  const query = filtersIn(page, visit.field("query"));
  const views = await savedViews(world.ledger, page.name);
  const wanted = changed(views, verb, { name, query }, view);
  if (typeof wanted === "string") return await refuse(visit, page, wanted, { query, view, name });
  const old = views.find((each) => each.name === view);
  const entry = {
    by: session.subject,
    name: session.name,
    action: actions[verb],
    subject: `${page.name}: ${verb === "save" ? name : view}`,
    ...(old !== undefined && { before: { ...old } }),
    ...(verb !== "remove" && { after: { name, query: old?.query ?? query } }),
  };
  const isDone = await world.audit.audited(entry, now, () =>
    replaceViews(world.ledger, page.name, (stored) => {
      const next = changed(stored, verb, { name, query }, view);
      return typeof next === "string" ? undefined : next;
    }),
  );
  if (!isDone) return await refuse(visit, page, "quicker", { query, view, name });
  const kept = verb === "remove" ? "" : (old?.query ?? query);
  return visit.goTo(`${page.path}?${kept}${kept === "" ? "" : "&"}done=view-${verb}`);
}

/** The views with the change made, or why it is not. */
function changed(views: readonly SavedView[], verb: ViewVerb, wanted: SavedView, view: string): readonly SavedView[] | ViewFlaw {
  const isThere = views.some(({ name }) => name === view);
  if (verb !== "save" && !isThere) return "gone";
  if (verb === "remove") return views.filter(({ name }) => name !== view);
  if (wanted.name === "") return "blank";
  if (wanted.name.length > LONGEST_VIEW_NAME) return "long";
  const others = verb === "rename" ? views.filter(({ name }) => name !== view) : views;
  if (others.some(({ name }) => name.toLowerCase() === wanted.name.toLowerCase())) return "taken";
  if (verb === "rename") return views.map((each) => (each.name === view ? { ...each, name: wanted.name } : each));
  if (views.length >= MOST_VIEWS) return "many";
  return flawOf(wanted.query) ?? [...views, wanted];
}

/** A view must not hold an address: erasing a person does not change views. */
function flawOf(query: string): ViewFlaw | undefined {
  if (query === "" || query.length > LONGEST_VIEW) return "none";
  return [...new URLSearchParams(query).values()].some((value) => normaliseEmail(value) !== undefined) ? "person" : undefined;
}

async function refuse(visit: Visit, page: ViewedPage, flaw: ViewFlaw, sent: Readonly<Record<"query" | "view" | "name", string>>) {
  const t = visit.say(viewTexts);
  const content = (
    <>
      <ErrorSummary title={t.notDone} problems={[{ field: "view-name", text: t.flaws[flaw] }]} idOf={(field) => field} />
      <ViewForm visit={visit} page={page} query={sent.query} view={sent.view || undefined} typed={sent.name} />
      <p>
        <a href={`${page.path}?${sent.query}`}>{t.back}</a>
      </p>
    </>
  );
  return await visit.page(t.title, content, { status: flaw === "gone" || flaw === "quicker" ? 409 : 400 });
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

const viewTexts = pageTexts(
  {
    all: "All",
    title: "Saved view",
    save: "Save view",
    edit: "Edit view",
    rename: "Rename view",
    remove: "Delete view",
    name: "Name",
    shared: "Everybody who uses this console sees it.",
    back: "Back to the list",
    notDone: "The view wasn't changed:",
    flaws: {
      blank: "Type a name.",
      long: `Type at most ${LONGEST_VIEW_NAME} characters.`,
      taken: "Another view already has this name.",
      many: `There are already ${MOST_VIEWS} views. Delete one first.`,
      person: "A view can't hold a person's address. Search for a domain instead.",
      none: "Choose at least one filter first, and no more than fit into an address.",
      gone: "This view no longer exists.",
      quicker: "Somebody else changed the views at the same moment. Try again.",
    },
    done: {
      "view-save": "The view was saved.",
      "view-rename": "The view was renamed.",
      "view-remove": "The view was deleted.",
    } as Record<string, string>,
  },
  {
    all: "전체",
    title: "저장된 보기",
    save: "보기 저장",
    edit: "보기 편집",
    rename: "이름 바꾸기",
    remove: "보기 삭제",
    name: "이름",
    shared: "이 콘솔을 사용하는 모든 사람에게 표시됩니다.",
    back: "목록으로",
    notDone: "보기를 변경하지 못했습니다.",
    flaws: {
      blank: "이름을 입력하세요.",
      long: `${LONGEST_VIEW_NAME}자 이내로 입력하세요.`,
      taken: "같은 이름의 보기가 이미 있습니다.",
      many: `보기는 ${MOST_VIEWS}개까지 저장할 수 있습니다. 먼저 하나를 삭제하세요.`,
      person: "보기에는 개인의 이메일 주소를 저장할 수 없습니다. 대신 도메인으로 검색하세요.",
      none: "먼저 필터를 하나 이상 선택하세요. 필터가 너무 길어도 저장할 수 없습니다.",
      gone: "이 보기는 더 이상 없습니다.",
      quicker: "다른 사람이 동시에 보기를 변경했습니다. 다시 시도하세요.",
    },
    done: {
      "view-save": "보기를 저장했습니다.",
      "view-rename": "보기 이름을 바꿨습니다.",
      "view-remove": "보기를 삭제했습니다.",
    },
  },
);
