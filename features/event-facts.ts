import type { DecisionRecord } from "../engine/sign-up/record";
import { termsFact, termsInEvent } from "./terms/event";

/** What the event of a decision says of single rules, by field. A rule that has something to say has a line here. */
export const ruleFacts = { ...termsInEvent };

/** The same of one decision; a line a rule as well. */
export const ruleFactMakers: readonly ((record: DecisionRecord) => object)[] = [termsFact];
