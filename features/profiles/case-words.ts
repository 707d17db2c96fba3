import * as v from "valibot";
import { listOf, withMeaning } from "../../engine/fields";
import type { CaseWords } from "../../local/case-words";
import { profileRow } from "./stored-row";

export const profileInCases = {
  tables: { profiles: v.optional(listOf(withMeaning(profileRow, "A profile: person, and a column for each attribute."), "Profiles.")) },
} satisfies CaseWords;
