import { AccountPrincipal } from "aws-cdk-lib/aws-iam";
import { EventQueue, type Gatehouse } from "entra-gatehouse/cdk";

export function add(gatehouse: Gatehouse): void {
  const { queue } = new EventQueue(gatehouse, "ForTheDatabase", { eventPattern: { detailType: ["sign-up.decided.v1"] } });
  queue.grantConsumeMessages(new AccountPrincipal("222222222222"));
}
