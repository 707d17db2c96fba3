import type { DecisionRecord } from "../engine/sign-up/record";
import { termsFact, termsInEvent } from "./terms/event";

/** Fields of single rules in a decision's event. A rule with a field has a line here. */
export const ruleFacts = { ...termsInEvent };

/** The same of one decision; a line a rule as well. */
export const ruleFactMakers: readonly ((record: DecisionRecord) => object)[] = [termsFact];
