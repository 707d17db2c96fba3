import type { Child } from "hono/jsx";
import { type OutcomeKind, outcomeOf } from "../../engine/sign-up/outcome";
import type { DecisionRecord } from "../../engine/sign-up/record";
import { pageTexts } from "../texts/languages";
import { Badge } from "./badge";

/** Names of outcomes everywhere in the console. */
export const outcomeTexts = pageTexts({
  continue: ["Let in", "허용"],
  waiting: ["Asked for approval", "승인 요청"],
  invalid: ["Asked to correct", "수정 요청"],
  block: ["Refused", "거부"],
});

/** A dot in the outcome's colour before its word; without an outcome it has no colour. */
export function Outcome({ kind, children }: { readonly kind: OutcomeKind | undefined; readonly children?: Child }) {
  return <span class={`outcome ${kind ?? "none"}`}>{children}</span>;
}

const tones = { continue: "good", waiting: "asked", invalid: "warn", block: "bad" } as const;

export function OutcomeTag({ record }: { readonly record: Pick<DecisionRecord, "verdict" | "reasons"> }) {
  const kind = outcomeOf(record);
  return <Badge tone={tones[kind]}>{outcomeTexts[kind]}</Badge>;
}
