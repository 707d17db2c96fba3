import { Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { Gatehouse, Notifications } from "entra-gatehouse/cdk";

export class Portal extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const partners = new Gatehouse(this, "Partners", { policy: "policy/partners", alarmEmail: "it@contoso.com" });
    new Gatehouse(this, "Suppliers", { policy: "policy/suppliers" });
    new Notifications(partners, "StoppedSignUps");
  }
}
