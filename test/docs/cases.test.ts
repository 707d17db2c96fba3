import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../lib/app-root";
import { findFlaws } from "../../lib/schema-flaws";
import { caseFile } from "../../local/cases/format";
import { runCases } from "../../local/cases/run";
import { policyFolder } from "../support/policy-folder";
import { blocks, pages } from "./pages";

const examples = blocks
  .filter(({ page, language }) => page === "docs/cases.md" && language === "json")
  .map(({ code, line }) => ({ line, code }));

/** A whole file, or members of a case. */
function asFile(code: string): object {
  const content = JSON.parse(code) as object;
  return "cases" in content ? content : { cases: [{ name: "the example", request: { email: "kim@contoso.com" }, ...content }] };
}

it.each(examples)("the example in line $line is a valid file of cases", ({ code }) => {
  expect(findFlaws(caseFile, asFile(code))).toEqual([]);
});

it("the first case has the result that the page shows, with the shipped policy", async () => {
  const shipped = readFileSync(join(packageRoot, "policy/before-create-user.ts"), "utf8");
  const { updates } = await runCases(policyFolder({ "before-create-user.ts": shipped, "cases/sales.json": examples[0]?.code ?? "" }));
  expect(updates.map(({ after }) => after)).toEqual([{ verdict: "continue", attributes: { displayName: "Kim Lee" } }]);
  const page = pages.find(({ name }) => name === "docs/cases.md")?.text;
  expect(page).toContain('+ verdict: "continue"\n      + attributes: {"displayName":"Kim Lee"}\n');
});

it("two shipped cases fail, each only in its text, if the first change shown in docs/authors.md is made", async () => {
  const changed = blocks.find(({ page, language }) => page === "docs/authors.md" && language === "ts")?.code ?? "";
  const [messages] = /messages: .*\}/.exec(changed) ?? [];
  const later = readFileSync(join(packageRoot, "policy/before-create-user.ts"), "utf8").replace(
    '{ trust: "any" }',
    `{ trust: "any", ${messages} }`,
  );
  const files = { "after-sign-in.ts": changed, "before-create-user.ts": later };
  const { results } = await runCases(policyFolder(files, join(packageRoot, "policy")));
  const wrong = results.filter(({ right }) => !right).map(({ differences }) => differences.map(({ what }) => what.split(".")[0]));
  expect(wrong).toEqual([["text"], ["text"]]);
});
