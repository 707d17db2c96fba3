import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { packageRoot } from "../../../lib/app-root";
import { runCases } from "../../../local/cases/run";

it("a case may expect texts in a language that the policy adds", async () => {
  const folder = mkdtempSync(join(packageRoot, ".local-test-languages-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const put = (name: string, text: string) => writeFileSync(join(folder, name), text);
  mkdirSync(join(folder, "languages"));
  mkdirSync(join(folder, "cases"));
  copyFileSync(join(packageRoot, "test/features/languages/it.ts"), join(folder, "languages/it.ts"));
  put(
    "before-create-user.ts",
    'import { accessList, beforeCreateUser } from "entra-gatehouse";\nexport default beforeCreateUser([accessList()], { trust: "any" });\n',
  );
  put("cases/access-list.csv", "entry,effect\nfabrikam.com,deny\n");
  const said = "Non puoi registrarti con questo account.";
  const request = { email: "kim@fabrikam.com", locales: "it-IT" };
  const cases = [said, { it: said }, { ko: said }].map((text) => ({
    name: JSON.stringify(text),
    request,
    expect: { verdict: "block", text },
  }));
  put("cases/refused.json", JSON.stringify({ step: "before-create-user", cases }));
  const { results, warnings } = await runCases(relative(packageRoot, folder));
  expect(results.map(({ right }) => right)).toEqual([true, true, false]);
  expect(warnings).toEqual([expect.stringMatching(/languages\/it\.ts:\d+: it has no text for /)]);
});
