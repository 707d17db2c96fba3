import { changes } from "./changes";
import type { Prepared } from "./prepare";
import type { Attributes, SignUp } from "./sign-up";
import type { AnyVerdict, Findings } from "./verdict";
import type { Watched } from "./watched";

/** What one rule said, and of what. */
export interface Judgement {
  readonly prepared: Prepared;
  readonly verdict: AnyVerdict;
  /** The attributes as they stood once it had spoken. */
  readonly left: Attributes;
  /** What was found before it. */
  readonly findings: Findings;
  readonly looked: { readonly attributes: Watched<Attributes>; readonly findings: Watched<Findings> };
  /** Its place in the trace. */
  readonly place: number;
}

/** Whether something that the rule judged by is another now, and not by its own doing. */
export function isStale(judgement: Judgement, signUp: SignUp, findings: Findings): boolean {
  const { looked, left } = judgement;
  return (
    Object.keys(changes(left, signUp.attributes)).some(looked.attributes.lookedAt) ||
    Object.keys(changes(judgement.findings, sameFindings(judgement, findings))).some(looked.findings.lookedAt)
  );
}

/** As these stand now, the findings that were there when the rule was asked: what later rules found is not for it. */
export function sameFindings(judgement: Judgement, findings: Findings): Findings {
  return Object.fromEntries(Object.keys(judgement.findings).map((name) => [name, findings[name] as Findings[string]]));
}
