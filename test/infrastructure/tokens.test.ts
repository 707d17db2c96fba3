import { synthesize } from "../support/synth";

const outputs = (folder: string) => Object.keys(synthesize({ folder }).template.findOutputs("*"));
const alarms = (folder: string) =>
  Object.values(synthesize({ folder }).template.findResources("AWS::CloudWatch::Alarm")).map(({ Properties }) => Properties.MetricName);

it("the step before a token is sent has its address and its alarm where the policy has its file, and nothing elsewhere", () => {
  expect(outputs("samples/policies/tokens")).toContain("BeforeSendingTokenUrl");
  expect(alarms("samples/policies/tokens")).toContain("ClaimsMissing");
  expect(outputs("policy")).not.toContain("BeforeSendingTokenUrl");
  expect(alarms("policy")).not.toContain("ClaimsMissing");
});
