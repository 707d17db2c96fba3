import { type AboutRule, beforeCreation } from "../../engine/about-rule";
import { validate } from "./rule";

const schema = {
  "~standard": { version: 1, vendor: "none", validate: (value: unknown) => ({ value }) },
  entries: { city: {} },
} as const;

export const validateAbout = [
  {
    export: "validate",
    module: "features/validate/rule",
    written: "validate(schema)",
    does:
      "checks attributes, and `email`, with any [Standard Schema](https://standardschema.dev) library. For addresses use valibot's " +
      "`v.rfcEmail()`: `v.email()` refuses `o'brien@contoso.com` and `kim@xn--mller-kva.de`, zod 4's `z.email()` refuses " +
      "`kim@xn--e1afmkfd.xn--p1ai`, ArkType's `string.email` refuses the first and the last",
    steps: beforeCreation,
    reasons: ["attribute.required", "attribute.invalid"],
    findings: [],
    fullest: validate(schema),
  },
] as const satisfies readonly AboutRule[];
