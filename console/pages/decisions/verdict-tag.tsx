import { outcomeOf } from "../../../engine/sign-up/outcome";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { Visit } from "../../app/visit";
import { Badge } from "../../parts/badge";
import { outcomeTexts } from "../../parts/outcome";

const tones = { continue: "good", waiting: "asked", invalid: "warn", block: "bad" } as const;

/** What became of a sign-up: who asked for approval was not refused. */
export function OutcomeTag({ visit, record }: { readonly visit: Visit; readonly record: Pick<DecisionRecord, "verdict" | "reasons"> }) {
  const kind = outcomeOf(record);
  return <Badge tone={tones[kind]}>{visit.say(outcomeTexts)[kind]}</Badge>;
}
