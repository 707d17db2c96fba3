import type { DecisionRecord } from "../../engine/sign-up/record";
import type { CaseWords } from "../../local/case-words";
import { buildSignUpDecided, SIGN_UP_DECIDED } from "./events";

export const cases = {
  order: 40,
  event: (table, before, after) =>
    table === "decisions" && before === undefined
      ? { type: SIGN_UP_DECIDED, detail: buildSignUpDecided(after as unknown as DecisionRecord) }
      : undefined,
  expected: { [SIGN_UP_DECIDED]: ["attributes"] },
} satisfies CaseWords;
