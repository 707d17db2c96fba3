import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answer, describePolicy, init } from "../../../features/init/verbs/init";
import { packageRoot } from "../../../lib/app-root";
import { buildPolicyFiles, filesIn } from "../../../local/first-policy/chosen";

it("completes an app if init was killed while it moved the files", async () => {
  const scratch = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
  try {
    for (const name of ["app", ".gatehouse-whole-app"]) mkdirSync(join(scratch, name));
    writeFileSync(join(scratch, "app", "bin"), "");
    writeFileSync(join(scratch, ".gatehouse-whole-app", "package.json"), "{}");
    const print = vi.fn();
    await init(join(scratch, "app"), { packageManager: "npm" }, { output: { print } } as never);
    expect(readdirSync(join(scratch, "app")).filter((name) => name !== ".git")).toEqual(["bin", "package.json"]);
    expect(readdirSync(scratch)).toEqual(["app"]);
    expect(print).toHaveBeenCalledWith(expect.stringContaining("cut off"));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});

it.each([
  { options: { from: "lookup" }, says: "Its policy is the sample lookup." },
  { options: {}, says: "Who may sign up: People on a list, as nothing else was said. The simulator asks, and so does init --who." },
  { options: {}, isOwn: true, says: "Its policy is a copy of policy/ here. To start from another answer, use --who." },
  { options: {}, isOwn: true, chosen: { who: "invited", domains: [] } as const, says: "Who may sign up: By invitation." },
  { options: {}, chosen: { who: "domains", domains: ["contoso.com"] } as const, says: "Who may sign up: Our domains, others approved." },
])("init names the policy that the app begins with: $says", ({ options, chosen, isOwn = false, says }) =>
  expect(describePolicy(options, chosen, isOwn)).toBe(says),
);

it("an answer replaces the policy that ships, and a later answer replaces the earlier one", () => {
  const policy = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
  cpSync(join(packageRoot, "policy"), policy, { recursive: true });
  for (const chosen of [{ who: "list", domains: [] } as const, { who: "domains", domains: ["contoso.com"] } as const]) {
    answer(policy, chosen);
    const made = [...filesIn(policy).keys()].filter((path) => !path.startsWith("people/") && path !== "tsconfig.json");
    expect(made).toEqual([...buildPolicyFiles(chosen).keys()]);
  }
  rmSync(policy, { recursive: true });
});
