import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { packageRoot } from "../../../lib/app-root";

const check = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(join(packageRoot, "docs/schemas/cases.json"), "utf8")));

const files = execFileSync("git", ["ls-files", ":(glob)**/cases/*.json"], { cwd: packageRoot, encoding: "utf8" }).trim().split("\n");

it.each(files)("the published schema accepts %s, which refers to it", (file) => {
  const content = JSON.parse(readFileSync(join(packageRoot, file), "utf8")) as { $schema: string };
  check(content);
  expect(check.errors).toBeNull();
  expect(join(packageRoot, file, "..", content.$schema)).toBe(join(packageRoot, "docs/schemas/cases.json"));
});

it.each([
  { given: "a mistyped member", content: { cases: [{ name: "one", expct: {} }] } },
  { given: "a mistyped expectation", content: { cases: [{ name: "one", expect: { verdct: "block" } }] } },
  { given: "an unknown verdict", content: { cases: [{ name: "one", expect: { verdict: "allow" } }] } },
  { given: "an unknown fault", content: { cases: [{ name: "one", answers: { crm: "slow" } }] } },
  { given: "an unknown state", content: { cases: [{ name: "one", earlier: "accepted" }] } },
  { given: "no cases", content: {} },
])("the published schema refuses $given", ({ content }) => expect(check(content)).toBe(false));
