import { accessList, beforeCreateUser, minimumAge, notDomains, oneAccount, onlyProviders, terms } from "entra-gatehouse";

/** People of organisations who are old enough and accept the terms may sign up, once. */
export default beforeCreateUser(
  [
    minimumAge("extension_Born", { years: 16 }),
    terms("extension_Terms", { version: "1", files: { en: "terms.en.md", ko: "terms.ko.md" } }),
    accessList({ otherwise: "continue" }),
    onlyProviders(["mail", "google.com", "entra"]),
    notDomains(["consumer", "disposable"]),
    oneAccount(),
  ],
  { trust: ["mail", "google.com"] },
);
