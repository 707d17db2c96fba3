import * as v from "valibot";
import { listOf, withMeaning } from "../../engine/fields";
import type { CaseWords } from "../../local/case-words";
import { referenceRow } from "./stored-row";

export const referenceInCases = {
  tables: { referenceData: v.optional(listOf(withMeaning(referenceRow, "A permitted value."), "Permitted values.")) },
} satisfies CaseWords;
