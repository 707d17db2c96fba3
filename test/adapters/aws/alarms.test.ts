import { CloudWatchClient, type DescribeAlarmsInput } from "@aws-sdk/client-cloudwatch";
import { ringingAlarms } from "../../../adapters/aws/alarms";

it("the alarm reader reads every page, and leaves out stacks whose names only begin like its own", async () => {
  const asked: DescribeAlarmsInput[] = [];
  const alarm = (AlarmName: string) => ({ AlarmName, AlarmDescription: "What.", StateUpdatedTimestamp: new Date("2025-11-20T08:00:00Z") });
  const client = new CloudWatchClient({ region: "eu-west-1" });
  vi.spyOn(client, "send").mockImplementation(async ({ input }: { input: object }) => {
    asked.push({ ...input });
    const page = asked.length;
    return {
      MetricAlarms: [`Gate-AlarmsLag${page}A-XYZ`, "Gate-test-AlarmsLag1A-XYZ"].map(alarm),
      ...(page < 7 && { NextToken: `${page}` }),
    };
  });
  expect(await ringingAlarms(client, "Gate")).toEqual(
    [1, 2, 3, 4, 5, 6, 7].map((page) => ({ name: `Gate-AlarmsLag${page}A-XYZ`, description: "What.", since: "2025-11-20T08:00:00.000Z" })),
  );
  expect(asked[0]).toMatchObject({ AlarmNamePrefix: "Gate-", StateValue: "ALARM" });
  expect(asked.map(({ NextToken }) => NextToken)).toEqual([undefined, "1", "2", "3", "4", "5", "6"]);
});
