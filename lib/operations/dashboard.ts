import { Dashboard as CloudWatchDashboard, GraphWidget, Stats } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import * as v from "valibot";
import { optionSchema } from "../../engine/option-schema";
import type { StackFeature } from "../feature";

export interface DashboardOption {
  /**
   * A CloudWatch dashboard. Costs $3 a month beyond the account's first three.
   * @default false
   */
  readonly dashboard?: boolean;
}

/** Calls, answer times and errors at a glance. */
export const dashboardFeature: StackFeature<DashboardOption, void> = {
  name: "dashboard",
  options: optionSchema<DashboardOption>({ dashboard: v.optional(v.boolean()) }),
  wanted: (_, { dashboard: given = false }) => given,
  build(scope) {
    const { api, answering } = scope;
    const latency = [50, 95, 99].map((percent) => api.metricLatency({ statistic: Stats.percentile(percent), label: `p${percent}` }));
    new CloudWatchDashboard(new Construct(scope, "Dashboard"), "Board", {
      widgets: [
        [
          new GraphWidget({ title: "Calls", left: [api.metricCount()], right: [api.metricClientError()] }),
          new GraphWidget({ title: "Answer time (ms)", left: latency }),
          new GraphWidget({ title: "Function errors", left: answering.map((each) => each.function.metricErrors()) }),
        ],
      ],
    });
  },
};
