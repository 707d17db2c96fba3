import type { Child } from "hono/jsx";

/** The result of an action. */
export function Alert({ children, kind = "bad" }: { readonly children?: Child; readonly kind?: "bad" | "warn" | "good" }) {
  return (
    <div class={`note ${kind}`} role={kind === "bad" ? "alert" : "status"}>
      {children}
    </div>
  );
}
