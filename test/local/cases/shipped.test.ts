import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../lib/app-root";
import { runCases } from "../../../local/cases/run";

const samples = readdirSync(join(packageRoot, "samples/policies"), { withFileTypes: true }).filter((entry) => entry.isDirectory());

it.each(samples.map(({ name }) => name))("the sample %s has cases", (name) => {
  expect(existsSync(join(packageRoot, "samples/policies", name, "cases"))).toBe(true);
});

it.each(["policy", ...samples.map(({ name }) => `samples/policies/${name}`)])("%s passes its own cases", async (folder) => {
  const { results } = await runCases(folder);
  expect(results.length).toBeGreaterThan(1);
  expect(results.filter(({ right }) => !right)).toEqual([]);
});

it("the shipped policy has cases of every kind, each with whole expectations", async () => {
  const { results } = await runCases("policy");
  expect(new Set(results.map(({ step, got = "" }) => `${step}: ${got.split(" ", 1)}`))).toEqual(
    new Set([
      "after-sign-in: continue",
      "after-sign-in: block",
      "before-create-user: continue",
      "before-create-user: block",
      "before-create-user: invalid",
    ]),
  );
});
