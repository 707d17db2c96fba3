import { Duration } from "aws-cdk-lib";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { ApprovalApi } from "../../../lib/approvals/approval-api";
import { EventQueue } from "../../../lib/events/event-queue";
import type { GatehouseStack } from "../../../lib/gatehouse-stack";
import { gatehouseFunction } from "../../../lib/resources/bundle";

export function add(stack: GatehouseStack): void {
  const approvals = ApprovalApi.of(stack);
  const approver = gatehouseFunction(stack, "ApprovePartners", {
    description: "Approves requests from a partner's domain",
    handler: "../test/events/recipes/approve-partners",
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
