import { type AboutRule, beforeCreation } from "../../engine/about-rule";
import { permittedValue } from "./rule";

export const about = [
  {
    order: 48,
    export: "permittedValue",
    module: "features/permitted-value/rule",
    written: 'permittedValue("extension_PartnerNumber")',
    does: "takes only listed values, or codes that work once (`{ maxUses: 1 }`): [recipe](recipes/permitted-values.md)",
    steps: beforeCreation,
    reasons: ["attribute.required", "value.not-permitted", "code.used-up", "code.too-many-guesses", "lookup.address-unproven"],
    findings: ["the attribute's name"],
    fullest: permittedValue("extension_PartnerNumber" as never, { maxUses: 1 }),
  },
] as const satisfies readonly AboutRule[];
