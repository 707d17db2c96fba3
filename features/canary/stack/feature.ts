import { type CfnElement, Duration, Validations } from "aws-cdk-lib";
import { type Alarm, type IAlarm, MathExpression, Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import {
  type ILambdaDeploymentConfig,
  LambdaApplication,
  LambdaDeploymentConfig,
  LambdaDeploymentGroup,
  TrafficRouting,
} from "aws-cdk-lib/aws-codedeploy";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import * as v from "valibot";
import { environment } from "../../../adapters/aws/environment";
import { ANSWER_MS, METRIC_NAMESPACE, type VersionFailure, versionDimensions } from "../../../adapters/report";
import { optionSchema } from "../../../engine/option-schema";
import type { Step } from "../../../engine/sign-up/sign-up";
import type { AnsweringFunction, StackFeature } from "../../../lib/feature";
import type { GatehouseScope } from "../../../lib/gatehouse-scope";
import { PERIOD as CRASH_PERIOD } from "../../../lib/operations/alarms";
import { LIVE } from "../../../lib/resources/live-alias";
import { nameByContent } from "../../../lib/resources/physical-name";
import { assertCanary, type Canary, type CanaryOptions, canaryIn, canaryOptions } from "./canary-options";

export interface CanaryOption {
  /**
   * A new version of the functions that answer sign-ups first gets a share of the calls, and is rolled back if it fails
   * closed, crashes or is slow; true means ten percent for ten minutes. See docs/deploying.md.
   * @default false: a new version answers all calls at once
   */
  readonly canary?: boolean | CanaryOptions;
}

/** A share of the calls first for each new version. */
export const stack: StackFeature<CanaryOption, void> = {
  place: 45,
  name: "canary",
  options: optionSchema<CanaryOption>({ canary: v.optional(v.union([v.boolean(), canaryOptions])) }),
  check: ({ canary: canaryOption }) => assertCanary(canaryOption),
  wanted: (_, { canary: canaryOption = false }) => canaryOption !== false,
  build(scope, { canary: canaryOption = false }) {
    const canaries = new Canaries(scope, canaryIn(scope, canaryOption));
    for (const each of scope.answering) canaries.shift(each);
  },
};

/** It counts in minutes: it has ten, by default, to see what is wrong. */
const PERIOD = Duration.minutes(1);

/**
 * Moves aliases to new versions by way of CodeDeploy, a share of the calls first. Where the new version fails closed, crashes
 * or is slow, the calls go back to the one before, and CloudFormation takes back the whole deployment.
 */
class Canaries extends Construct {
  private readonly application: LambdaApplication;
  private readonly config: ILambdaDeploymentConfig;
  private readonly role: Role;

  constructor(
    private readonly gatehouse: GatehouseScope,
    private readonly canary: Canary,
  ) {
    super(gatehouse, "Canary");
    this.application = new LambdaApplication(this, "Application");
    this.config = canary.passedOver
      ? LambdaDeploymentConfig.ALL_AT_ONCE
      : new LambdaDeploymentConfig(this, "Config", { trafficRouting: createTrafficRouting(canary) });
    this.role = new Role(this, "Role", { assumedBy: new ServicePrincipal("codedeploy.amazonaws.com") });
    // Replaces AWS's managed policy, which would let CodeDeploy move every alias of the account.
    this.role.addToPolicy(new PolicyStatement({ actions: ["cloudwatch:DescribeAlarms"], resources: ["*"] }));
    Validations.of(this.role).acknowledge({
      id: "AwsSolutions-IAM5[Resource::*]",
      reason: "cloudwatch:DescribeAlarms lists: CodeDeploy asks for the alarms of a deployment by their names.",
    });
  }

  /** Has the calls of a function's alias shifted so. */
  shift(answeringFunction: AnsweringFunction): void {
    const { live, name } = answeringFunction;
    this.allow(answeringFunction);
    new LambdaDeploymentGroup(this, name, {
      application: this.application,
      deploymentConfig: this.config,
      alias: live,
      role: this.role.withoutPolicyUpdates(),
      alarms: [...this.alarms(answeringFunction)],
      // One that rings already would stop the deployment that repairs it.
      ignoreAlarmConfiguration: this.canary.passedOver,
      autoRollback: { failedDeployment: true, stoppedDeployment: true, deploymentInAlarm: true },
    });
    // A deployment begins as soon as the alias changes.
    live.node.addDependency(this.role);
  }

  /** CodeDeploy moves the alias, and waits for provisioned instances of any version. */
  private allow({ function: lambda }: AnsweringFunction): void {
    const { functionArn, stack, node } = lambda;
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ["lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias"],
        resources: [functionArn, `${functionArn}:*`],
      }),
    );
    const id = stack.getLogicalId(node.defaultChild as CfnElement);
    Validations.of(this.role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${id}.Arn>:*]`,
      reason: "The star covers the function's versions, whose numbers are not known before.",
    });
  }

  /** On the new version alone: what is wrong with the one before must not keep its successor out. */
  private alarms(answeringFunction: AnsweringFunction): readonly IAlarm[] {
    const { version } = answeringFunction.live;
    const alarms = this.alarmsOn(answeringFunction);
    // Each version has its own alarms. An alarm that rings for the version before would ring on for a minute or two once it
    // looks at the next, as CloudWatch keeps its state, and CodeDeploy would stop what it begins meanwhile.
    for (const alarm of alarms) nameByContent(alarm.node.defaultChild as CfnElement, version.version);
    return alarms;
  }

  private alarmsOn({ function: lambda, live, step, slowMs, name }: AnsweringFunction): readonly Alarm[] {
    const { alarms, name: service } = this.gatehouse;
    const { version } = live.version;
    lambda.addEnvironment(environment.versionTimes, "true");
    const createMetric = (metricName: string, statistic: string) =>
      new Metric({
        namespace: METRIC_NAMESPACE,
        metricName,
        dimensionsMap: { service, ...versionDimensions(lambda.functionName, version) },
        statistic,
        period: PERIOD,
      });
    const what = (happening: string) => `A new version of ${name} ${happening}: its deployment is taken back.`;
    return [
      alarms.alarmOn(`${name}CanaryFailed`, {
        metric: createMetric(failureAt(step), Stats.SUM),
        what: what("failed closed"),
        section: "canary",
      }),
      alarms.alarmOn(`${name}CanaryErrors`, {
        metric: this.crashesMet(lambda, version),
        what: what("crashed or timed out"),
        section: "canary",
      }),
      alarms.alarmOn(`${name}CanarySlow`, {
        metric: createMetric(ANSWER_MS, Stats.percentile(95)),
        threshold: slowMs,
        // A single slow answer of an outside system is no reason.
        periods: { of: 3, ringing: 2 },
        what: what(`answers slowly, above ${slowMs} ms`),
        section: "canary",
      }),
    ];
  }

  /**
   * The version's crashes while a gateway answered callers in its place. Lambda's count alone has warming calls in it too, which
   * nobody waits for. The two are timed at the begin and the end of a call, so the period is longer than one.
   */
  private crashesMet(lambda: LambdaFunction, version: string): MathExpression {
    const errors = new Metric({
      namespace: "AWS/Lambda",
      metricName: "Errors",
      dimensionsMap: { FunctionName: lambda.functionName, Resource: `${lambda.functionName}:${LIVE}`, ExecutedVersion: version },
      statistic: Stats.SUM,
    });
    const unansweredMetrics = this.gatehouse.alarms.metricsOf("StaticBlockPages", "UnansweredCalls", "ExtensionErrors");
    const sum = unansweredMetrics.map((_, index) => `FILL(u${index}, 0)`).join(" + ");
    return new MathExpression({
      expression: `IF(${sum} > 0, errors, 0)`,
      usingMetrics: { errors, ...Object.fromEntries(unansweredMetrics.map((metric, index) => [`u${index}`, metric])) },
      period: CRASH_PERIOD,
    });
  }
}

/** Before a token is sent, a failure stops nobody: the token has no claims. */
function failureAt(step: Step): VersionFailure {
  return step === "before-sending-token" ? "ClaimsMissing" : "FailedClosed";
}

function createTrafficRouting({ percent: percentage, minutes, linear }: Canary): TrafficRouting {
  const interval = Duration.minutes(minutes);
  return linear ? TrafficRouting.timeBasedLinear({ interval, percentage }) : TrafficRouting.timeBasedCanary({ interval, percentage });
}
