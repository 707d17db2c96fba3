import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Construct } from "constructs";
import { SetupError } from "../../lib/errors";
import { Gatehouse } from "../../lib/gatehouse";
import { loadPolicyFolder } from "../../lib/policy-folder/policy-folder";
import { synthesize } from "../support/synth";

const policy = loadPolicyFolder("policy");

/** What the constructor says of a place. */
function saidOf(make: (app: App) => Construct, id = "SignUp"): unknown {
  const app = new App({ context: { "aws:cdk:bundling-stacks": [] } });
  try {
    return new Gatehouse(make(app), id, { policy });
  } catch (error) {
    expect(error).toBeInstanceOf(SetupError);
    return (error as Error).message;
  }
}

it.each([
  { where: "in the app", make: (app: App) => app },
  { where: "in a construct of the app", make: (app: App) => new Construct(app, "Parts") },
])("a Gatehouse $where is refused, and the message names the right place", ({ make }) => {
  expect(saidOf(make)).toBe(
    'The Gatehouse "SignUp" is in no stack. Create it in one: new Gatehouse(stack, "SignUp", …), or use GatehouseStack, which is one.',
  );
});

it.each(["My Gate ü", "게이트"])("the id %s is refused because no metric could use it", (id) => {
  expect(saidOf((app) => new Stack(app, "S"), id)).toMatch(
    `Gatehouse's metrics go by the name "S/${id}", which AWS refuses: in ids and stack names, use letters of the English alphabet`,
  );
});

it("a name of more than 190 characters is refused", () => {
  expect(saidOf((app) => new Stack(app, "S"), "x".repeat(189))).toMatch("at most 190 characters");
});

it.each(["eusc-de-east-1", "us-iso-east-1", "cn-north-1", "us-gov-west-1", "mx-central-1"])("a stack in %s is accepted", (region) => {
  expect(saidOf((app) => new Stack(app, "S", { env: { region } }))).toBeInstanceOf(Gatehouse);
});

it("a stack in a region of an unknown partition is refused", () => {
  expect(saidOf((app) => new Stack(app, "S", { env: { region: "moon-west-1" } }))).toMatch('does not know the AWS region "moon-west-1"');
});

it("a copy of the tables in a region of an unknown partition is refused", () => {
  expect(() => synthesize({ env: { region: "eu-west-1" }, replicas: ["xx-west-1"] })).toThrow('does not know the AWS region "xx-west-1"');
});

it.each([
  { region: "eusc-de-east-1", console: "https://eusc-de-east-1.console.amazonaws-eusc.eu/dynamodbv2/home?region=eusc-de-east-1#" },
  { region: "cn-north-1", console: "https://cn-north-1.console.amazonaws.cn/dynamodbv2/home?region=cn-north-1#" },
])("the link to the list's page uses the console of $region", ({ region, console }) => {
  const { AccessListConsole } = synthesize({ env: { region } }).template.findOutputs("AccessListConsole");
  expect(JSON.stringify(AccessListConsole?.Value)).toContain(console);
});

it("the stack outputs no link to the list's page if AWS does not publish the console's address", () => {
  expect(synthesize({ env: { region: "us-iso-east-1" } }).template.findOutputs("AccessListConsole")).toEqual({});
});

it("a stack that exceeds CloudFormation's limit of resources is refused, and the error names remedies", () => {
  const gates = Object.fromEntries(
    ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o"].map((name) => [name, { policy: "policy" }]),
  );
  expect(() => synthesize({ gates })).toThrow(
    /The stack Gatehouse has 6\d\d resources with 16 gates, and CloudFormation takes 500: move gates into a second stack, or turn options off\./,
  );
});

it("ids in the template fit CloudFormation at any depth of the Gatehouse", () => {
  const app = new App({ context: { "aws:cdk:bundling-stacks": [] } });
  const stack = new Stack(app, "S", { env: { account: "111111111111", region: "eu-west-1" } });
  let scope: Construct = stack;
  for (let level = 0; level < 6; level++) scope = new Construct(scope, `Level${level}OfAnAppWithLongNamesToo`);
  new Gatehouse(scope, "SignUp", { policy: "samples/policies/approval", gates: { "suppliers-of-spare-parts": { policy } }, canary: true });
  const { Resources, Outputs } = Template.fromStack(stack).toJSON() as Readonly<Record<string, object>>;
  const ids = [...Object.keys(Resources ?? {}), ...Object.keys(Outputs ?? {})];
  expect(ids.filter((id) => id.length > 255)).toEqual([]);
  expect(Math.max(...ids.map((id) => id.length))).toBeGreaterThan(250);
});
