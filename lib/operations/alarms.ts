import { Duration, Lazy, Stack, Validations } from "aws-cdk-lib";
import {
  Alarm,
  type CfnAlarm,
  ComparisonOperator,
  type CreateAlarmOptions,
  type IMetric,
  MathExpression,
  Metric,
  Stats,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { type ITopic, Subscription, SubscriptionProtocol, Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { CERTIFICATE_WARNING_DAYS } from "../../adapters/graph/certificates";
import { METRIC_NAMESPACE } from "../../adapters/report";
import { normaliseEmail } from "../../engine/sign-up/email";
import { assertOwnRegion } from "../place";
import { asciiUrl } from "../resources/ascii";
import { keyAt } from "../resources/encryption";

export interface AlarmsProps {
  /** Dimension of the functions' own metrics. */
  readonly service: string;
  /** The address that gets the alarms. If it and `alarmTopic` are absent, alarms only show in CloudWatch. */
  readonly alarmEmail?: string | undefined;
  /** @default a new topic if `alarmEmail` is set, otherwise none */
  readonly alarmTopic?: string | ITopic | undefined;
  /** The runbook's address, for links in alarms. @default alarms name the runbook's file in the package, and advise to set this option */
  readonly runbookUrl?: string | undefined;
}

export interface AlarmProps {
  readonly metric: IMetric;
  readonly what: string;
  /** @default 1 */
  readonly threshold?: number;
  /** The alarm rings if the metric reaches the threshold in `ringing` of the last `of` periods. @default 1 of 1 */
  readonly periods?: { readonly ringing: number; readonly of: number };
  /** True if the alarm ignores a percentile of too few samples. @default false */
  readonly ignoresFew?: boolean;
  /** Anchor of the runbook's section. @default the alarm's id in small letters, with a hyphen between words */
  readonly section?: string | undefined;
}

/** The period of metrics that name no other. */
export const PERIOD = Duration.minutes(5);
/** At this lag, the alarm StreamLag rings. A reader should handle changes within seconds. */
const STREAM_LAG = Duration.minutes(5);
/** A limit of CloudWatch, for one alarm. */
const MOST_METRICS = 10;

const RUNBOOK_IN_PACKAGE = "node_modules/entra-gatehouse/docs/runbook.md";

/** Makes alarms. Each has a link to its section of docs/runbook.md, and is sent to the topic if there is one. */
export class Alarms extends Construct {
  /** Undefined if neither a topic nor an address is given. */
  readonly topic: ITopic | undefined;
  /** Watched by the alarm StreamLag. `window` is the time for which changes are gathered for the reader. */
  private readonly followers: { readonly reader: IFunction; readonly window: Duration }[] = [];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AlarmsProps,
  ) {
    super(scope, id);
    const { alarmTopic } = props;
    const alarmEmail = props.alarmEmail && mailEndpoint(props.alarmEmail);
    if (alarmTopic !== undefined) this.topic = this.topicGiven(alarmTopic, alarmEmail);
    else if (alarmEmail !== undefined) this.topic = this.ownTopic(alarmEmail);
    // The topic's default policy would let alarms publish, but any other policy of the topic replaces it. So the alarms need this grant,
    // which also lets them use the topic's key. For an imported topic, the CDK adds neither permission.
    // The condition keeps other accounts' alarms out.
    const conditions = { StringEquals: { "aws:SourceAccount": Stack.of(this).account } };
    this.topic?.grantPublish(new ServicePrincipal("cloudwatch.amazonaws.com", { conditions }));
  }

  private topicGiven(givenTopic: string | ITopic, email: string | undefined): ITopic {
    if (typeof givenTopic === "string") assertOwnRegion(this, { option: "alarmTopic", what: "a topic", arn: givenTopic });
    const topic = typeof givenTopic === "string" ? Topic.fromTopicArn(this, "Given", givenTopic) : givenTopic;
    // The subscription is under this construct, because two Gatehouses may give one topic the same address. Under the topic's construct,
    // the CDK would refuse the second subscription.
    if (email !== undefined) new Subscription(this, "Mail", { topic, protocol: SubscriptionProtocol.EMAIL, endpoint: email });
    return topic;
  }

  private ownTopic(email: string): Topic {
    const topic = new Topic(this, "Topic", { displayName: "Gatehouse alarms", enforceSSL: true, masterKey: keyAt(this) });
    topic.addSubscription(new EmailSubscription(email));
    Validations.of(topic).acknowledge({
      id: "Serverless-SNSRedrivePolicy",
      reason: "SNS sends a mail again for hours; an alarm whose mail is lost still shows in CloudWatch.",
    });
    return topic;
  }

  /** Several parts can ask for one alarm: only the first call makes it. @internal */
  once(id: string, make: (id: string) => void): void {
    if (this.node.tryFindChild(id) === undefined) make(id);
  }

  /** The alarm's link leads to the runbook's section for its id, or to `section`, which several alarms may share. */
  alarmOn(id: string, { threshold = 1, periods = { ringing: 1, of: 1 }, ignoresFew = false, ...props }: AlarmProps): Alarm {
    return this.addAlarm(id, props, {
      threshold,
      evaluationPeriods: periods.of,
      datapointsToAlarm: periods.of > 1 ? periods.ringing : undefined,
      evaluateLowSampleCountPercentile: ignoresFew ? "ignore" : undefined,
    });
  }

  /** Rings when nothing was counted for `hours`. The metric's period must be one hour. @internal */
  alarmOnSilence(id: string, hours: number, props: Pick<AlarmProps, "metric" | "what">): void {
    const { LESS_THAN_THRESHOLD: comparisonOperator } = ComparisonOperator;
    this.addAlarm(id, props, { evaluationPeriods: hours, comparisonOperator, treatMissingData: TreatMissingData.BREACHING });
  }

  private addAlarm(id: string, { metric, what, section }: AlarmProps, options: Partial<CreateAlarmOptions>): Alarm {
    const anchor = section ?? id.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
    const alarmDescription = `${what} Runbook: ${this.runbook(`#${anchor}`)}`;
    const alarm = new Alarm(this, id, {
      metric,
      alarmDescription,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...options,
    });
    if (this.topic !== undefined) {
      const tell = new SnsAction(this.topic);
      alarm.addAlarmAction(tell);
      alarm.addOkAction(tell);
    }
    return alarm;
  }

  /**
   * Returns a link to the runbook. If `runbookUrl` is undefined, returns the path of the file in the package, with the advice to set the
   * option. @internal
   */
  runbook(anchor = ""): string {
    const { runbookUrl } = this.props;
    if (runbookUrl !== undefined) return `${asciiUrl(runbookUrl)}${anchor}`;
    return `(set the option runbookUrl for a link) ${RUNBOOK_IN_PACKAGE}${anchor}`;
  }

  /** All alarms so far. @internal */
  get all(): readonly Alarm[] {
    return this.node.children.filter((each) => each instanceof Alarm);
  }

  /** Returns the metrics of the alarms with these ids. Ignores an id that no alarm has. @internal */
  metricsOf(...ids: readonly string[]): readonly IMetric[] {
    return this.all.flatMap(({ node, metric }) => (ids.includes(node.id) ? [metric] : []));
  }

  /** Each reader's lag behind its stream. @internal */
  get ages(): readonly Metric[] {
    return this.followers.map(({ reader }) => ageAt(reader));
  }

  /** Rings at the first count of a metric that the functions count themselves. */
  alarmOnCount(metricName: string, what: string, id: string = metricName): void {
    this.alarmOn(id, { metric: this.counted(metricName), what });
  }

  /** Returns a metric that the functions count themselves. */
  counted(metricName: string): Metric {
    const dimensionsMap = { service: this.props.service };
    return new Metric({ namespace: METRIC_NAMESPACE, metricName, dimensionsMap, statistic: Stats.SUM, period: PERIOD });
  }

  /** Rings while a value, which the functions report once a day, is at the threshold or below. @internal */
  alarmAtLast(metricName: string, threshold: number, what: string, id: string = metricName): void {
    const metric = this.counted(metricName).with({ statistic: Stats.MINIMUM, period: Duration.days(1) });
    const { LESS_THAN_OR_EQUAL_TO_THRESHOLD: comparisonOperator } = ComparisonOperator;
    // The alarm looks at two periods: if one daily report comes early and the next late, the day between them has none.
    this.addAlarm(id, { metric, what }, { threshold, evaluationPeriods: 2, datapointsToAlarm: 1, comparisonOperator });
  }

  /**
   * Makes an alarm that rings for as long as the stack contains the alarm.
   * @internal
   * @param metricName a metric that the functions count, for the graph
   */
  alarmWhileSet(id: string, metricName: string, what: string): void {
    const metric = this.counted(metricName);
    this.addAlarm(id, { metric, what }, { threshold: 0, treatMissingData: TreatMissingData.BREACHING });
  }

  /**
   * Adds a reader of a table's stream to the shared alarm StreamLag, which rings when a reader lags behind. @internal
   * @param window time for which changes are gathered for the reader; does not count as lag
   */
  alarmOnLag(reader: IFunction, window = Duration.seconds(0)): void {
    this.followers.push({ reader, window });
    // Each reader has an expression, and the largest of them is one more.
    if (this.followers.length >= MOST_METRICS)
      throw new RangeError(`The alarm StreamLag follows ${this.followers.length} readers; CloudWatch takes ${MOST_METRICS - 1}.`);
    this.once("StreamLag", (id) => {
      const metric = new MathExpression({ expression: "MAX([m0])", usingMetrics: { m0: ageAt(reader) }, period: PERIOD });
      const what = "Changes of a table wait for a function that follows them: the alarm's graph shows which.";
      const alarm = this.alarmOn(id, { metric, threshold: STREAM_LAG.toMilliseconds(), what });
      // The metrics are listed at synthesis, because later parts and the app may add readers.
      (alarm.node.defaultChild as CfnAlarm).metrics = Lazy.any({ produce: () => this.lags() });
    });
  }

  private lags(): readonly CfnAlarm.MetricDataQueryProperty[] {
    const ids = this.followers.map((_, index) => `late${index}`);
    return [
      { id: "lag", expression: `MAX([${ids.join(", ")}])`, label: "Milliseconds behind" },
      ...this.followers.flatMap(({ reader, window }, index) => [
        { id: `late${index}`, expression: `age${index} - ${window.toMilliseconds()}`, returnData: false },
        { id: `age${index}`, metricStat: buildMetricStat(reader), returnData: false },
      ]),
    ];
  }

  /** Rings when a queue's oldest message has waited for `longest`: the queue's reader does not run or is too slow. @internal */
  alarmOnWaiting(id: string, queue: IQueue, longest: Duration, what: string, section?: string): void {
    const metric = queue.metricApproximateAgeOfOldestMessage({ period: PERIOD, statistic: Stats.MAXIMUM });
    this.alarmOn(id, { metric, threshold: longest.toSeconds(), what, section });
  }

  /** Rings at the first message of a dead-letter queue. @internal */
  alarmOnDeadLetters(id: string, queue: IQueue, what: string, section?: string): void {
    const metric = queue.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: Stats.MAXIMUM });
    this.alarmOn(id, { metric, what, section });
  }

  /** Rings when the sum reaches 1. Throws RangeError for more than ten metrics. @internal */
  alarmOnSum(id: string, metrics: readonly IMetric[], what: string, section?: string): void {
    if (metrics.length > MOST_METRICS)
      throw new RangeError(`The alarm ${id} adds up ${metrics.length} metrics; CloudWatch takes ${MOST_METRICS}.`);
    const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric]));
    const expression = `SUM([${Object.keys(usingMetrics).join(", ")}])`;
    this.alarmOn(id, { metric: new MathExpression({ expression, usingMetrics, period: PERIOD }), what, section });
  }
}

