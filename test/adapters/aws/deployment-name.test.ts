import { buildOutputKey, parseStackName } from "../../../adapters/aws/deployment-name";

it.each([
  { name: "Gatehouse", stack: "Gatehouse", key: "AccessListTable" },
  { name: "Portal/SignUp", stack: "Portal", key: "SignUpAccessListTable" },
  { name: "Portal/sign-up/Partners", stack: "Portal", key: "signupPartnersAccessListTable" },
])("the deployment $name is the stack $stack, with output keys like $key", ({ name, stack, key }) => {
  expect(parseStackName(name)).toBe(stack);
  expect(buildOutputKey(name, "AccessListTable")).toBe(key);
});

it("an output's key contains a shortened path if the path is too long for CloudFormation", () => {
  const key = buildOutputKey(`S/${"x".repeat(300)}`, "AccessListTable");
  expect(key).toMatch(/^x+AccessListTable$/);
  expect(key).toHaveLength(255);
});
