import { join } from "node:path";
import { Duration } from "aws-cdk-lib";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { ApprovalApi, EventQueue, type GatehouseStack, gatehouseFunction } from "entra-gatehouse/cdk";

export function add(stack: GatehouseStack): void {
  const approvals = ApprovalApi.of(stack);
  const approver = gatehouseFunction(stack, "ApprovePartners", {
    description: "Approves requests from a partner's domain",
    entry: join(__dirname, "approve-partners.ts"),
    environment: { APPROVALS_URL: approvals.url, PARTNER_DOMAIN: "contoso.com" },
    timeout: Duration.seconds(20),
    logRetention: RetentionDays.THREE_MONTHS,
    tracing: false,
  });
  approvals.grantDecide(approver, ["approve"]);
  const { queue } = new EventQueue(stack, "AskedByPartners", {
    eventPattern: { detailType: ["approval.requested.v1"], detail: { email: [{ suffix: "@contoso.com" }], emailProven: [true] } },
    visibilityTimeout: Duration.minutes(2),
  });
  approver.addEventSource(new SqsEventSource(queue, { batchSize: 1 }));
}
