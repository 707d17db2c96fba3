import type { Template } from "aws-cdk-lib/assertions";
import type { RotationOptions } from "../../../features/rotation/stack";
import { loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import { synthesize } from "../../support/synth";

type Statement = { readonly Action: string | readonly string[]; readonly Resource: unknown };
interface Resource {
  readonly Properties: {
    readonly Description: string;
    readonly Role: { readonly "Fn::GetAtt": readonly string[] };
    readonly Roles: readonly { readonly Ref: string }[];
    readonly PolicyDocument: { readonly Statement: readonly Statement[] };
    readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> };
  };
}
const resources = (template: Template, type: string) => Object.values(template.findResources(type)) as Resource[];

const suppliers = { suppliers: { policy: "policy" } };
const { template, warnings } = synthesize({ rotation: { everyDays: 60 }, gates: suppliers, alarmEmail: "it@contoso.com" });
const [rotation] = resources(template, "AWS::Lambda::Function").filter(({ Properties }) => /new passwords/.test(Properties.Description));

function statements(): readonly Statement[] {
  return resources(template, "AWS::IAM::Policy")
    .filter(({ Properties }) => Properties.Roles.some(({ Ref }) => Ref === rotation?.Properties.Role["Fn::GetAtt"][0]))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
}

it("the stack of the rotation causes no warning", () => expect(warnings).toEqual([]));

it("the rotation may only replace the gates' passwords, read which steps have seen them, and read its settings", () => {
  const secret = (id: string) => ({ Ref: expect.stringMatching(new RegExp(`^${id}`)) });
  expect(statements().filter(({ Action }) => ![Action].flat().some((action) => action.startsWith("logs:")))).toEqual([
    {
      Action: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
      Effect: "Allow",
      Resource: secret("RotationSettings"),
    },
    {
      Action: ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"],
      Effect: "Allow",
      Resource: [secret("CredentialsSecret"), secret("SuppliersCredentialsSecret")],
    },
    {
      Action: "dynamodb:GetItem",
      Effect: "Allow",
      Resource: { "Fn::GetAtt": [expect.stringMatching(/^Ledger/), "Arn"] },
      Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["credentials/*"] }, Null: { "dynamodb:LeadingKeys": "false" } },
    },
    {
      Action: ["dynamodb:GetItem", "dynamodb:PutItem"],
      Effect: "Allow",
      Resource: { "Fn::GetAtt": [expect.stringMatching(/^Ledger/), "Arn"] },
      Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["work/rotation*"] }, Null: { "dynamodb:LeadingKeys": "false" } },
    },
  ]);
});

it("the rotation has each gate's secret and addresses, and runs once a day", () => {
  const { ROTATED_GATES, ROTATION_DAYS } = rotation?.Properties.Environment.Variables ?? {};
  expect(ROTATION_DAYS).toBe("60");
  const text = JSON.stringify(ROTATED_GATES);
  for (const path of ["after-sign-in", "before-create-user", "suppliers/after-sign-in", "suppliers/before-create-user"]) {
    expect(text.replaceAll("\\", "")).toContain(`"${path}":"https://`);
  }
  template.hasResourceProperties("AWS::Events::Rule", { ScheduleExpression: "rate(1 day)", State: "ENABLED" });
});

it("the rotation rings if it cannot continue, if it crashes, and thirty days before a certificate ends", () => {
  const alarms = resources(template, "AWS::CloudWatch::Alarm").map(({ Properties }) => Properties as unknown as Record<string, unknown>);
  const named = (section: string) => alarms.find(({ AlarmDescription }) => String(AlarmDescription).endsWith(`#${section}`));
  expect(named("rotation-stuck")).toMatchObject({ MetricName: "RotationStuck", Threshold: 1, AlarmActions: [expect.anything()] });
  expect(named("certificate-ends")).toMatchObject({
    MetricName: "CertificateDaysLeft",
    ComparisonOperator: "LessThanOrEqualToThreshold",
    Threshold: 30,
    Statistic: "Minimum",
    AlarmActions: [expect.anything()],
  });
  const crashes = alarms.filter(({ AlarmDescription }) => String(AlarmDescription).endsWith("#function-errors"));
  expect(JSON.stringify(crashes)).toMatch(/RotationFunction/);
});

it("the rotation fits into the stack beside every other feature of a gate", () => {
  const [token] = loadPolicyFolder("samples/policies/tokens").filter(({ step }) => step === "before-sending-token");
  const policy = [...loadPolicyFolder("samples/policies/approval"), ...(token === undefined ? [] : [token])];
  expect(policy.map(({ step }) => step)).toEqual(["after-sign-in", "before-create-user", "before-sending-token"]);
  expect(() => synthesize({ policy, rotation: {} })).not.toThrow();
});

it("the stack contains no rotation if its setting is missing", () => {
  const plain = JSON.stringify(synthesize().template.toJSON());
  expect(plain).not.toMatch(/Rotation|CertificateDaysLeft/);
});

it.each([0, 13, 366, 30.5, "30"])("the stack rejects a rotation every %p days", (everyDays) => {
  expect(() => synthesize({ rotation: { everyDays } as RotationOptions })).toThrow("it must be a whole number from 14 to 365");
});
