import { CfnWaitConditionHandle } from "aws-cdk-lib";
import { Match, type Template } from "aws-cdk-lib/assertions";
import type { Gatehouse } from "../../lib/gatehouse";
import { type SynthOptions, synthesize } from "../support/synth";

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DependsOn?: readonly string[];
  readonly UpdatePolicy?: { readonly CodeDeployLambdaAliasUpdate: { readonly DeploymentGroupName: { readonly Ref: string } } };
}

const externalTenant = { tenantId: "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45", audience: "5b2c7a90-6d1e-4f83-a4b7-2c9e0d1f3a58" };
const folder = "test/infrastructure/policies/own-rule";

const all = (template: Template, type: string) => Object.entries(template.findResources(type)) as [string, Resource][];

describe("the functions that answer sign-ups or check callers", () => {
  const { template } = synthesize({ externalTenant, gates: { suppliers: { policy: "policy" } } });
  const aliases = all(template, "AWS::Lambda::Alias");

  it("have one alias each: every gate's steps in both dialects, and every gate's authorizer", () => {
    expect(aliases.map(([id]) => id.replace(/(Function)?Live.*/, "")).sort()).toEqual([
      "AfterSignIn",
      "AttributeCollectionStart",
      "AttributeCollectionSubmit",
      "BeforeCreateUser",
      "CredentialsAuthorizer",
      "SuppliersAfterSignIn",
      "SuppliersAttributeCollectionStart",
      "SuppliersAttributeCollectionSubmit",
      "SuppliersBeforeCreateUser",
      "SuppliersCredentialsAuthorizer",
    ]);
  });

  it("are called only through their alias, and permissions to call them name only the alias", () => {
    const names = aliases.map(([id]) => id);
    const called = [
      ...all(template, "AWS::ApiGateway::Method").map(([, { Properties }]) => Properties.Integration),
      ...all(template, "AWS::ApiGateway::Authorizer").map(([, { Properties }]) => Properties.AuthorizerUri),
      ...all(template, "AWS::ApiGatewayV2::Integration").map(([, { Properties }]) => Properties.IntegrationUri),
      // A schedule calls the hygiene worker.
      ...all(template, "AWS::Lambda::Permission")
        .filter(([, { Properties }]) => Properties.Principal !== "events.amazonaws.com")
        .map(([, { Properties }]) => Properties.FunctionName),
    ];
    expect(called).toHaveLength(4 + 2 + 4 + 10);
    for (const each of called) expect(names).toContain(refsIn(each).find((ref) => !ref.startsWith("AWS::")));
  });

  it("leave no old version behind: the next deployment removes the previous one", () => {
    for (const [, version] of all(template, "AWS::Lambda::Version")) expect(version).not.toHaveProperty("DeletionPolicy", "Retain");
    expect(all(template, "AWS::Lambda::Version")).toHaveLength(aliases.length);
  });
});

