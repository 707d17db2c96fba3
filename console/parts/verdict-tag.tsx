import type { DecisionRecord } from "../../engine/sign-up/record";
import type { Words } from "../texts/words";

const kinds = { continue: "good", block: "bad", invalid: "warn" } as const;

export function VerdictTag({ verdict, words }: { readonly verdict: DecisionRecord["verdict"]; readonly words: Words }) {
  return <span class={`tag ${kinds[verdict]}`}>{words.verdicts[verdict]}</span>;
}
