import type { Child } from "hono/jsx";

export interface TableProps {
  readonly caption: string;
  /** Those of numbers stand at the end. */
  readonly columns: readonly { readonly name: string; readonly number?: true }[];
  readonly rows: readonly (readonly Child[])[];
  /** What each row goes by, for what a script does with single rows. @default none */
  readonly keys?: readonly string[];
  /** Shown where there is no row: what would be here, and what leads to it. */
  readonly empty: Child;
}

/**
 * A table whose first column names the row. On a phone each row is a card in which every cell says its column (style/assets.ts), so that
 * nothing is off the screen; a table of figures stays one. Without script it scrolls within itself, its first column stays.
 */
export function Table({ caption, columns, rows, keys, empty }: TableProps) {
  if (rows.length === 0) return <Empty>{empty}</Empty>;
  const kind = (index: number) => (columns[index]?.number ? "number" : undefined);
  const areFigures = columns.slice(1).every(({ number }) => number);
  return (
    <section class="scroll" tabindex={0} aria-label={caption}>
      <table class={areFigures ? undefined : "cards-on-phone"}>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ name }, index) => (
              <th scope="col" class={kind(index)}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([first, ...cells], row) => (
            <tr data-key={keys?.[row]}>
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
