import { act, credentials, decisions, resources } from "../../../cli/permissions";

export const permissions = [
  act("smoke", resources, ...credentials, decisions, {
    "the alarms": "cloudwatch: DescribeAlarmHistory DescribeAlarms SetAlarmState",
    "the alarms' topic": "sns: ListSubscriptionsByTopic",
  }),
];
