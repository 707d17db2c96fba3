import { SlackChannelConfiguration } from "aws-cdk-lib/aws-chatbot";
import { type GatehouseStack, Notifications } from "entra-gatehouse/cdk";

export function add(stack: GatehouseStack): void {
  const { topic } = new Notifications(stack, "StoppedSignUps", { chat: true });
  new SlackChannelConfiguration(stack, "Slack", {
    slackChannelConfigurationName: "gatehouse",
    slackWorkspaceId: "T0123ABCD",
    slackChannelId: "C0123ABCD",
    notificationTopics: [topic],
  });
}
