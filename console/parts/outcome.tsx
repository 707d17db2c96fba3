import type { Child } from "hono/jsx";
import type { DecisionRecord } from "../../engine/sign-up/record";
import { alreadyHasAccount, type OutcomeKind, toOutcomeKind } from "../../engine/sign-up/recording";
import { pageTexts } from "../texts/languages";
import { Badge } from "./badge";

export const outcomeTexts = pageTexts({
  continue: ["Let in", "허용"],
  waiting: ["Asked for approval", "승인 요청"],
  invalid: ["Asked to correct", "수정 요청"],
  block: ["Refused", "거부"],
  wentOn: ["Went on to the form", "양식으로 진행"],
  tokenSent: ["Token sent", "토큰 발급"],
  hasAccount: ["Has an account", "계정 있음"],
});

export function Outcome({ kind, children }: { readonly kind: OutcomeKind | undefined; readonly children?: Child }) {
  return <span class={`outcome ${kind ?? "none"}`}>{children}</span>;
}

type ShownOutcome = Pick<DecisionRecord, "verdict" | "reasons" | "step">;

/**
 * Returns the key of the outcome's text. `hasAccount`: the page tells the person to sign in with the existing account, so nobody needs to
 * act.
 */
export function outcomeWord(record: ShownOutcome): keyof typeof outcomeTexts {
  const kind = toOutcomeKind(record);
  if (alreadyHasAccount(record.reasons)) return "hasAccount";
  if (kind !== "continue") return kind;
  if (record.step === "before-sending-token") return "tokenSent";
  return record.step === "after-sign-in" ? "wentOn" : kind;
}

export function toOutcomeLine(record: ShownOutcome): readonly [kind: OutcomeKind, text: string] {
  const word = outcomeWord(record);
  return [word === "hasAccount" ? "continue" : toOutcomeKind(record), outcomeTexts[word]];
}

interface OutcomeOfProps {
  readonly record: ShownOutcome;
  readonly children?: Child;
}

export function RecordOutcome({ record, children }: OutcomeOfProps) {
  const [kind, text] = toOutcomeLine(record);
  return (
    <Outcome kind={kind}>
      {text}
      {children}
    </Outcome>
  );
}

const tones = { continue: "good", waiting: "asked", invalid: "warn", block: "bad" } as const;

export function OutcomeTag({ record }: OutcomeOfProps) {
  const [kind, text] = toOutcomeLine(record);
  return <Badge tone={tones[kind]}>{text}</Badge>;
}
