import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../lib/app-root";
import { gatehouse, jsonLines, startInstance } from "../../cli/support";
import { policyFolder, removePolicyFolders } from "../../support/policy-folder";

const TODAY = "samples/policies/partners";

afterAll(removePolicyFolders);

it("the search names a person let in by the draft, keeps that person as a case, and omits an accepted case", async () => {
  const name = "before-create-user.ts";
  const text = readFileSync(join(packageRoot, TODAY, name), "utf8");
  const draft = policyFolder({ [name]: text.replace('["mail", "google.com"]', '"any"') }, join(packageRoot, TODAY));
  const find = (...args: string[]) => gatehouse("preview", "--find", "admitted", "--against", TODAY, "--policy", draft, ...args);
  const first = await find("--save", "any-provider", "--accept", "--json");
  const [{ found, saved }] = jsonLines(first) as [{ found: { case: object; accepting: object }[]; saved: string }];
  expect(first.exitCode).toBe(0);
  expect(found).toMatchObject([{ direction: "admitted", today: { isAdmitted: false }, draft: { isAdmitted: true } }]);
  expect(JSON.parse(readFileSync(saved, "utf8")).cases).toEqual([found[0]?.accepting]);
  const second = await find("--seconds", "1");
  expect(second).toMatchObject({ stdout: expect.stringContaining("Left out, as cases of the draft expect it: 1 kind of people.") });
});

it("with --local, the draft is the policy that the running npm start uses", async () => {
  const instance = await startInstance([], TODAY);
  const find = await gatehouse("preview", "--find", "--against", TODAY, "--json", ...instance.local);
  await instance.close();
  expect([find.stderr, ...jsonLines(find)]).toEqual(["", expect.objectContaining({ draft: TODAY, same: true })]);
});
