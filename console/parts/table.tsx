import type { Child } from "hono/jsx";

export interface TableProps {
  readonly caption: string;
  /** Columns of numbers are aligned to the end. */
  readonly columns: readonly (string | { readonly name: string; readonly number: true })[];
  readonly rows: readonly (readonly Child[])[];
  /** What each row goes by: scripts move between such rows by keys, and renew single ones. @default none */
  readonly keys?: readonly string[];
  /** What each row is about, for questions that a key asks. @default what its first cell says */
  readonly names?: readonly string[];
  /** The key of the row whose panel is open beside the table. @default none */
  readonly current?: string | undefined;
  /** A box ahead of each row, and one ahead of all that ticks them where scripts run. Their cells are their targets. @default none */
  readonly choices?: { readonly field: string; readonly all: string; readonly each: readonly RowChoice[] };
  /** Shown where there is no row: what would be here, and what leads to it. @default nothing, of a table that always has one */
  readonly empty?: Child;
}

/** What ticking a row sends. */
interface RowChoice {
  readonly value: string;
  readonly label: string;
}

/**
 * A table whose first column names the row. A row is one line of 32 px: what does not fit is cut, and is whole on the row's own page. On a phone each row is a card in which every cell says its column (style/assets.ts), so that
 * nothing is off the screen; a table of figures stays one. Without script it scrolls within itself, its first column stays.
 */
export function Table({ caption, columns, rows, keys, names, current, choices, empty }: TableProps) {
  if (rows.length === 0) return <Empty>{empty}</Empty>;
  const kind = (index: number) => (typeof columns[index] === "object" ? "number" : undefined);
  const areFigures = columns.slice(1).every((column) => typeof column === "object");
  return (
    <section class="scroll" tabindex={0} aria-label={caption} data-keys={keys === undefined ? undefined : ""}>
      {/* Enter on a box presses its form's first button: this one does nothing. */}
      {choices === undefined ? null : <button type="submit" disabled hidden />}
      <table class={areFigures ? undefined : "cards-on-phone"}>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {choices === undefined ? null : (
              <th scope="col" class="check">
                <label>
                  <span class="hidden">{choices.all}</span>
                  <input type="checkbox" data-check-all={choices.field} hidden />
                </label>
              </th>
            )}
            {columns.map((column, index) => (
              <th scope="col" class={kind(index)}>
                {typeof column === "string" ? column : column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([first, ...cells], row) => (
            <tr
              data-key={keys?.[row]}
              data-name={names?.[row]}
              aria-current={current !== undefined && keys?.[row] === current ? "true" : undefined}
            >
              {choices === undefined ? null : (
                <td class="check">
                  <label>
                    <input type="checkbox" name={choices.field} value={choices.each[row]?.value} aria-label={choices.each[row]?.label} />
                  </label>
                </td>
              )}
              <th scope="row">{first}</th>
              {cells.map((cell, index) => (
                <td class={kind(index + 1)}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Shown where there is nothing to show: why that is, and what to do next. */
function Empty({ children }: { readonly children?: Child }) {
  return <div class="empty hint">{children}</div>;
}

/** A name and what it is; undefined and empty ones are left out. */
export type Fact = readonly [string, Child];

export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl class="card">
      {facts.map(([name, value]) =>
        value === undefined || value === "" ? null : (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ),
      )}
    </dl>
  );
}
