import { accessList, beforeCreateUser, defineRule, format, pass, titleCase, validate } from "entra-gatehouse";
import * as v from "valibot";

const neverAnswers = defineRule(
  "never-answers",
  ({ signUp }) => (signUp.attributes.city === "Limbo" ? new Promise<never>(() => undefined) : pass()),
  { sets: [] },
);

const throws = defineRule(
  "throws",
  ({ signUp }) => {
    if (signUp.attributes.city === "Boom") throw new Error(`cannot handle ${signUp.email}`);
    return pass();
  },
  { sets: [] },
);

export default beforeCreateUser(
  [
    format({ displayName: titleCase, surname: titleCase }),
    accessList(),
    validate(v.object({ jobTitle: v.pipe(v.string(), v.minLength(5)), extension_PartnerNumber: v.pipe(v.string(), v.startsWith("P-")) })),
    neverAnswers,
    throws,
  ],
  {
    trust: "any",
    deadline: "5s",
    messages: { "access-list.denied": { en: "Ask it@contoso.com.", ko: "it@contoso.com에 문의하세요." } },
    labels: { extension_PartnerNumber: "Partner number" },
  },
);
