import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../lib/app-root";
import type { CaseFile } from "../../../local/cases/format";
import { runCases } from "../../../local/cases/run";
import { policyFolder } from "../../support/policy-folder";

const PARTNERS = join(packageRoot, "test/local/cases/policies/partners");
const POLICY = "before-create-user.ts";
const CASES = "cases/partners.json";

/** A policy that somebody spoiled. Each text stands in it once. */
const defects: readonly { defect: string; from: string; to: string }[] = [
  { defect: "a formatter that returns BROKEN", from: "displayName: titleCase", to: 'displayName: () => "BROKEN"' },
  { defect: "a formatter that was lost", from: "format({ displayName: titleCase }),", to: "" },
  { defect: "another value that is set", from: 'assign({ country: "KR" })', to: 'assign({ country: "KP" })' },
  {
    defect: "an order turned round",
    from: 'accessList({ otherwise: "continue" }),\n    onlyDomains(["contoso.com", "fabrikam.com"]),',
    to: 'onlyDomains(["contoso.com", "fabrikam.com"]),\n    accessList({ otherwise: "continue" }),',
  },
  { defect: "a domain removed", from: '["contoso.com", "fabrikam.com"]', to: '["contoso.com"]' },
  { defect: "a wrong reason", from: 'block("contract.ended"', to: 'block("contract.over"' },
  { defect: "a text dropped", from: 'en: "This site is for partners of Contoso.", ', to: "" },
  { defect: "a label dropped", from: 'extension_Code: { en: "Invitation code", ko: "초대 코드" }', to: "" },
  { defect: "an attribute no longer taken over", from: '["extension_Company", "extension_Tier"]', to: '["extension_Company"]' },
  { defect: "another question to the CRM", from: "people/{email}", to: "people/{displayName}" },
  { defect: "a value no longer told", from: 'eventAttributes: ["extension_Company"]', to: "eventAttributes: []" },
];

/** The policy with a defect, and its cases, whole or as verdicts alone. */
function spoiled({ from, to }: { from: string; to: string }, verdictsAlone: boolean): string {
  const { cases, ...file } = JSON.parse(readFileSync(join(PARTNERS, CASES), "utf8")) as CaseFile;
  const weak = cases.map(({ expect: expected, ...each }) => ({
    ...each,
    expect: { verdict: expected?.verdict, ...(expected?.failure && { failure: expected.failure }) },
  }));
  return policyFolder({
    [POLICY]: readFileSync(join(PARTNERS, POLICY), "utf8").replace(from, () => to),
    [CASES]: { ...file, cases: verdictsAlone ? weak : cases },
  });
}

const wrong = async (folder: string) => (await runCases(folder)).results.filter(({ right }) => !right).map(({ name }) => name);

it("the correct policy passes cases that expect whole answers, and cases that expect only verdicts", async () => {
  const none = { from: "", to: "" };
  expect(await Promise.all([wrong(spoiled(none, false)), wrong(spoiled(none, true))])).toEqual([[], []]);
});

it.each(defects)(
  "$defect is caught by cases that expect whole answers, and missed by cases that expect only verdicts",
  async ({ from, to }) => {
    expect(readFileSync(join(PARTNERS, POLICY), "utf8").split(from)).toHaveLength(2);
    expect(await wrong(spoiled({ from, to }, false))).not.toEqual([]);
    expect(await wrong(spoiled({ from, to }, true))).toEqual([]);
  },
);
