import type { Child } from "hono/jsx";
import type { Tone } from "./badge";

export interface PageView {
  readonly name: Child;
  readonly path: string;
  readonly isHere: boolean;
  /** The number of rows in the view. It is a text such as "1,000+" if not all rows are counted. @default none */
  readonly count?: number | string | undefined;
  /** The colour of the count. @default grey */
  readonly tone?: Tone;
}

export interface PageHeadProps {
  readonly title: NonNullable<Child>;
  /** Views as tabs. The label is the tabs' name for screen readers. @default none */
  readonly views?: { readonly label: string; readonly each: readonly PageView[] } | undefined;
  /** Links and buttons at the end. @default none */
  readonly actions?: Child;
  /** A link to the list to which the page belongs, above the title. @default none */
  readonly of?: ListOf;
}

interface ListOf {
  readonly path: string;
  readonly text: string;
}

/** The link to the list. If the page has its heading further down, the link stands alone. */
export function ListCrumb({ path, text }: ListOf) {
  return (
    <nav aria-label={text} class="crumbs">
      <a href={path}>{text}</a>
    </nav>
  );
}

/** The title, views and actions of a page. The page passes them to `visit.page` as `head`. */
export function PageHead({ title, views, actions, of }: PageHeadProps) {
  return (
    <>
      {of && <ListCrumb {...of} />}
      <div class="page-head">
        <h1>{title}</h1>
        {views === undefined ? null : <Tabs {...views} />}
        {actions === undefined ? null : <div class="actions">{actions}</div>}
      </div>
    </>
  );
}

/** @param label the tabs' name for screen readers */
export function Tabs({ label, each }: { readonly label: string; readonly each: readonly PageView[] }) {
  return (
    <nav aria-label={label}>
      <ul class="tabs">
        {each.map(({ name, path, isHere, count, tone }) => (
          <li>
            <a href={path} aria-current={isHere ? "page" : undefined}>
              {name}
              {count === undefined ? null : [" ", <span class={tone === undefined ? "count" : `count ${tone}`}>{count}</span>]}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
