import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { AuditLog } from "../../../lib/events/audit-log";
import type { GatehouseStack } from "../../../lib/gatehouse-stack";

export function add(stack: GatehouseStack): void {
  new AuditLog(stack, "Audit", { retention: RetentionDays.FIVE_YEARS });
}
