import type { RestApi } from "aws-cdk-lib/aws-apigateway";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { Dashboard as CloudWatchDashboard, GraphWidget, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";

export interface DashboardProps {
  readonly api: RestApi | HttpApi;
  readonly functions: readonly IFunction[];
}

/** Calls, answer times and errors at a glance. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, { api, functions }: DashboardProps) {
    super(scope, id);
    const latency = [50, 95, 99].map((percent) => api.metricLatency({ statistic: Stats.percentile(percent), label: `p${percent}` }));
    new CloudWatchDashboard(this, "Board", {
      widgets: [
        [
          new GraphWidget({ title: "Calls", left: [api.metricCount()], right: [api.metricClientError()] }),
          new GraphWidget({ title: "Answer time (ms)", left: latency }),
          new GraphWidget({ title: "Function errors", left: functions.map((each) => each.metricErrors()) }),
        ],
      ],
    });
  }
}
