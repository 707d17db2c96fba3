import { type AboutRule, beforeCreation } from "../../engine/about-rule";
import { validate } from "./rule";

const schema = {
  "~standard": { version: 1, vendor: "none", validate: (value: unknown) => ({ value }) },
  entries: { city: {} },
} as const;

export const about = [
  {
    order: 28,
    export: "validate",
    module: "features/validate/rule",
    written: "validate(schema)",
    does:
      "checks attributes, and `email`, with any [Standard Schema](https://standardschema.dev) library. For addresses use valibot's " +
      "`v.rfcEmail()`, zod's `z.email({ pattern: z.regexes.html5Email })` or ArkType's `type(/^\\S+@\\S+$/)`: `v.email()`, `z.email()` and " +
      "`string.email` refuse addresses that people have, such as `o'brien@contoso.com` or `kim@xn--e1afmkfd.xn--p1ai`",
    steps: beforeCreation,
    reasons: ["attribute.required", "attribute.invalid"],
    findings: [],
    fullest: validate(schema),
  },
] as const satisfies readonly AboutRule[];
