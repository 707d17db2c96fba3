import { ringingAlarms } from "../../../adapters/aws/alarms";

it("tells a stack's own alarms that ring, and none of a stack whose name only begins so", async () => {
  const asked: object[] = [];
  const alarm = (AlarmName: string) => ({ AlarmName, AlarmDescription: "What.", StateUpdatedTimestamp: 1_763_625_600 });
  const answer = { MetricAlarms: ["Gate-AlarmsLag1A-XYZ", "Gate-test-AlarmsLag1A-XYZ"].map(alarm) };
  const call = async (operation: string, input: object) => {
    asked.push({ operation, ...input });
    return answer as never;
  };
  expect(await ringingAlarms({ warm: () => undefined, call }, "Gate")).toEqual([
    { name: "Gate-AlarmsLag1A-XYZ", description: "What.", since: "2025-11-20T08:00:00.000Z" },
  ]);
  expect(asked).toEqual([expect.objectContaining({ operation: "DescribeAlarms", AlarmNamePrefix: "Gate-", StateValue: "ALARM" })]);
});