/** What `Ref` and `Fn::GetAtt` name in it. */
function refsIn(value: unknown): readonly string[] {
  return [...JSON.stringify(value).matchAll(/"(?:Ref|Fn::GetAtt)":\[?"(\w[\w:]*)"/g)].map(([, id]) => id as string);
}

describe("the version that answers until a deployment ends", () => {
  const roleOf = (template: Template) => {
    const [, { Properties }] = all(template, "AWS::Lambda::Function").find(([id]) => id.startsWith("BeforeCreateUserFunction")) as [
      string,
      Resource,
    ];
    return (Properties.Role as { "Fn::GetAtt": [string] })["Fn::GetAtt"][0];
  };
  const versionOf = (template: Template) => all(template, "AWS::Lambda::Version").find(([id]) => id.startsWith("BeforeCreate"))?.[0];
  const policiesOf = (template: Template, role: string) =>
    all(template, "AWS::IAM::Policy").filter(([, { Properties }]) => JSON.stringify(Properties.Roles) === JSON.stringify([{ Ref: role }]));
  const before = synthesize().template;

  it("keeps its permissions, because a new version gets its own role and policy", () => {
    const after = synthesize({ folder }).template;
    const [policy] = policiesOf(before, roleOf(before));
    expect(roleOf(after)).not.toBe(roleOf(before));
    expect(all(after, "AWS::IAM::Role").map(([id]) => id)).not.toContain(roleOf(before));
    expect(all(after, "AWS::IAM::Policy").map(([id]) => id)).not.toContain(policy?.[0]);
    expect(versionOf(after)).not.toBe(versionOf(before));
  });

  it("stays in place if nothing changes, and its role keeps its name", () => {
    const again = synthesize({ decisionDays: 90 }).template;
    expect([roleOf(again), versionOf(again)]).toEqual([roleOf(before), versionOf(before)]);
  });

  it("is replaced if a variable changes, and its role stays", () => {
    const after = synthesize({ decisionDays: 30 }).template;
    expect(roleOf(after)).toBe(roleOf(before));
    expect(versionOf(after)).not.toBe(versionOf(before));
  });

  it("waits for the access policies of its function's role", () => {
    const [, lambda] = all(before, "AWS::Lambda::Function").find(([id]) => id.startsWith("BeforeCreateUserFunction")) as [string, Resource];
    expect(lambda.DependsOn).toEqual(expect.arrayContaining(policiesOf(before, roleOf(before)).map(([id]) => id)));
  });

  it("waits for the dependencies that the app adds", () => {
    const add = ({ steps }: Gatehouse) => {
      for (const step of steps) step.function.node.addDependency(new CfnWaitConditionHandle(step, "Awaited"));
    };
    const lambdas = all(synthesize({ add }).template, "AWS::Lambda::Function").filter(([id]) => /^(AfterSignIn|BeforeCreate)/.test(id));
    expect(lambdas).toHaveLength(2);
    for (const [, { DependsOn }] of lambdas) expect(DependsOn).toContainEqual(expect.stringMatching(/Awaited/));
  });
});

describe("the canary option", () => {
  const { template } = synthesize({ canary: true, externalTenant, alarmEmail: "it@contoso.com" });

  it("is off by default", () => {
    const bare = synthesize().template;
    for (const type of ["Application", "DeploymentGroup", "DeploymentConfig"]) bare.resourceCountIs(`AWS::CodeDeploy::${type}`, 0);
    for (const [, alias] of all(bare, "AWS::Lambda::Alias")) expect(alias.UpdatePolicy).toBeUndefined();
  });

  it("shifts traffic gradually for each function that decides, but not for authorizers", () => {
    const shifted = all(template, "AWS::Lambda::Alias").filter(([, { UpdatePolicy }]) => UpdatePolicy !== undefined);
    expect(shifted.map(([id]) => id.replace(/FunctionLive.*/, "")).sort()).toEqual([
      "AfterSignIn",
      "AttributeCollectionStart",
      "AttributeCollectionSubmit",
      "BeforeCreateUser",
    ]);
    const groups = shifted.map(([, { UpdatePolicy }]) => UpdatePolicy?.CodeDeployLambdaAliasUpdate.DeploymentGroupName.Ref);
    expect(new Set(groups)).toEqual(new Set(all(template, "AWS::CodeDeploy::DeploymentGroup").map(([id]) => id)));
    for (const [, alias] of shifted) expect(alias.DependsOn?.some((id) => id.startsWith("CanaryRoleDefaultPolicy"))).toBe(true);
  });

  it.each<[string, SynthOptions["canary"], object]>([
    ["ten percent for ten minutes by default", true, { TimeBasedCanary: { CanaryInterval: 10, CanaryPercentage: 10 } }],
    ["a share and a time of your own", { percent: 25, minutes: 60 }, { TimeBasedCanary: { CanaryInterval: 60, CanaryPercentage: 25 } }],
    ["by steps", { percent: 20, minutes: 3, linear: true }, { TimeBasedLinear: { LinearInterval: 3, LinearPercentage: 20 } }],
  ])("shifts %s", (_, canary, routing) => {
    synthesize({ canary }).template.hasResourceProperties("AWS::CodeDeploy::DeploymentConfig", {
      ComputePlatform: "Lambda",
      TrafficRoutingConfig: routing,
    });
  });

  it("rolls back if the new version fails closed, crashes or answers slowly", () => {
    const [group] = all(template, "AWS::CodeDeploy::DeploymentGroup").filter(([id]) => id.startsWith("CanaryBeforeCreateUser"));
    const { AlarmConfiguration, AutoRollbackConfiguration } = (group as [string, Resource])[1].Properties as {
      AlarmConfiguration: { Alarms: { Name: { Ref: string } }[]; Enabled: boolean };
      AutoRollbackConfiguration: unknown;
    };
    expect(AutoRollbackConfiguration).toEqual({
      Enabled: true,
      Events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_REQUEST", "DEPLOYMENT_STOP_ON_ALARM"],
    });
    const named = AlarmConfiguration.Alarms.map(({ Name }) => Name.Ref);
    const found = all(template, "AWS::CloudWatch::Alarm").filter(([id]) => named.includes(id));
    expect(AlarmConfiguration.Enabled).toBe(true);
    const version = { "Fn::GetAtt": [expect.stringMatching(/^BeforeCreateUserFunctionCurrentVersion/), "Version"] };
    const own = found.filter(([, { Properties }]) => Properties.Metrics === undefined);
    expect(own.map(([, { Properties }]) => `${Properties.Namespace} ${Properties.MetricName}`).sort()).toEqual([
      "Gatehouse AnswerMs",
      "Gatehouse FailedClosed",
    ]);
    for (const [, { Properties }] of own) {
      expect(Properties.Period).toBe(60);
      expect(Properties.Dimensions).toContainEqual({ Name: "version", Value: version });
    }
    expect(found).toHaveLength(3);
    const [, errors] = found.find(([id]) => /CanaryErrors/.test(id)) as [string, Resource];
    const dimensions = expect.arrayContaining([{ Name: "ExecutedVersion", Value: version }]);
    const counted = expect.objectContaining({ Namespace: "AWS/Lambda", MetricName: "Errors", Dimensions: dimensions });
    expect(errors.Properties.Metrics).toContainEqual(
      expect.objectContaining({ Id: "errors", MetricStat: expect.objectContaining({ Metric: counted }) }),
    );
  });

  it("has alarms that ignore warming calls: they count people's calls, or errors that reached the gateway", () => {
    const found = all(template, "AWS::CloudWatch::Alarm").filter(([id]) => /Canary(Failed|Errors|Slow)/.test(id));
    expect(found).toHaveLength(4 * 3);
    for (const [, { Properties }] of found) {
      expect(Properties.Namespace ?? "an expression").not.toBe("AWS/Lambda");
      const metrics = (Properties.Metrics ?? []) as { Expression?: string; MetricStat?: { Metric: { MetricName: string } } }[];
      if (metrics.length === 0) continue;
      expect(metrics.flatMap(({ Expression }) => Expression ?? [])).toEqual(["IF(FILL(u0, 0) + FILL(u1, 0) > 0, errors, 0)"]);
      expect(metrics.flatMap(({ MetricStat }) => MetricStat?.Metric.MetricName ?? [])).toEqual(["Errors", "StaticBlockPages", "5xx"]);
    }
  });

  it("turns on the timing of answers by version, which is otherwise off", () => {
    const timed = (of: Template) =>
      all(of, "AWS::Lambda::Function").filter(([, { Properties }]) =>
        JSON.stringify(Properties.Environment).includes("GATEHOUSE_VERSION_TIMES"),
      );
    expect([timed(template).length, timed(synthesize().template).length]).toEqual([4, 0]);
  });

  it("is not stopped by an alarm of the previous version: each version has its own alarms", () => {
    const alarmsOf = (options: SynthOptions) =>
      all(synthesize({ canary: true, ...options }).template, "AWS::CloudWatch::Alarm").flatMap(([id]) => (/Canary/.test(id) ? [id] : []));
    const before = alarmsOf({});
    expect(before.length).toBeGreaterThan(0);
    expect(alarmsOf({})).toEqual(before);
    expect(alarmsOf({ decisionDays: 7 }).filter((id) => before.includes(id))).toEqual([]);
  });

  it.each([
    [/^AlarmsBeforeCreateUserCanarySlow/, 2_000],
    [/^AlarmsAttributeCollectionSubmitCanarySlow/, 1_000],
  ])("has an alarm on slow answers whose threshold is the caller's time limit: %s", (id, Threshold) => {
    const [, alarm] = all(template, "AWS::CloudWatch::Alarm").find(([each]) => id.test(each)) as [string, Resource];
    expect(alarm.Properties).toMatchObject({ Threshold, ExtendedStatistic: "p95", EvaluationPeriods: 3, DatapointsToAlarm: 2 });
  });

  it("watches missing claims instead of failures at before-sending-token, which refuses nobody", () => {
    const tokens = synthesize({ canary: true, folder: "samples/policies/tokens" }).template;
    const counted = all(tokens, "AWS::CloudWatch::Alarm").filter(([id]) => /CanaryFailed/.test(id));
    expect(
      Object.fromEntries(counted.map(([id, { Properties }]) => [id.replace(/^Alarms|CanaryFailed.*/g, ""), Properties.MetricName])),
    ).toEqual(expect.objectContaining({ BeforeSendingToken: "ClaimsMissing", BeforeCreateUser: "FailedClosed" }));
  });

  it("lets CodeDeploy change only these aliases", () => {
    const [[, policy] = []] = all(template, "AWS::IAM::Policy").filter(([id]) => id.startsWith("CanaryRoleDefaultPolicy"));
    const { Statement } = (policy as Resource).Properties.PolicyDocument as {
      Statement: { Action: string | string[]; Resource: unknown }[];
    };
    expect(Statement.map(({ Action }) => Action)).toEqual([
      "cloudwatch:DescribeAlarms",
      ["lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias"],
    ]);
    const shifted = /^(AfterSignIn|BeforeCreateUser|AttributeCollection(Start|Submit))Function/;
    for (const id of refsIn(Statement[1]?.Resource)) expect(id).toMatch(shifted);
    template.hasResourceProperties("AWS::IAM::Role", Match.objectLike({ ManagedPolicyArns: Match.absent() }));
  });

  it("is skipped for one deployment by -c canary=false, even if alarms ring", () => {
    const hasty = synthesize({ canary: true, context: { canary: "false" } }).template;
    for (const [, { Properties }] of all(hasty, "AWS::CodeDeploy::DeploymentGroup")) {
      expect(Properties).toMatchObject({
        DeploymentConfigName: "CodeDeployDefault.LambdaAllAtOnce",
        AlarmConfiguration: { Enabled: false },
      });
    }
    expect(all(hasty, "AWS::CodeDeploy::DeploymentGroup")).toHaveLength(2);
  });

  it.each<[unknown, string]>([
    [{ percent: 0 }, "canary.percent is 0; it must be a whole number from 1 to 99."],
    [{ percent: 100 }, "canary.percent is 100; it must be a whole number from 1 to 99."],
    [{ percent: "10" }, 'canary.percent is "10"; it must be a whole number from 1 to 99.'],
    [{ minutes: 0 }, "canary.minutes is 0; it must be a whole number from 1 to 2880."],
    [{ minutes: 2.5 }, "canary.minutes is 2.5; it must be a whole number from 1 to 2880."],
    [{ minutes: 2_881 }, "canary.minutes is 2881; it must be a whole number from 1 to 2880."],
    [{ linear: "yes" }, 'canary.linear is "yes"; it must be true or false.'],
    [
      { linear: true, percent: 1, minutes: 60 },
      "canary takes 5940 minutes by 1 percent every 60 minutes; CodeDeploy allows 3000 in all: raise canary.percent, or lower canary.minutes.",
    ],
    [{ share: 10 }, "canary.share is unknown: there are percent, minutes, linear."],
    ["10%", 'Gatehouse\'s option canary is "10%"; it must be true or false, or an object, { … }.'],
  ])("refuses %p", (canary, message) => {
    expect(() => synthesize({ canary } as SynthOptions)).toThrow(message);
  });

  it("refuses a word other than true or false on the command line", () => {
    expect(() => synthesize({ canary: true, context: { canary: "off" } })).toThrow('-c canary is "off"; write -c canary=false to shift');
  });
});

describe("the instances option", () => {
  it("provisionedConcurrency keeps the given number of instances of each function ready behind its alias", () => {
    const { template } = synthesize({ provisionedConcurrency: 2 });
    const aliases = all(template, "AWS::Lambda::Alias");
    expect(aliases).toHaveLength(3);
    for (const [, { Properties }] of aliases)
      expect(Properties.ProvisionedConcurrencyConfig).toEqual({ ProvisionedConcurrentExecutions: 2 });
  });

  it("reservedConcurrency reserves capacity for the steps and the authorizer, and for no other function", () => {
    const { template } = synthesize({ reservedConcurrency: 50, externalTenant });
    const reserved = all(template, "AWS::Lambda::Function").filter(([, { Properties }]) => Properties.ReservedConcurrentExecutions === 50);
    const waited = /basic auth|Decides on sign-ups|Answers an external tenant/;
    for (const [, { Properties }] of all(template, "AWS::Lambda::Function"))
      expect(Properties.ReservedConcurrentExecutions).toBe(waited.test(String(Properties.Description)) ? 50 : undefined);
    expect(reserved).toHaveLength(5);
  });

  it.each<[SynthOptions, string]>([
    [{ provisionedConcurrency: 0 }, "Gatehouse's option provisionedConcurrency is 0; it must be a whole number from 1."],
    [{ reservedConcurrency: 0 }, "Gatehouse's option reservedConcurrency is 0; it must be a whole number from 1."],
    [{ reservedConcurrency: -1 }, "Gatehouse's option reservedConcurrency is -1; it must be a whole number from 1."],
    [{ reservedConcurrency: 1.5 }, "Gatehouse's option reservedConcurrency is 1.5; it must be a whole number from 1."],
    [
      { provisionedConcurrency: 5, reservedConcurrency: 4 },
      "Gatehouse's option provisionedConcurrency is 5, but reservedConcurrency, which includes these instances, is only 4: raise reservedConcurrency to 5 or more.",
    ],
  ])("refuses %p", (options, message) => {
    expect(() => synthesize(options)).toThrow(message);
  });
});
