import { beforeCreateUser, minimumAge } from "entra-gatehouse";

/** People from 16, in Korea from 14. The date of birth is used for this decision and kept nowhere. */
export default beforeCreateUser([minimumAge("extension_Born", { years: { default: 16, KR: 14 } })], {
  labels: { extension_Born: { en: "Date of birth", ko: "생년월일" } },
  admitsEverybody: "Whoever is old enough may sign up.",
});
