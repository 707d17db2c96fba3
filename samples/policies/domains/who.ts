import { admit } from "entra-gatehouse";

/** People of two companies and their subsidiaries, with an address proven by a code or by Google. */
export const who = admit({
  domains: ["contoso.com", "fabrikam.com"],
  subdomains: true,
  everyoneElse: "block",
  trust: ["mail", "google.com"],
});

export const messages = {
  "domain.not-allowed": {
    en: "This portal is for employees of Contoso and Fabrikam. Sign up with your work address, by the code that we send you.",
    ko: "이 포털은 Contoso와 Fabrikam 직원용입니다. 회사 이메일 주소로, 보내 드리는 코드를 사용해 가입하세요.",
  },
};
