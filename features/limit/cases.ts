import * as v from "valibot";
import { createListSchema, createTextSchema, wholeNumber, withMeaning } from "../../engine/fields";
import { nearest } from "../../engine/problem-texts";
import { applicationMember, type CaseWords, ipAddressMember } from "../../local/case-words";
import { admissions } from "./rule";

const anyone = withMeaning(
  v.union([
    v.pipe(
      v.string(),
      v.check((address) => address.includes("@"), 'an address, such as "kim@contoso.com"'),
      v.description("An address."),
    ),
    withMeaning(
      v.strictObject({
        email: v.optional(createTextSchema("An address.")),
        issuer: v.optional(createTextSchema("An identity provider.")),
        application: applicationMember,
        ipAddress: ipAddressMember,
      }),
      "A person. Members left out are as in the case's request.",
    ),
  ]),
  'Anybody that the limit counts together with them: for a limit by domain, any address there; by network, `{ "ipAddress": "203.0.113.24" }`. The default is the case\'s own person.',
);
const rows = {
  admitted: v.optional(
    createListSchema(
      withMeaning(
        v.strictObject({
          limit: createTextSchema('The limit\'s `name`: by default its `by`; "mail-host" for "mailHost".'),
          who: v.optional(anyone),
          count: wholeNumber("How many people were let in.", 1, 10_000),
        }),
        "People who were let in before.",
      ),
      "How many people were let in before, in the windows that the case falls into, which `limit` counts.",
    ),
  ),
};
type Rows = v.InferOutput<v.StrictObjectSchema<typeof rows, undefined>>;

export const cases = {
  order: 30,
  rows,
  /** Rejects admissions that no rule counts, because they would change nothing. */
  rowsFlaw({ admitted = [] }, rules) {
    const names = rules.flatMap(({ counts = [] }) => counts);
    const late = rules.flatMap(({ counts, consumes }) => (counts !== undefined && consumes?.includes("mailHost") ? [counts] : []));
    const odd = admitted.findIndex(({ limit }) => !names.includes(limit) || late.includes(limit));
    const { limit: name } = admitted[odd] ?? {};
    if (name === undefined) return undefined;
    if (late.includes(name)) {
      return { path: ["admitted", odd], problem: `${name} counts by what mailFacts finds: say in "earlier" who was let in before` };
    }
    return { path: ["admitted", odd, "limit"], problem: `no rule of this step is a limit called ${name}${nearest(name, names)}` };
  },
  peopleIn: ({ admitted = [] }) =>
    admitted.flatMap(({ who }, index) => (typeof who === "object" ? [[who, ["admitted", index, "who"]] as const] : [])),
  written: ({ admitted = [] }, { now, hashOf, signUpOf, rules }) =>
    admitted.flatMap(({ limit, who = {}, count }) => {
      const keys = rules.find(({ counts }) => counts === limit)?.needs?.(signUpOf(who), hashOf, now) ?? [];
      return admissions(keys, count);
    }),
} satisfies CaseWords<Rows>;
