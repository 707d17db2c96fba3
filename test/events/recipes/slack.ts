import { SlackChannelConfiguration } from "aws-cdk-lib/aws-chatbot";
import { type Gatehouse, Notifications } from "entra-gatehouse/cdk";

export function add(gatehouse: Gatehouse): void {
  const { topic } = new Notifications(gatehouse, "StoppedSignUps", { chat: true });
  new SlackChannelConfiguration(gatehouse, "Slack", {
    slackChannelConfigurationName: "gatehouse",
    slackWorkspaceId: "T0123ABCD",
    slackChannelId: "C0123ABCD",
    notificationTopics: [topic],
  });
}
