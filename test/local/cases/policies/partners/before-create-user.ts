import {
  accessList,
  assign,
  beforeCreateUser,
  block,
  defineRule,
  format,
  http,
  lookup,
  onlyDomains,
  pass,
  permittedValue,
  titleCase,
  trim,
} from "entra-gatehouse";
import * as v from "valibot";

const crm = http({
  name: "crm",
  url: "https://crm.contoso.com/people/{email}",
  schema: v.object({ company: v.string(), tier: v.string() }),
  attributes: ({ company, tier }) => ({ extension_Company: company, extension_Tier: tier }),
  trust: ["google.com"],
  onFailure: "block",
});

const contracts = defineRule(
  "contracts",
  ({ signUp: { email } }) =>
    email.endsWith("@fabrikam.com")
      ? block("contract.ended", { en: "The contract with Fabrikam has ended.", ko: "Fabrikam 계약이 끝났습니다." })
      : pass(),
  { reads: [] },
);

/** Partners of two companies, with what the CRM knows of them. */
export default beforeCreateUser(
  [
    format({ displayName: trim, city: trim }),
    format({ displayName: titleCase }),
    assign({ country: "KR" }),
    accessList({ otherwise: "continue" }),
    onlyDomains(["contoso.com", "fabrikam.com"]),
    contracts,
    permittedValue("extension_Code", { maxUses: 1 }),
    lookup(crm, { only: ["extension_Company", "extension_Tier"], notFound: "block" }),
  ],
  {
    trust: "any",
    messages: { "domain.not-allowed": { en: "This site is for partners of Contoso.", ko: "콘토소 파트너를 위한 사이트입니다." } },
    labels: { extension_Code: { en: "Invitation code", ko: "초대 코드" } },
    eventAttributes: ["extension_Company"],
  },
);
