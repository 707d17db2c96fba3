import { SecretValue } from "aws-cdk-lib";
import { ApiDestination, Authorization, Connection, Rule } from "aws-cdk-lib/aws-events";
import { ApiDestination as ApiDestinationTarget } from "aws-cdk-lib/aws-events-targets";
import type { Gatehouse } from "entra-gatehouse/cdk";

export function add(gatehouse: Gatehouse): void {
  const splunk = new ApiDestination(gatehouse, "Splunk", {
    endpoint: "https://http-inputs-contoso.splunkcloud.com/services/collector/raw",
    connection: new Connection(gatehouse, "SplunkConnection", {
      authorization: Authorization.apiKey("Authorization", SecretValue.secretsManager("gatehouse/splunk")),
    }),
  });
  new Rule(gatehouse, "EventsToSplunk", {
    eventBus: gatehouse.bus,
    eventPattern: { source: ["gatehouse.ocsf"] },
    targets: [new ApiDestinationTarget(splunk)],
  });
}
