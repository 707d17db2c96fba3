import { attributeLabel, catalogues } from "../../../engine/messages/index";
import { beforeCreateUser } from "../../../engine/sign-up/policy";
import type { Rule } from "../../../engine/sign-up/rule";
import { accessList } from "../../../features/access-list/rule";
import { sponsor } from "../../../features/approvals/approvers";
import { requestApproval } from "../../../features/approvals/request-approval";
import { invited } from "../../../features/invitations/rule";
import { minimumAge } from "../../../features/minimum-age/rule";
import { terms } from "../../../features/terms/rule";
import { policyWarnings } from "../../../lib/policy-folder/policy-warnings";

const own = "extension_Own" as never;

/** Rules that ask for an attribute of their own, with its name in English and Korean. */
const asking: readonly { rule: string; make: () => Rule<"before-create-user">; attribute: string; en: string; ko: string }[] = [
  { rule: "minimumAge", make: () => minimumAge(own, { years: 16 }), attribute: own, en: "Date of birth", ko: "생년월일" },
  {
    rule: "terms",
    make: () => terms(own, { version: "1", files: { en: "terms.en.md" } }),
    attribute: own,
    en: "Terms of use",
    ko: "이용 약관",
  },
  { rule: "invited", make: () => invited(), attribute: "extension_InvitationCode", en: "Invitation code", ko: "초대 코드" },
  { rule: "invited with code", make: () => invited({ code: own }), attribute: own, en: "Invitation code", ko: "초대 코드" },
  {
    rule: "requestApproval",
    make: () => requestApproval({ stages: [{ by: sponsor({ attribute: own, domains: ["contoso.com"] }) }] }),
    attribute: own,
    en: "Your contact’s e-mail address",
    ko: "담당자 이메일 주소",
  },
];

const policyOf = (rule: Rule<"before-create-user">, labels = {}) => beforeCreateUser([accessList(), rule], { trust: ["mail"], labels });

const nameIn = (language: string, attribute: string, { options }: ReturnType<typeof policyOf>) =>
  attributeLabel(attribute, { locales: [language], options });

describe.each(asking)("$rule", ({ make, attribute, en, ko }) => {
  it("names the requested attribute in the person's language", () => {
    const policy = policyOf(make());
    expect([nameIn("en", attribute, policy), nameIn("ko", attribute, policy)]).toEqual([en, ko]);
    const names = catalogues.map(({ language }) => nameIn(language, attribute, policy));
    expect(new Set(names).size).toBe(catalogues.length);
  });

  it("uses the policy's label if there is one", () => {
    const policy = policyOf(make(), { [attribute]: { ko: "이름표" } });
    expect([nameIn("en", attribute, policy), nameIn("ko", attribute, policy)]).toEqual([en, "이름표"]);
    expect(nameIn("ko", attribute, policyOf(make(), { [attribute]: "Ours" }))).toBe("Ours");
  });

  it("works without a label", () => {
    const policy = policyOf(make());
    const warnings = policyWarnings([{ step: policy.step, file: "", policy }], { settings: { extensionsAppId: "0".repeat(32) } });
    expect(warnings.filter((words) => words.includes(attribute))).toEqual([]);
  });
});

it("a policy without rules that request attributes has no labels", () =>
  expect(beforeCreateUser([requestApproval()], { trust: ["mail"] }).options).not.toHaveProperty("labels"));

it("a label may have the name of an object's built-in member", () =>
  expect(nameIn("en", "constructor", policyOf(invited(), { constructor: { ko: "생성자" } }))).toBe("생성자"));
