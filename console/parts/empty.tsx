import type { Child } from "hono/jsx";

/** What stands where there is nothing to show: why that is, and what to do next. */
export function Empty({ children }: { readonly children?: Child }) {
  return <div class="empty hint">{children}</div>;
}
