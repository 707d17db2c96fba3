import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { AuditLog, type Gatehouse } from "entra-gatehouse/cdk";

export function add(gatehouse: Gatehouse): void {
  new AuditLog(gatehouse, "Audit", { retention: RetentionDays.FIVE_YEARS });
}
