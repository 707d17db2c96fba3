import { accessList, beforeCreateUser, lookup, profiles } from "entra-gatehouse";

/** What was filled in can be edited. The partner number is the profile's all the same, and people without a profile stop here. */
export default beforeCreateUser(
  [
    accessList({ otherwise: "continue" }),
    lookup(profiles({ trust: ["mail", "google.com"] }), { only: ["extension_PartnerNumber"], notFound: "block" }),
  ],
  { labels: { extension_PartnerNumber: { en: "Partner number", ko: "파트너 번호" } } },
);
