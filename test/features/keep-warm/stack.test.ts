import type { Template } from "aws-cdk-lib/assertions";
import { WARMING_CALL } from "../../../adapters/aws/own-calls";
import { type SynthOptions, synthesize } from "../../support/synth";

const externalTenant = { tenantId: "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45", audience: "5b2c7a90-6d1e-4f83-a4b7-2c9e0d1f3a58" };

interface RuleProperties {
  readonly State: string;
  readonly ScheduleExpression?: string;
  readonly Targets: readonly { readonly Arn: { readonly Ref: string } }[];
}

const rulesOf = (template: Template) =>
  Object.entries(template.findResources("AWS::Events::Rule"))
    .filter(([id]) => id.startsWith("KeepWarm"))
    .map(([id, { Properties }]) => ({ id, properties: Properties as RuleProperties }));

const shortId = (id: string) => id.replace(/(Function)?Live.*/, "");
const startedBy = (template: Template) =>
  rulesOf(template)
    .flatMap(({ properties }) => properties.Targets.map(({ Arn }) => shortId(Arn.Ref)))
    .sort();

describe("the stack with the policy that ships", () => {
  const { template } = synthesize();

  it("warms the aliases of the authorizer and of each step every four minutes, without retries, by a fixed event", () => {
    const target = (Ref: string) => ({
      Arn: { Ref: expect.stringMatching(Ref) },
      Id: expect.any(String),
      Input: JSON.stringify(WARMING_CALL),
      RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
    });
    expect(rulesOf(template).map(({ properties }) => properties)).toEqual([
      {
        Description: expect.any(String),
        ScheduleExpression: "rate(4 minutes)",
        State: "ENABLED",
        Targets: ["^CredentialsAuthorizerLive", "^AfterSignInFunctionLive", "^BeforeCreateUserFunctionLive"].map(target),
      },
    ]);
  });

  it("lets its one rule call only the aliases", () => {
    const [rule] = rulesOf(template);
    const permissions = Object.values(template.findResources("AWS::Lambda::Permission")).filter(({ Properties }) =>
      JSON.stringify(Properties.SourceArn ?? "").includes(rule?.id ?? "none"),
    );
    expect(permissions.map(({ Properties }) => shortId(Properties.FunctionName.Ref)).sort()).toEqual(startedBy(template));
    for (const { Properties } of permissions)
      expect(Properties).toEqual({
        Action: "lambda:InvokeFunction",
        Principal: "events.amazonaws.com",
        FunctionName: { Ref: expect.stringContaining("Live") },
        SourceArn: { "Fn::GetAtt": [rule?.id, "Arn"] },
      });
  });
});

it("the stack also warms each gate's authorizer and an external tenant's steps, at most five aliases a rule", () => {
  const { template } = synthesize({ externalTenant, gates: { suppliers: { policy: "policy" } } });
  const aliases = Object.keys(template.findResources("AWS::Lambda::Alias")).map(shortId).sort();
  expect(aliases).toHaveLength(10);
  expect(startedBy(template)).toEqual(aliases);
  expect(rulesOf(template).map(({ properties }) => properties.Targets.length)).toEqual([5, 5]);
});

it.each<{ given: SynthOptions; rules: number }>([
  { given: { keepWarm: false }, rules: 0 },
  { given: { provisionedConcurrency: 1 }, rules: 0 },
  { given: { reservedConcurrency: 1 }, rules: 0 },
  { given: { keepWarm: true, reservedConcurrency: 1 }, rules: 0 },
  { given: { reservedConcurrency: 2 }, rules: 1 },
])("a stack with the options $given has $rules warming rules", ({ given, rules }) =>
  expect(rulesOf(synthesize(given).template)).toHaveLength(rules),
);

it("the stack of a standby enables its warming rule", () => {
  const rules = rulesOf(synthesize({ standby: true, ...standbyPlaces() }).template);
  expect(rules.map(({ properties }) => properties.State)).toEqual(["ENABLED"]);
});

function standbyPlaces(): SynthOptions {
  return { replicas: ["eu-central-1"], env: { region: "eu-west-1", account: "111111111111" } };
}
