import { beforeCreateUser, minimumAge } from "entra-gatehouse";

/** People from 16, in Korea from 14. The date of birth is used for this decision and kept nowhere. */
export default beforeCreateUser([minimumAge("extension_Born", { years: { default: 16, KR: 14 } })], {
  admitsEverybody: "an open forum",
});
