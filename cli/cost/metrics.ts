import type { Account } from "../doctor/account";
import { cloudWatch, type Element, elementsOf, pagedElements, textOf } from "../doctor/form";
import { CommandError } from "../failure";

/** A metric of CloudWatch. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface Stretch {
  readonly from: Date;
  readonly to: Date;
}

/** CloudWatch keeps sums of an hour for 455 days, and shorter ones for days or weeks. */
const PERIOD_S = 3_600;
/** What a call may ask for is 500; its answer holds 100,800 values, and 30 days of a hundred metrics are 72,000. */
const METRICS_A_CALL = 100;

/** What each metric adds up to, in their order; one that never had a value is 0. Throws a CommandError where AWS leaves one out. */
export async function sums(account: Account, metrics: readonly Metric[], stretch: Stretch): Promise<readonly number[]> {
  const all: number[] = [];
  for (let at = 0; at < metrics.length; at += METRICS_A_CALL) {
    all.push(...(await sumsOf(account, metrics.slice(at, at + METRICS_A_CALL), stretch)));
  }
  return all;
}

async function sumsOf(account: Account, metrics: readonly Metric[], { from, to }: Stretch): Promise<readonly number[]> {
  const form = {
    Action: "GetMetricData",
    StartTime: from.toISOString(),
    EndTime: to.toISOString(),
    ...Object.assign({}, ...metrics.map(queryOf)),
  };
  const found = metrics.map(() => 0);
  for await (const { Id, Values, StatusCode } of pagedElements(account, cloudWatch, form, "MetricDataResults")) {
    // "PartialData" goes on with the next page.
    if (StatusCode === "Forbidden" || StatusCode === "InternalError") {
      throw new CommandError(`CloudWatch does not tell all that was used (${StatusCode}): cloudwatch:GetMetricData is needed. Try again.`);
    }
    const index = Number(textOf(Id).slice(1));
    found[index] = elementsOf(Values).reduce<number>((sum, value) => sum + Number(textOf(value)), found[index] ?? 0);
  }
  return found;
}

function queryOf({ namespace, name, dimensions }: Metric, index: number): Readonly<Record<string, string>> {
  const query = `MetricDataQueries.member.${index + 1}`;
  const metric = `${query}.MetricStat.Metric`;
  const pairs = Object.entries(dimensions).flatMap(([key, value], place) => [
    [`${metric}.Dimensions.member.${place + 1}.Name`, key],
    [`${metric}.Dimensions.member.${place + 1}.Value`, value],
  ]);
  return {
    [`${query}.Id`]: `m${index}`,
    [`${metric}.Namespace`]: namespace,
    [`${metric}.MetricName`]: name,
    ...Object.fromEntries(pairs),
    [`${query}.MetricStat.Period`]: String(PERIOD_S),
    [`${query}.MetricStat.Stat`]: "Sum",
  };
}

/** The metrics of a namespace that had a value in the last two weeks. @param dimensions those that they have at least */
export async function metricsIn(
  account: Account,
  namespace: string,
  dimensions: Readonly<Record<string, string>> = {},
): Promise<readonly Metric[]> {
  const filters = Object.entries(dimensions).flatMap(([name, value], index) => [
    [`Dimensions.member.${index + 1}.Name`, name],
    [`Dimensions.member.${index + 1}.Value`, value],
  ]);
  const found: Metric[] = [];
  const form = { Action: "ListMetrics", Namespace: namespace, ...Object.fromEntries(filters) };
  for await (const { MetricName, Dimensions } of pagedElements(account, cloudWatch, form, "Metrics")) {
    const pairs = (elementsOf(Dimensions) as readonly Element[]).map(({ Name, Value }) => [textOf(Name), textOf(Value)]);
    found.push({ namespace, name: textOf(MetricName), dimensions: Object.fromEntries(pairs) });
  }
  return found;
}
