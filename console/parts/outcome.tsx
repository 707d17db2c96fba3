import type { Child } from "hono/jsx";
import type { OutcomeKind } from "../../engine/sign-up/outcome";
import { pageTexts } from "../texts/languages";

/** What the outcomes are called wherever the console shows them. */
export const outcomeTexts = pageTexts(
  { continue: "Let in", waiting: "Asked for approval", invalid: "Asked to correct", block: "Refused" },
  { continue: "허용", waiting: "승인 요청", invalid: "수정 요청", block: "거부" },
);

/** A dot in the outcome's colour before its word. */
export function Outcome({ kind, children }: { readonly kind: OutcomeKind; readonly children?: Child }) {
  return <span class={`outcome ${kind}`}>{children}</span>;
}
