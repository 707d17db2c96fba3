import { beforeCreateUser, permittedValue } from "entra-gatehouse";

/** Twenty people of each partner get in with its code, and their accounts get its company. Job titles are written as in the list. */
export default beforeCreateUser(
  [
    permittedValue("extension_PartnerCode", { maxUses: 20, fill: { extension_Company: "company" } }),
    permittedValue("jobTitle", { optional: true, fill: { jobTitle: "title" } }),
  ],
  {
    labels: {
      extension_PartnerCode: { en: "Partner code", ko: "파트너 코드" },
    },
  },
);