function ageAt(reader: IFunction): Metric {
  return reader.metric("IteratorAge", { period: PERIOD, statistic: Stats.MAXIMUM });
}

function buildMetricStat(reader: IFunction): CfnAlarm.MetricStatProperty {
  const { namespace, metricName, dimensions = {}, statistic } = ageAt(reader);
  return {
    metric: { namespace, metricName, dimensions: Object.entries(dimensions).map(([name, value]) => ({ name, value: String(value) })) },
    period: PERIOD.toSeconds(),
    stat: statistic,
  };
}

/**
 * Returns the normalised address. If the address is invalid or only capitals differ, returns the typed text, because for SNS another
 * spelling is another subscription, which somebody must confirm.
 */
function mailEndpoint(typedText: string): string {
  const email = normaliseEmail(typedText);
  return email === undefined || email === typedText.toLowerCase() ? typedText : email;
}

/** Makes the alarm that rings when a certificate ends soon. A worker checks the certificates each day. */
export function watchCertificates({ alarms }: { readonly alarms: Alarms }): void {
  const what = `A certificate that a connector shows, or by which Gatehouse signs in to Graph, ends within ${CERTIFICATE_WARNING_DAYS} days.`;
  alarms.once("CertificateEnds", (id) => alarms.alarmAtLast("CertificateDaysLeft", CERTIFICATE_WARNING_DAYS, what, id));
}
