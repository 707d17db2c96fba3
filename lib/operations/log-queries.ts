import { Lazy } from "aws-cdk-lib";
import { CfnQueryDefinition, LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { pascalCase } from "../../adapters/aws/deployment-name";
import type { StackFeature } from "../feature";
import type { GatehouseScope } from "../gatehouse-scope";

/** A limit of CloudWatch, for one query. */
const MOST_LOG_GROUPS = 50;

const queries = {
  "one call or last day of one person": [
    "# Put a reference code, a personId, or the request id of the gateway's own page in place of K7QD-9MXD.",
    "# Above, choose 1d for a person's last day, and more for a call before that.",
    "# The gateway's line bears the request id alone, which the step's line calls gatewayRequestId.",
    "fields @timestamp, @log, message, route, status, step, verdict, rule, reference, gatewayRequestId, personId",
    '| filter @message like "K7QD-9MXD"',
    "| sort @timestamp asc",
    "| limit 1000",
  ],
  "errors by place": [
    "# why CODE, with the code of a line, names the line of your policy.",
    'filter level = "ERROR"',
    "| stats count(*) as times, max(@timestamp) as latest, latest(reference) as code by message, rule, failure.error, failure.at.0",
    "| sort times desc",
  ],
} as const;

/** Queries over the functions' log lines and the gateways' access logs, under the Gatehouse's name. */
export const logQueriesFeature: StackFeature<object, void> = {
  place: 90,
  name: "log-queries",
  build(scope) {
    new LogQueries(scope, "Queries");
  },
};

class LogQueries extends Construct {
  constructor(gatehouse: GatehouseScope, id: string) {
    super(gatehouse, id);
    // Evaluated after the app's own parts have been added.
    const logGroupNames = Lazy.list({ produce: () => findLogGroups(gatehouse).map(({ logGroupName }) => logGroupName) });
    for (const [name, lines] of Object.entries(queries)) {
      new CfnQueryDefinition(this, pascalCase(name), {
        name: `${gatehouse.name}/${name}`,
        queryString: lines.join("\n"),
        logGroupNames,
      });
    }
  }
}

/** Leaves out the log groups of network flows. Also leaves out the log groups of events, because they hold people's addresses. */
function findLogGroups(gatehouse: GatehouseScope): readonly LogGroup[] {
  const all = gatehouse.node.findAll().filter((each) => each instanceof LogGroup);
  const accessLogs = all.filter(({ node }) => node.id === "AccessLog");
  return [...accessLogs, ...all.filter(({ node }) => node.id.endsWith("Logs"))].slice(0, MOST_LOG_GROUPS);
}
