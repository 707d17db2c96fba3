import type { Child } from "hono/jsx";

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
