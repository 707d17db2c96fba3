import { accessList, ask, bearer, beforeCreateUser, defineRule, pass, service } from "entra-gatehouse";
import * as v from "valibot";

const crm = service("crm", { url: "https://crm.contoso.com/api", authentication: bearer("crm-token") });

/** People sign up with their company's partner number, and the CRM gets each sign-up. */
const activePartner = defineRule(
  "active-partner",
  async ({ signUp, services }) => {
    const number = String(signUp.attributes.extension_PartnerNumber);
    const found = /^P-\d+$/.test(number)
      ? await services.call("crm", {
          path: "/partners/{number}",
          params: { number },
          schema: v.object({ active: v.boolean() }),
          absent: [404],
        })
      : undefined;
    if (!found?.active) return ask({ extension_PartnerNumber: { en: "This number is unknown.", ko: "등록되지 않은 번호입니다." } });
    await services.call("crm", { method: "POST", path: "/sign-ups", json: { number } });
    return pass();
  },
  { refuses: "people without an active partner", uses: [crm], asks: ["extension_PartnerNumber"] },
);

export default beforeCreateUser([accessList({ otherwise: "continue" }), activePartner], {
  trust: ["mail", "google.com"],
  labels: { extension_PartnerNumber: { en: "Partner number", ko: "파트너 번호" } },
});
