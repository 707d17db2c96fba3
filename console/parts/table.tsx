import type { Child } from "hono/jsx";

/** A heading, and the content of a row's cell. Numbers align to the end; one column may take the remaining width. */
export type Column<T> = readonly [heading: string | Heading, cell: (row: T) => Child];

type Heading = { readonly name: string; readonly number: true } | { readonly name: string; readonly rest: true | "wraps" };

export interface TableProps<T> {
  readonly caption: string;
  /** False in place of a column that this visitor or these rows do not need. */
  readonly columns: readonly (Column<T> | false)[];
  readonly rows: readonly T[];
  /** Returns a row's key. Scripts move between rows that have keys, and update such rows one by one. @default none */
  keyOf?(row: T): string;
  /** The key of the row whose panel is open beside the table. @default none */
  readonly current?: string | undefined;
  /**
   * A checkbox before each row. Scripts add a checkbox that ticks all rows. A click anywhere in a checkbox's cell ticks it. @default none
   */
  readonly choices?: Choices<T> | false | undefined;
  /** True if a phone shows a row as a few lines with several cells each. @default each cell has its own line */
  readonly lines?: boolean;
  /** The text if there are no rows: what would be here, and how to get it. @default nothing, for a table that always has rows */
  readonly empty?: Child;
}

interface Choice {
  readonly value: string;
  readonly label: string;
  /** True if the box is ticked at first. @default false */
  readonly isTicked?: boolean;
}

interface Choices<T> {
  readonly field: string;
  readonly all: string;
  /** The value of a row's box; undefined for a row without a box. */
  each(row: T): Choice | undefined;
}

/**
 * The first column names the row. A row is one line of 32 px: if a text is cut, the row's own page shows all of it. On a phone, each row is
 * a card in which every cell names its column. A table of figures stays a table on a phone, and scrolls.
 */
export function Table<T>({ caption, columns, rows, keyOf, current, choices, lines, empty }: TableProps<T>) {
  if (rows.length === 0) return <div class="empty hint">{empty}</div>;
  const shownColumns = columns.filter((each) => each !== false);
  const areFigures = shownColumns.slice(1).every(isNumber);
  return (
    <section class="scroll" tabindex={0} aria-label={caption} data-keys={keyOf === undefined ? undefined : ""}>
      {/* Enter on a box presses the form's first button: this one does nothing. */}
      {choices ? <button type="submit" disabled hidden /> : null}
      <table class={areFigures ? undefined : lines ? "cards-on-phone lines" : "cards-on-phone"}>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {choices ? (
              <th scope="col" class="check">
                <label>
                  <span class="hidden">{choices.all}</span>
                  <input type="checkbox" data-check-all={choices.field} hidden />
                </label>
              </th>
            ) : null}
            {shownColumns.map((column) => (
              <th scope="col" class={getColumnClass(column)}>
                {columnName(column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr data-key={keyOf?.(row)} aria-current={current !== undefined && keyOf?.(row) === current ? "true" : undefined}>
              {choices ? <Box field={choices.field} choice={choices.each(row)} /> : null}
              {shownColumns.map((column, index) =>
                index === 0 ? (
                  <th scope="row">{column[1](row)}</th>
                ) : (
                  <td class={getColumnClass(column)} data-column={areFigures ? undefined : columnName(column)}>
                    {column[1](row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function columnName<T>([heading]: Column<T>): string {
  return typeof heading === "string" ? heading : heading.name;
}

function isNumber<T>([heading]: Column<T>): boolean {
  return typeof heading === "object" && "number" in heading;
}

function getColumnClass<T>(column: Column<T>): string | undefined {
  if (isNumber(column)) return "number";
  const [heading] = column;
  if (typeof heading === "string" || !("rest" in heading)) return undefined;
  return heading.rest === "wraps" ? "rest wraps" : "rest";
}

function Box({ field, choice }: { readonly field: string; readonly choice: Choice | undefined }) {
  if (choice === undefined) return <td />;
  const { value, label, isTicked } = choice;
  return (
    <td class="check">
      <label>
        <input type="checkbox" name={field} value={value} aria-label={label} checked={isTicked} />
      </label>
    </td>
  );
}

/** A fact that is undefined, false or empty is left out. */
export type Fact = readonly [name: Child, value: Child];

export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  const shownFacts = facts.filter(([, value]) => value !== undefined && value !== false && value !== "");
  if (shownFacts.length === 0) return null;
  return (
    <dl class="card">
      {shownFacts.map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </>
      ))}
    </dl>
  );
}
