import { accessList, beforeCreateUser, lookup, profiles } from "entra-gatehouse";

/** People can edit what was filled in. The partner number is always the profile's, and people without a profile are blocked. */
export default beforeCreateUser(
  [accessList({ otherwise: "continue" }), lookup(profiles(), { only: ["extension_PartnerNumber"], notFound: "block" })],
  { trust: ["mail", "google.com"], labels: { extension_PartnerNumber: { en: "Partner number", ko: "파트너 번호" } } },
);
