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
import { LIVE } from "../../../lib/resources/gatehouse-function";
import { nameByContent } from "../../../lib/resources/physical-name";
import { assertCanary, type Canary, type CanaryOptions, canaryIn, canaryOptions } from "./canary-options";

export interface CanaryOption {
  /**
   * Sends at first only a share of the calls to a new version of a function that answers sign-ups. Rolls the version back if it fails
   * closed, crashes or is slow. True means ten percent for ten minutes. See docs/deploying.md.
   * @default false: a new version answers all calls at once
   */
  readonly canary?: boolean | CanaryOptions;
}

export const stack: StackFeature<CanaryOption, void> = {
  order: 45,
  name: "canary",
  options: optionSchema<CanaryOption>({ canary: v.optional(v.union([v.boolean(), canaryOptions])) }),
  check: ({ canary: canaryOption }) => assertCanary(canaryOption),
  wanted: (_, { canary: canaryOption = false }) => canaryOption !== false,
  build(scope, { canary: canaryOption = false }) {
    const canaries = new Canaries(scope, canaryIn(scope, canaryOption));
    for (const each of scope.answering) canaries.shift(each);
  },
};

/** One minute, because by default a fault must be noticed within ten minutes. */
const PERIOD = Duration.minutes(1);

/**
 * If the new version fails closed, crashes or is slow, CodeDeploy returns the calls to the previous version, and CloudFormation rolls back
 * the deployment.
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

  shift(answeringFunction: AnsweringFunction): void {
    const { live, name } = answeringFunction;
    this.allow(answeringFunction);
    new LambdaDeploymentGroup(this, name, {
      application: this.application,
      deploymentConfig: this.config,
      alias: live,
      role: this.role.withoutPolicyUpdates(),
      alarms: [...this.alarms(answeringFunction)],
      // With `-c canary=false`, alarms are ignored, because a ringing alarm would stop the deployment that repairs the fault.
      ignoreAlarmConfiguration: this.canary.passedOver,
      autoRollback: { failedDeployment: true, stoppedDeployment: true, deploymentInAlarm: true },
    });
    // CodeDeploy needs its permissions as soon as the alias changes.
    live.node.addDependency(this.role);
  }

  /** Lets CodeDeploy move the alias, and wait for the provisioned instances of the versions. */
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

  /** The alarms watch only the new version: faults of the previous one must not block its successor. */
  private alarms(answeringFunction: AnsweringFunction): readonly IAlarm[] {
    const { version } = answeringFunction.live;
    const alarms = this.alarmsOn(answeringFunction);
    // Each version has its own alarms. A shared alarm would ring for a minute or two after a fault of the previous version, and so stop a
    // new deployment.
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
        // A single slow answer of an external system must not raise the alarm.
        periods: { of: 3, ringing: 2 },
        what: what(`answers slowly, above ${slowMs} ms`),
        section: "canary",
      }),
    ];
  }

  /**
   * Lambda's count of crashes includes crashes of warming calls. So crashes count only in periods in which a gateway answered callers in
   * place of a function. Lambda counts a crash when the call begins, but the gateway counts its answer when the call ends, so
   * `CRASH_PERIOD` is longer than a call.
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

/** The failure that an alarm counts. Before a token is sent, a failure stops nobody: the token is sent without claims. */
function failureAt(step: Step): VersionFailure {
  return step === "before-sending-token" ? "ClaimsMissing" : "FailedClosed";
}

function createTrafficRouting({ percent: percentage, minutes, linear }: Canary): TrafficRouting {
  const interval = Duration.minutes(minutes);
  return linear ? TrafficRouting.timeBasedLinear({ interval, percentage }) : TrafficRouting.timeBasedCanary({ interval, percentage });
}
