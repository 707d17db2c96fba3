import type { DecisionWords } from "../../../engine/messages/operator/decisions";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { capitalised } from "../../parts/value";

const kinds = { continue: "good", block: "bad", invalid: "warn" } as const;

/** What was decided, in the outcome's colour. */
export function VerdictTag({ verdict, words }: { readonly verdict: DecisionRecord["verdict"]; readonly words: DecisionWords }) {
  return <span class={`tag ${kinds[verdict]}`}>{capitalised(words.verdicts[verdict])}</span>;
}
