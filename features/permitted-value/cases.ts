import * as v from "valibot";
import { createListSchema, createTextSchema, wholeNumber, withMeaning } from "../../engine/fields";
import { createRecords } from "../../engine/sign-up/records";
import type { CaseWords } from "../../local/case-words";
import { codes } from "../reference-data/code";
import { caseRules, isMixedCase } from "../reference-data/spelling";
import { guesses } from "./guess";

/** The largest limit that a rule can have. */
const MOST = 10_000;

const list = createTextSchema("The list that the rule names: by default, the attribute's short name.");
const rows = {
  usedCodes: v.optional(
    createListSchema(
      withMeaning(
        v.strictObject({ list, value: createTextSchema("The code."), by: createTextSchema("The address of the person who used it.") }),
        "A code that somebody used.",
      ),
      "Codes that somebody used before, which `permittedValue` with `maxUses` counts.",
    ),
  ),
  guesses: v.optional(
    createListSchema(
      withMeaning(
        v.strictObject({
          list,
          who: createTextSchema("The person's address."),
          count: wholeNumber("How many different values the person tried that day.", 1, MOST),
        }),
        "What somebody tried.",
      ),
      "Values that somebody tried on the day of the case, which `guessesPerDay` counts.",
    ),
  ),
};
type Rows = v.InferOutput<v.StrictObjectSchema<typeof rows, undefined>>;

export const cases = {
  order: 25,
  rows,
  written({ usedCodes = [], guesses: guessRows = [] }, { now, hashOf, signUpOf }) {
    const useEffects = usedCodes.flatMap(({ list: of, value, by }) =>
      // A code's key depends on the rule's option `case`, which is unknown here. So the uses are written for each of its values.
      caseRules.flatMap((rule) => {
        const { needs, use } = codes({ list: of, maxUses: MOST, case: rule });
        return use(value, value, signUpOf(by), { records: createRecords(needs(value, hashOf), new Map()), hashOf });
      }),
    );
    const guessEffects = guessRows.flatMap(({ list: of, who, count }) => {
      const guessCounter = guesses({ list: of, guessesPerDay: MOST, case: "exact" });
      return Array.from({ length: count }, (_, index) =>
        guessCounter.count(`the case's guess ${index}`, signUpOf(who), { now, hashOf }),
      ).flat();
    });
    return [...useEffects, ...guessEffects];
  },
  notes(reasons, writtenRows) {
    const values = writtenRows.flatMap(({ referenceData = [] }) => referenceData.map(({ value }) => String(value)));
    const missedValues = reasons.includes("value.not-permitted") ? values.filter(isMixedCase) : [];
    return missedValues.map(
      (value) =>
        `The permitted value ${JSON.stringify(value)} is in mixed case: only people who type it exactly like that are found. Write it in lower case to accept any case; fill: { … } gives the attribute another spelling.`,
    );
  },
} satisfies CaseWords<Rows>;
