import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../lib/app-root";
import type { CaseFile } from "../../../local/cases/format";
import { runCases } from "../../../local/cases/run";
import { policyFolder, writeInto } from "../../support/policy-folder";
import { tenPolicies } from "../../support/ten-policies";

const sample = (policy: string) => join(packageRoot, "samples/policies", policy);

/** A policy that somebody spoiled, one each. Each text stands in its file once. */
const defects: readonly { policy: string; defect: string; from: string; to: string; file?: string }[] = [
  { policy: "domains", defect: "a text replaced", from: "[...who]", to: '[...who], { messages: { "domain.not-allowed": "No." } }' },
  { policy: "casing", defect: "a formatter replaced", from: "displayName: name", to: "displayName: titleCase" },
  { policy: "job-titles", defect: "a word for another title", from: '"영업 관리자", "Sales Manager"', to: '"영업 관리자", "Buyer"' },
  { policy: "postal-codes", defect: "a problem put on another field", from: '["postalCode"]', to: '["country"]' },
  { policy: "invitation-codes", defect: "a label dropped", from: ', ko: "초대 코드"', to: "" },
  {
    policy: "partner-numbers",
    defect: "a wrong value taken over",
    from: "extension_Company: company",
    to: "extension_Company: partnerNumber",
  },
  { policy: "approval", defect: "a formatter lost", from: "format({ displayName: titleCase }), ", to: "" },
  {
    policy: "vendor-then-person",
    defect: "a doubt that nobody is asked about",
    from: 'unavailable: "approval"',
    to: 'unavailable: "block"',
  },
  {
    policy: "applications",
    defect: "an order turned round",
    from: '    onlyApplications([SHOP, PORTAL]),\n    accessList({ otherwise: "continue" }),\n',
    to: '    accessList({ otherwise: "continue" }),\n    onlyApplications([SHOP, PORTAL]),\n',
  },
  {
    policy: "office-hours",
    defect: "a text that says another hour",
    file: "office-hours.ts",
    from: "workdays, 9 to 18",
    to: "workdays, 9 to 17",
  },
];

const textOf = (policy: string, file: string) => readFileSync(join(sample(policy), file), "utf8");

/** The policy with a defect, and its cases, whole or as verdicts alone. */
function spoiled({ policy, file = "before-create-user.ts", from, to }: (typeof defects)[number], verdictsAlone: boolean): string {
  const folder = policyFolder({}, sample(policy));
  writeInto(
    folder,
    file,
    textOf(policy, file).replace(from, () => to),
  );
  if (verdictsAlone) for (const cases of readdirSync(join(folder, "cases"))) writeInto(folder, `cases/${cases}`, weak(policy, cases));
  return folder;
}

function weak(policy: string, cases: string): CaseFile {
  const content = JSON.parse(textOf(policy, `cases/${cases}`)) as CaseFile;
  const verdictOf = ({ verdict, failure }: NonNullable<CaseFile["cases"][number]["expect"]>) => ({ verdict, ...(failure && { failure }) });
  return { ...content, cases: content.cases.map(({ expect: expected = {}, ...each }) => ({ ...each, expect: verdictOf(expected) })) };
}

const wrong = async (folder: string) => (await runCases(folder)).results.filter(({ right }) => !right).map(({ name }) => name);

it("each of the ten policies has a defect", () => expect(defects.map(({ policy }) => policy).sort()).toEqual([...tenPolicies].sort()));

it.each(defects)("the cases of $policy catch a defect that their verdicts alone miss: $defect", async (defect) => {
  expect(textOf(defect.policy, defect.file ?? "before-create-user.ts").split(defect.from)).toHaveLength(2);
  expect(await wrong(spoiled(defect, false))).not.toEqual([]);
  expect(await wrong(spoiled(defect, true))).toEqual([]);
});
