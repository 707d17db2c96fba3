import { join } from "node:path";
import { Duration } from "aws-cdk-lib";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { ApprovalApi, EventQueue, type Gatehouse, gatehouseFunction } from "entra-gatehouse/cdk";

export function add(gatehouse: Gatehouse): void {
  const approvals = ApprovalApi.of(gatehouse);
  const approver = gatehouseFunction(gatehouse, "ApprovePartners", {
    ...gatehouse.functionDefaults,
    description: "Approves requests from a partner's domain",
    entry: join(__dirname, "approve-partners.ts"),
    environment: { APPROVALS_URL: approvals.url, PARTNER_DOMAIN: "contoso.com" },
    timeout: Duration.seconds(20),
  });
  approvals.grantDecide(approver, ["approve"]);
  const { queue } = new EventQueue(gatehouse, "AskedByPartners", {
    eventPattern: { detailType: ["approval.requested.v1"], detail: { email: [{ suffix: "@contoso.com" }], emailProven: [true] } },
    visibilityTimeout: Duration.minutes(2),
  });
  approver.addEventSource(new SqsEventSource(queue, { batchSize: 1 }));
}
