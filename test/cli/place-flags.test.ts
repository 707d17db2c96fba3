import { type DeploymentOptions, placeFlags } from "../../cli/command";

it.each<{ given: DeploymentOptions; flags: string }>([
  { given: { stack: "Gatehouse" }, flags: "" },
  { given: { stack: "Gatehouse", local: true }, flags: " --local" },
  { given: { stack: "Gatehouse", local: true, data: "my data", stage: "test" }, flags: " --local --data 'my data'" },
  { given: { stack: "Gatehouse-test", stage: "test", region: "eu-west-1" }, flags: " --stage 'test' --region 'eu-west-1'" },
  { given: { stack: "Portal/SignUp", profile: "ops" }, flags: " --stack 'Portal/SignUp' --profile 'ops'" },
])("names the same deployment by '$flags'", ({ given, flags }) => {
  expect(placeFlags(given)).toBe(flags);
});
