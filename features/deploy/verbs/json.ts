import * as v from "valibot";
import { anyText, oneOfMore } from "../../../engine/fields";

/** A line for each step. */
export const json = {
  deploy: v.strictObject({
    step: oneOfMore(["checks", "stack", "secrets", "list", "entra", "smoke"], "The step."),
    state: oneOfMore(["done", "made", "skipped", "todo", "findings"], "What came of it. `todo`: what it would do (--dry-run)."),
    says: anyText("That in words."),
  }),
} as const;
