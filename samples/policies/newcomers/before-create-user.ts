import {
  accessList,
  beforeCreateUser,
  limit,
  mailFacts,
  minimumAge,
  notDomains,
  oneAccount,
  onlyProviders,
  requestApproval,
  terms,
} from "entra-gatehouse";

/**
 * People of organisations who are old enough and accept the terms may sign up, once. After thirty people in an hour whose mail one
 * host takes, an approver decides on the next.
 */
export default beforeCreateUser(
  [
    minimumAge("extension_Born", { years: { default: 16, KR: 14 } }),
    terms("extension_Terms", { version: "2026-01", files: { en: "terms.en.md", ko: "terms.ko.md" } }),
    accessList({ otherwise: "continue" }),
    onlyProviders(["mail", "google.com", "entra"]),
    notDomains(["consumer", "disposable"]),
    oneAccount(),
    mailFacts(),
    limit({ by: "mailHost", windows: [{ max: 30, per: "1h" }], then: "approval" }),
    requestApproval({ when: "approval", then: "continue", unproven: "block" }),
  ],
  {
    trust: ["mail", "google.com"],
    labels: {
      extension_Born: { en: "Date of birth", ko: "생년월일" },
      extension_Terms: { en: "I accept the terms of use", ko: "이용 약관에 동의합니다" },
    },
  },
);
