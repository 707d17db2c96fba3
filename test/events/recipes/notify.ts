import { EmailSubscription, SmsSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { type Gatehouse, Notifications } from "entra-gatehouse/cdk";

export function add(gatehouse: Gatehouse): void {
  new Notifications(gatehouse, "StoppedSignUps", {
    subscriptions: [new EmailSubscription("it@contoso.com"), new SmsSubscription("+821012345678")],
  });
}
