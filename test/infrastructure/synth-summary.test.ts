import { App } from "aws-cdk-lib";
import { GatehouseStack } from "../../lib/gatehouse-stack";
import { isForPeople, synthSummary } from "../../lib/run-app";

const stack = (app: App, more = {}) => new GatehouseStack(app, "Gatehouse", { policy: "policy", ...more });
const made = (context = {}) => new App({ context: { "aws:cdk:bundling-stacks": [], ...context } });

it("the summary counts gates, resources and stacks, and names the next command with its stage", () => {
  const [app, staged] = [made(), made({ stage: "test" })];
  stack(app, { gates: { suppliers: { policy: "samples/policies/domains" } } });
  stack(staged);
  expect(synthSummary(app)).toMatch(/^Gatehouse: 2 gates, 1\d\d resources, 1 stack\. Next: npx cdk deploy$/);
  expect(synthSummary(staged)).toMatch(/^Gatehouse: 1 gate, \d+ resources, 1 stack\. Next: npx cdk deploy -c stage=test$/);
  expect(synthSummary(made())).toBeUndefined();
});

it.each([
  { args: ["synth"], env: {}, said: true },
  { args: ["synth", "--quiet", "-c", "stage=test"], env: {}, said: true },
  { args: ["synth", "--json"], env: {}, said: false },
  { args: ["synthesize", "-j"], env: {}, said: false },
  { args: ["synth"], env: { CI: "true" }, said: false },
  { args: ["deploy"], env: {}, said: false },
  { args: ["diff"], env: {}, said: false },
  { args: undefined, env: {}, said: false },
])("the summary is printed only for people: $args, $env", ({ args, env, said }) => expect(isForPeople(args, env)).toBe(said));
