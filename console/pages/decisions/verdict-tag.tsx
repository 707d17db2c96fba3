import type { DecisionWords } from "../../../engine/messages/operator/decisions";
import { outcomeOf } from "../../../engine/sign-up/outcome";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { Visit } from "../../app/visit";
import { Badge } from "../../parts/badge";
import { outcomeTexts } from "../../parts/outcome";
import { capitalised } from "../../parts/value";

const tones = { continue: "good", waiting: "asked", invalid: "warn", block: "bad" } as const;

/** What became of a sign-up: who asked for approval was not refused. */
export function OutcomeTag({ visit, record }: { readonly visit: Visit; readonly record: Pick<DecisionRecord, "verdict" | "reasons"> }) {
  const kind = outcomeOf(record);
  return <Badge tone={tones[kind]}>{visit.say(outcomeTexts)[kind]}</Badge>;
}

const kinds = { continue: "good", block: "bad", invalid: "warn" } as const;

/** What was decided, in the outcome's colour. */
export function VerdictTag({ verdict, words }: { readonly verdict: DecisionRecord["verdict"]; readonly words: DecisionWords }) {
  return <span class={`tag ${kinds[verdict]}`}>{capitalised(words.verdicts[verdict])}</span>;
}
