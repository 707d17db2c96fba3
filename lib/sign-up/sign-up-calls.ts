import { type Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { FilterPattern, type IFilterPattern, type JsonPattern, type LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { PassedAs } from "../../adapters/aws/credentials";
import { formatGateSuffix, gatePrefix } from "../../adapters/aws/deployment-name";
import type { GatehouseScope } from "../gatehouse-scope";
import { PERIOD } from "../operations/alarms";
import { countLines, refusedAlone } from "../operations/metrics";

// Limits for all callers of an API, strangers included: half of an account's default, so that a flood leaves other APIs the rest.

/** Requests a second. */
export const FLOOD_RATE = 5_000;
/** Requests at once. */
export const FLOOD_BURST = 2_500;

/**
 * If API connectors wait longer than this, an alarm goes off, because a person waits too. The time is half of the policy's default
 * deadline, in milliseconds.
 */
export const SLOW_MS = 2_000;
/** If an external tenant waits longer than this, an alarm goes off. The time is half of the time that Entra waits, in milliseconds. */
export const SLOW_EXTENSION_MS = 1_000;

interface WatchedApi {
  readonly accessLog: LogGroup;
  metricLatency(props: object): Metric;
}

interface CallLines {
  readonly answered: JsonPattern;
  readonly refused: JsonPattern;
  /** Calls that the gateway answered in place of a function, without the refusals of strangers. */
  readonly unanswered: { readonly pattern: IFilterPattern; readonly alarm: string; readonly what: string };
}

/** A gate, and its functions by path, without a slash in front. */
export interface GatePaths {
  readonly gate: string;
  readonly routes: ReadonlyMap<string, IFunction>;
}

const OVERDUE: PassedAs = "overdue";

/**
 * Makes alarms for an API from its access log. `watch` returns a metric of answered calls for each path, or a single metric if there are
 * several gates.
 */
export class SignUpCalls {
  constructor(
    private readonly scope: Construct,
    private readonly gatehouse: GatehouseScope,
    private readonly api: WatchedApi,
    private readonly lines: CallLines,
  ) {}

  watch(gates: readonly GatePaths[]): readonly Metric[] {
    const { alarms, name } = this.gatehouse;
    const { alarm, pattern, what } = this.lines.unanswered;
    alarms.alarmOn("SlowAnswers", {
      metric: this.api.metricLatency({ period: PERIOD, statistic: Stats.percentile(95) }),
      threshold: SLOW_MS,
      // If there are few calls, a single cold start could set off the alarm.
      ignoresFew: true,
      periods: { ringing: 2, of: 3 },
      what: `One answer in twenty took longer than ${SLOW_MS} ms, in two of three periods of five minutes.`,
    });
    alarms.alarmOn(alarm, { metric: this.counted(name, alarm, pattern), what });
    alarms.alarmOn("OldPasswordInUse", {
      metric: this.counted(name, "OldPasswordInUse", FilterPattern.stringValue("$.credentials", "=", OVERDUE)),
      what: "A connector still shows the password from before the last rotation, which was more than a day ago.",
    });
    const answeredCalls = gates.flatMap(({ gate, routes }) => this.watchCredentials(gate, [...routes.keys()]));
    // Several gates may have more paths than one alarm can add up.
    return gates.length === 1 ? answeredCalls : [this.counted(name, "CallsAnswered", this.lines.answered)];
  }

  /** Watches each step separately: credentials can be wrong at one step and right at another. */
  private watchCredentials(gate: string, paths: readonly string[]): readonly Metric[] {
    const { alarms, name } = this.gatehouse;
    const at = (path: string, lines: JsonPattern) => FilterPattern.all(lines, FilterPattern.stringValue("$.route", "=", `POST /${path}`));
    const refusedCalls = paths.map((path) => this.counted(name, `CallsRefused-${replaceSlashes(path)}`, at(path, this.lines.refused)));
    const answeredCalls = paths.map((path) => this.counted(name, `CallsAnswered-${replaceSlashes(path)}`, at(path, this.lines.answered)));
    alarms.alarmOn(`${gatePrefix(gate)}CredentialsRefused`, {
      section: "credentials-refused",
      metric: refusedAlone(refusedCalls, answeredCalls),
      what: `Calls of a step${formatGateSuffix(gate)} were refused for wrong or missing credentials, and none passed.`,
    });
    return answeredCalls;
  }

  private counted(service: string, metricName: string, filterPattern: IFilterPattern): Metric {
    return countLines(this.scope, { accessLog: this.api.accessLog, service, metricName, filterPattern });
  }
}

/** Slashes separate the names of constructs. */
function replaceSlashes(path: string): string {
  return path.replaceAll("/", "-");
}
