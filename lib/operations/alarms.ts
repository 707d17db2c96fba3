import { Duration, Stack } from "aws-cdk-lib";
import type { RestApi } from "aws-cdk-lib/aws-apigateway";
import { Alarm, ComparisonOperator, type IMetric, MathExpression, Metric, Stats, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { FilterPattern, type LogGroup, MetricFilter } from "aws-cdk-lib/aws-logs";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import type { Approvals } from "../approvals/approvals";
import { saysSoItself } from "../sign-up/sign-up-api";

export interface AlarmsProps {
  readonly api: RestApi;
  readonly accessLog: LogGroup;
  /** The functions of the steps. */
  readonly steps: readonly IFunction[];
  readonly authorizer: IFunction;
  readonly hygiene: IFunction;
  readonly publisher: IFunction;
  /** What acts on requests, if a rule makes any. */
  readonly approvals: Approvals | undefined;
  /** Whether a rule calls a system outside. */
  readonly asksOutside: boolean;
  /** Who gets a mail; without it the alarms only show in CloudWatch. */
  readonly email: string | undefined;
  /** Where the runbook is read. */
  readonly runbookUrl: string;
}

/** What is counted is counted over that time. */
export const PERIOD = Duration.minutes(5);
/** A person waits for the answer: half of the policy's default deadline. */
const SLOW_MS = 4_000;
/** What a stream carries ought to be dealt with within seconds. */
const STREAM_LAG = Duration.minutes(5);

interface AlarmProps {
  readonly metric: IMetric;
  readonly what: string;
  readonly threshold: number;
  /** @default the id in small letters, a hyphen between words */
  readonly section?: string | undefined;
}

/** What rings, each with its entry in docs/runbook.md. */
export class Alarms extends Construct {
  private readonly topic: Topic | undefined;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AlarmsProps,
  ) {
    super(scope, id);
    const { api, accessLog, steps, authorizer, hygiene, publisher } = props;
    if (props.email !== undefined) {
      this.topic = new Topic(this, "Topic", { displayName: "Gatehouse alarms", enforceSSL: true });
      this.topic.addSubscription(new EmailSubscription(props.email));
    }
    this.alarm("FailedClosed", {
      metric: own(this, "FailedClosed"),
      threshold: 1,
      what: "A sign-up was blocked because a rule or a read failed.",
    });
    this.alarm("RecordsLost", {
      metric: own(this, "RecordsLost"),
      threshold: 1,
      what: "A decision could not be recorded; it stands in the log.",
    });
    if (props.asksOutside) {
      this.alarm("UpstreamFailures", {
        metric: own(this, "UpstreamFailures"),
        threshold: 1,
        what: "A call to a system outside failed.",
      });
    }
    this.alarm("Throttles", {
      metric: sum([...steps, authorizer].map((each) => each.metricThrottles({ period: PERIOD }))),
      threshold: 1,
      what: "Lambda refused to run a function because too many run already.",
    });
    this.alarm("SlowAnswers", {
      metric: api.metricLatency({ period: PERIOD, statistic: Stats.percentile(95) }),
      threshold: SLOW_MS,
      what: `Of twenty answers, one took longer than ${SLOW_MS} ms.`,
    });
    this.alarm("StaticBlockPages", {
      metric: staticBlockPages(this, accessLog),
      threshold: 1,
      what: "The gateway answered in place of our functions and blocked a sign-up.",
    });
    this.alarm("AccessListProblems", {
      metric: own(this, "HygieneProblems"),
      threshold: 1,
      what: "An access list row cannot be read as typed.",
    });
    this.alarm("AccessListLag", {
      metric: lagOf(hygiene),
      threshold: STREAM_LAG.toMilliseconds(),
      what: "Edits of the access list wait to be tidied.",
    });
    this.alarm("EventsSkipped", {
      metric: own(this, "EventsSkipped"),
      threshold: 1,
      what: "A row of a table cannot be an event.",
    });
    this.alarm("EventLag", {
      metric: lagOf(publisher),
      threshold: STREAM_LAG.toMilliseconds(),
      what: "Decisions wait to be published as events.",
    });
    if (props.approvals !== undefined) this.addApprovals(props.approvals);
  }

  /** What rings only where a rule makes requests. */
  private addApprovals({ publisher, provisioning }: Approvals): void {
    this.alarm("ApprovalEventLag", {
      metric: lagOf(publisher),
      threshold: STREAM_LAG.toMilliseconds(),
      what: "What happened to requests waits to be published as events.",
      section: "event-lag",
    });
    this.alarm("ProvisioningOverdue", {
      metric: own(this, "ProvisioningOverdue"),
      threshold: 1,
      what: "Somebody was approved an hour ago and has no account yet.",
    });
    if (provisioning === undefined) return;
    this.alarm("ProvisioningFailed", {
      metric: own(this, "ProvisioningFailed"),
      threshold: 1,
      what: "The account of an approved person could not be made.",
    });
    this.alarm("ProvisioningLag", {
      metric: lagOf(provisioning),
      threshold: STREAM_LAG.toMilliseconds(),
      what: "Approved people wait for their accounts.",
    });
  }

  /** Rings where a secret about approvals is not filled in as it has to be. Functions that make accounts count it, and the one that sends mail. */
  approvalSettings(): void {
    this.alarm("ApprovalSettingsUnusable", {
      metric: own(this, "ApprovalSettingsUnusable"),
      threshold: 1,
      what: "The settings of approvals are missing or malformed: no account can be made, or no mail sent.",
    });
  }

  /**
   * Rings where one of these functions fails: ten at most, as an alarm sums no more. Not for the authorizer, which turns away
   * a wrong password by an error: its own failures show as static block pages.
   */
  functionErrors(functions: readonly IFunction[]): void {
    this.alarm("FunctionErrors", {
      metric: sum(functions.map((each) => each.metricErrors({ period: PERIOD }))),
      threshold: 1,
      what: "A function crashed or timed out.",
    });
  }

  /** One more alarm, with a section of its own in the runbook or that of its kind. */
  alarm(id: string, { metric, what, threshold, section }: AlarmProps): void {
    const anchor = section ?? id.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
    const alarm = new Alarm(this, id, {
      metric,
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `${what} Runbook: ${this.props.runbookUrl}#${anchor}`,
    });
    if (this.topic !== undefined) alarm.addAlarmAction(new SnsAction(this.topic));
  }
}

