import type { StackFeature } from "../../../lib/feature";
import { selectLimitRules } from "../rule";

export const stack: StackFeature<object, void> = {
  order: 21,
  name: "limit",
  wanted: ({ policy }) => policy.some((step) => selectLimitRules(step.policy).length > 0),
  build({ alarms }) {
    alarms.alarmOnCount("LimitsUnread", "A limit was treated as reached, because DynamoDB was too busy to read its count.");
  },
};
