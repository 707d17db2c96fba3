import { accessList, beforeCreateUser, limit, mailFacts, minimumAge, oneAccount, requestApproval } from "entra-gatehouse";

/**
 * Anybody old enough may sign up, once. After thirty people in an hour whose mail one host takes, an approver decides on the next.
 * What the form asks comes first, so that people correct it before anything else is judged.
 */
export default beforeCreateUser(
  [
    minimumAge("extension_Born", { years: { default: 16, KR: 14 } }),
    accessList({ otherwise: "continue" }),
    oneAccount(),
    mailFacts(),
    limit({ by: "mailHost", windows: [{ max: 30, per: "1h" }], then: "approval" }),
    requestApproval({ when: "referred", then: "continue", unproven: "block" }),
  ],
  { labels: { extension_Born: { en: "Date of birth", ko: "생년월일" } } },
);
