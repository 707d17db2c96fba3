import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { AuditLog, type GatehouseStack } from "entra-gatehouse/cdk";

export function add(stack: GatehouseStack): void {
  new AuditLog(stack, "Audit", { retention: RetentionDays.FIVE_YEARS });
}
