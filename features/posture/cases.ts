import * as v from "valibot";
import { createChoiceSchema } from "../../engine/fields";
import type { CaseWords } from "../../local/case-words";
import { postureKey, postures } from "./posture";

const members = {
  posture: v.optional(createChoiceSchema(postures, "How an operator has set the gate before the request. Open by default.")),
};
type Members = v.InferOutput<v.StrictObjectSchema<typeof members, undefined>>;

export const cases = {
  order: 35,
  members,
  set({ posture: state }, gate) {
    if (state === undefined) return [];
    const { table, key } = postureKey(gate);
    return [{ table, item: { ...key, state, revision: 1 }, condition: "absent", onConflict: { kind: "continue" } }];
  },
} satisfies CaseWords<object, Members>;
