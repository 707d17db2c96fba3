import { runSupervised } from "../../../local/cases/supervised";
import { patiently } from "../../support/patience";
import { policyFolder } from "../../support/policy-folder";

const policy = (before: string, rule = "") => `
import { beforeCreateUser, defineRule, pass } from "entra-gatehouse";
${before}
export default beforeCreateUser([defineRule("mine", () => { ${rule} return pass(); }, { refuses: "strangers" })]);
`;
/** Never ends, and leaves the processor to others. */
const WAIT = "for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);";
const cases = { cases: [{ name: "one", request: { email: "kim@contoso.com" }, expect: { verdict: "continue" } }] };
const folderOf = (source: string) => policyFolder({ "before-create-user.ts": source, "cases/one.json": cases });

it("cases run in their own thread, and the policy's output is shown", async () => {
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
    given: "a policy that waits for ever while it loads",
    source: policy(WAIT),
    limits: { clockMs: 3_000 },
    says: /^loading .*\/before-create-user\.ts: it, or a file that it imports, .* within 3 s\. What does it wait for\?$/,
  },
  {
    given: "a rule that loops",
    source: policy("", "for (;;);"),
    // Of loading too, which takes seconds.
    limits: { limitMs: 6_000, clockMs: patiently.timeout },
    says: /running the case "one" \(.*cases\/one\.json:3\): a rule did not come to an end within 6 s of processor time\. Does it loop\?$/,
  },
  {
    given: "a policy that ends the process",
    source: policy("process.exit(0);"),
    says: /: the policy ended the process \(0\) while loading/,
  },
  { given: "a policy that cannot be loaded", source: policy('throw new Error("not today");'), says: /before-create-user\.ts.*not today/ },
])("the run ends if there is $given, and reports the cause", async ({ source, says, limits = { limitMs: patiently.timeout } }) => {
  const run = runSupervised({ folder: folderOf(source), gate: undefined }, limits);
  await expect(run).rejects.toMatchObject({ name: "CasesError", message: expect.stringMatching(says) });
});

it("the run ends if its caller aborts it", async () => {
  const stop = new AbortController();
  const run = runSupervised({ folder: folderOf(policy("for (;;);")), gate: undefined }, { signal: stop.signal });
  stop.abort();
  await expect(run).rejects.toThrow("Stopped.");
});
