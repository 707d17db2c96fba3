import type { Child } from "hono/jsx";
import type { Visit } from "../app/visit";
import { frameTexts } from "../texts/frame-texts";
import { pageTexts } from "../texts/languages";
import { Chips, type ChipsProps } from "./chips";
import { ErrorSummary, type FieldProblem, PostForm } from "./forms";
import { Icon } from "./icon";
import { PageHead, type PageHeadProps } from "./page-head";
import { type Paged, Pager, StalePage } from "./paging";
import { Table, type TableProps } from "./table";
import { OPEN_PARAMETER, passingParameters, thisAddress } from "./with-query";

export interface ShownList<T> {
  readonly title: string;
  /** The views of the list and the actions, beside the title. @default none */
  readonly head?: Omit<PageHeadProps, "title">;
  /** Reasons why the search cannot be made. If `refused` is set, these are the problems of the form that was not accepted. @default none */
  readonly problems?: readonly FieldProblem[];
  /** The title above the problems if a form of the page was not accepted. @default the title for a search that cannot be made */
  readonly refused?: string;
  /** The result of the last action. It is above the list and its panel. */
  readonly above?: Child;
  readonly intro?: string | undefined;
  readonly filters?: Omit<ChipsProps, "visit"> | false;
  readonly ahead?: Child;
  /** The rows found. Undefined if the search cannot be made. */
  readonly page: Paged<T> | undefined;
  /** If `current` is absent, the open row is the one in the address. */
  readonly table: Omit<TableProps<T>, "rows">;
  /** The form for ticked rows. Without a form, rows have no boxes. */
  readonly form?: RowsForm | false | undefined;
  /** If `seconds` is set, a script reads the rows in the element `id` again at this interval. @default the rows are read once */
  readonly live?: { readonly id: string; readonly gone: string; readonly seconds: number | undefined };
  readonly below?: Child;
  /** A row's panel beside the list. @default rows do not open */
  readonly panel?: Pick<BesideProps, "panel" | "label" | "acts">;
}

interface RowsForm {
  readonly action: string;
  readonly hidden?: Readonly<Record<string, string>>;
  /** True if the form's buttons can be pressed by keys. */
  readonly byKeys?: true;
  readonly bar: Child;
}

export async function listPage<T>(visit: Visit, list: ShownList<T>): Promise<Response> {
  const { title, head, problems = [], refused, above, intro, filters, ahead, page, below, panel } = list;
  const content = (
    <>
      {intro === undefined ? null : <p class="hint">{intro}</p>}
      {filters ? <Chips visit={visit} {...filters} /> : null}
      {ahead}
      {page === undefined ? null : (
        <>
          <StalePage page={page} />
          <Rows visit={visit} {...list} table={page.cut ? { ...list.table, empty: t.noneYet } : list.table} rows={page.items} />
          <Pager visit={visit} page={page} />
        </>
      )}
      {below}
    </>
  );
  return await visit.page(
    title,
    <>
      <ErrorSummary problems={problems} title={refused} />
      {above}
      {panel === undefined ? content : <Beside visit={visit} list={content} {...panel} />}
    </>,
    { status: problems.length > 0 ? 400 : 200, head: head && <PageHead title={title} {...head} /> },
  );
}

type RowsProps<T> = Pick<ShownList<T>, "table" | "form" | "panel" | "live"> & { readonly visit: Visit; readonly rows: readonly T[] };

function Rows<T>({ visit, table: { choices, ...table }, form, panel, live, rows }: RowsProps<T>) {
  const hasForm = form && rows.length > 0;
  const current = panel && visit.queryAsTyped(OPEN_PARAMETER);
  const content = <Table lines current={current} {...table} rows={rows} choices={hasForm && choices} />;
  if (live !== undefined) {
    return (
      <div id={live.id} data-live={live.seconds} data-gone={live.gone}>
        {content}
      </div>
    );
  }
  if (!hasForm) return content;
  return (
    <PostForm visit={visit} action={form.action} hidden={form.hidden} data-asks="" {...(form.byKeys && { "data-keys": true })}>
      {content}
      {form.bar}
    </PostForm>
  );
}

type TickedBarProps = { readonly label: string; readonly elsewhere?: string; readonly children?: Child };

/**
 * The bar is visible once a row is ticked.
 * @param elsewhere text about ticked rows on other pages, if there may be some: see browser/keys.ts
 */
export function TickedBar({ label, elsewhere, children }: TickedBarProps) {
  return (
    <fieldset class="bar when-ticked">
      <legend class="hidden">{label}</legend>
      {/* Enter on a box presses the form's first button: this one does nothing. */}
      <button type="submit" disabled hidden />
      <div class="actions">
        <span aria-live="polite" data-chosen={t.chosen} data-chosen-elsewhere={elsewhere} />
        {children}
        <button type="reset" class="ghost">
          {t.clear}
        </button>
      </div>
    </fieldset>
  );
}

const t = pageTexts({
  noneYet: ["None so far.", "아직 찾지 못했습니다."],
  chosen: ["{count} selected", "{count}건 선택됨"],
  clear: ["Clear", "선택 해제"],
});

export interface BesideProps {
  readonly visit: Visit;
  readonly list: Child;
  /** The panel of the row that `?open=` names: header, sections and a footer with the row's actions. Undefined if no row is open. */
  readonly panel: Child | undefined;
  readonly label: string;
  /** Acts in a row's panel: "assign note". Their keys open the panel first. @default none */
  readonly acts?: string | undefined;
}

/** A list with the panel of one of its rows. On a screen narrower than 1100 px, only the panel is shown. */
export function Beside({ visit, list, panel, label, acts }: BesideProps) {
  const isOpen = panel !== undefined;
  return (
    <div class={isOpen ? "beside open" : "beside"} id="beside" data-acts={acts}>
      <div class="list">{list}</div>
      {isOpen ? (
        <aside class="panel" aria-label={label} tabindex={-1}>
          {panel}
          <a class="close" href={openAddress(visit, undefined)} aria-label={frameTexts.close}>
            <Icon name="close" />
          </a>
        </aside>
      ) : null}
    </div>
  );
}

/** Returns the address of the current list with a row's panel open. @param open the row; undefined for no panel */
export function openAddress(visit: Visit, open: string | undefined): string {
  return thisAddress(visit, passingParameters, open === undefined ? {} : { [OPEN_PARAMETER]: open });
}
