import { act, credentials, decisions, resources } from "../../../cli/permissions";
import type { Verb } from "../../../cli/verb";

export const verbs = [
  {
    order: 80,
    name: "smoke",
    topic: "Ship",
    summary: "test a deployment: sign up as Entra would, and read the records back",
    load: () => import("./commands"),
  },
] satisfies readonly Verb[];

export const permissions = [
  act("smoke", resources, ...credentials, decisions, {
    "the alarms": "cloudwatch: DescribeAlarmHistory DescribeAlarms SetAlarmState",
    "the alarms' topic": "sns: ListSubscriptionsByTopic",
  }),
];