/** How old the changes are that a reader of a table's stream is at. */
function lagOf(reader: IFunction): IMetric {
  return reader.metric("IteratorAge", { period: PERIOD, statistic: Stats.MAXIMUM });
}

/** A metric that the functions of this stack count themselves. */
export function own(scope: Construct, metricName: string): Metric {
  return new Metric({
    namespace: "Gatehouse",
    metricName,
    dimensionsMap: { service: Stack.of(scope).stackName },
    statistic: Stats.SUM,
    period: PERIOD,
  });
}

function sum(metrics: readonly IMetric[]): MathExpression {
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric]));
  return new MathExpression({ expression: `SUM([${Object.keys(usingMetrics).join(", ")}])`, usingMetrics, period: PERIOD });
}

/** Counts answers of the gateway's own, but for wrong credentials and unknown routes: those say so themselves. */
function staticBlockPages(scope: Construct, accessLog: LogGroup): Metric {
  const type = "$.responseType";
  const other = ["-", ...saysSoItself].map((name) => FilterPattern.stringValue(type, "!=", name));
  const filter = new MetricFilter(scope, "StaticBlockPageFilter", {
    logGroup: accessLog,
    metricNamespace: `Gatehouse/${Stack.of(scope).stackName}`,
    metricName: "StaticBlockPages",
    metricValue: "1",
    filterPattern: FilterPattern.all(FilterPattern.exists(type), ...other),
  });
  return filter.metric({ statistic: Stats.SUM, period: PERIOD });
}
