import type { Child } from "hono/jsx";

export interface TableProps {
  readonly caption: string;
  /** Those of numbers stand at the end. */
  readonly columns: readonly { readonly name: string; readonly number?: true }[];
  readonly rows: readonly (readonly Child[])[];
  /** Shown where there is no row. */
  readonly empty: string;
}

/** A table whose first column names the row. On narrow screens it scrolls within itself, by keyboard too. */
export function Table({ caption, columns, rows, empty }: TableProps) {
  if (rows.length === 0) return <p class="hint">{empty}</p>;
  const kind = (index: number) => (columns[index]?.number ? "number" : undefined);
  return (
    <section class="scroll" tabindex={0} aria-label={caption}>
      <table>
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
          {rows.map(([first, ...cells]) => (
            <tr>
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
