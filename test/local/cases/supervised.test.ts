import { runSupervised } from "../../../local/cases/supervised";
import { patiently } from "../../support/patience";
import { policyFolder } from "../../support/policy-folder";

const policy = (before: string, rule = "") => `
import { beforeCreateUser, defineRule, pass } from "entra-gatehouse";
${before}
export default beforeCreateUser([defineRule("mine", () => { ${rule} return pass(); }, { refuses: "strangers" })]);
`;
/** Never ends, and leaves the processor to others. */
const LOOP = "for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);";
const cases = { cases: [{ name: "one", request: { email: "kim@contoso.com" }, expect: { verdict: "continue" } }] };
const folderOf = (source: string) => policyFolder({ "before-create-user.ts": source, "cases/one.json": cases });

it("runs in a thread of its own, and hands on what the policy prints", async () => {
  const said: string[] = [];
  const run = await runSupervised(
    { folder: folderOf(policy('console.log("hello");')), gate: undefined },
    { onOutput: (text) => said.push(text) },
  );
  expect(run.results).toEqual([expect.objectContaining({ name: "one", right: true })]);
  expect(said.join("")).toContain("hello");
});

it.each([
  {
    given: "a policy that loops while it loads",
    source: policy(LOOP),
    limitMs: 3_000,
    says: /^loading .*\/before-create-user\.ts: it, or a file that it imports, .* within 3 s\. Does it loop\?$/,
  },
  {
    given: "a rule that loops",
    source: policy("", LOOP),
    // Of loading too, which a slow machine takes seconds for.
    limitMs: 10_000,
    says: /running the case "one" \(.*cases\/one\.json:3\): a rule did not come to an end/,
  },
  {
    given: "a policy that ends the process",
    source: policy("process.exit(0);"),
    says: /: the policy ended the process \(0\) while loading/,
  },
  { given: "a policy that cannot be loaded", source: policy('throw new Error("not today");'), says: /before-create-user\.ts.*not today/ },
])("ends with $given, and says which", async ({ source, says, limitMs = patiently.timeout }) => {
  const run = runSupervised({ folder: folderOf(source), gate: undefined }, { limitMs });
  await expect(run).rejects.toMatchObject({ name: "CasesError", message: expect.stringMatching(says) });
});

it("ends when it is out of date", async () => {
  const stop = new AbortController();
  const run = runSupervised({ folder: folderOf(policy("for (;;);")), gate: undefined }, { signal: stop.signal });
  stop.abort();
  await expect(run).rejects.toThrow("Stopped.");
});
