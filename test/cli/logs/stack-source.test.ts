import { AwsError } from "../../../adapters/aws/client";
import type { Stack } from "../../../cli/aws/stack";
import { stackSource } from "../../../cli/logs/stack-source";

type Answer = object | AwsError;

/** A stack of these log groups, and what CloudWatch answers for each, page by page. */
function stackOf(groups: Readonly<Record<string, readonly Answer[]>>) {
  const asked: Readonly<Record<string, unknown>>[] = [];
  const left = new Map(Object.entries(groups).map(([id, answers]) => [`/group/${id}`, [...answers]]));
  const call = async (operation: string, input: { logGroupName: string }) => {
    asked.push({ operation, ...input });
    const answer = left.get(input.logGroupName)?.shift() ?? {};
    if (answer instanceof AwsError) throw answer;
    return answer;
  };
  const resources = Object.keys(groups).map((logicalId) => ({
    logicalId,
    physicalId: `/group/${logicalId}`,
    properties: { RetentionInDays: 90 },
  }));
  return { asked, stack: { account: { client: () => ({ call }) }, resources: async () => resources } as unknown as Stack };
}

const event = (eventId: string, timestamp: number, message: object | string) => ({
  eventId,
  timestamp,
  message: typeof message === "string" ? message : JSON.stringify(message),
});
const decided = { level: "INFO", message: "decided", reference: "K7QD-9MXD", gatewayRequestId: "g-1" };

describe("the lines of a stack", () => {
  it("come from all its log groups, page by page, in order, each once", async () => {
    const { stack, asked } = stackOf({
      GatehouseBeforeCreateUserFunctionLogs0A1B2C3D: [
        { events: [event("2", 2_000, decided)], nextToken: "more" },
        { events: [event("3", 3_000, "a rule's words"), event("2", 2_000, decided)] },
      ],
      GatehouseApiAccessLog0A1B2C3D: [
        { events: [event("1", 9_000, { requestId: "g-1", time: "200000000000", route: "POST /x", status: "200" })] },
      ],
      OutgoingAddressFlowLog0A1B2C3D: [{ events: [event("0", 1, "an address")] }],
    });
    const source = await stackSource(stack);
    const lines = await source.lines({ from: 1, to: 10_000, bearing: ["K7QD-9MXD", "g-1"] });
    expect(lines.map(({ at, from }) => [at, from])).toEqual([
      [2_000, "GatehouseBeforeCreateUser"],
      [3_000, "GatehouseBeforeCreateUser"],
      [200_000_000_000, "gateway"],
    ]);
    expect(asked).toContainEqual({
      operation: "FilterLogEvents",
      logGroupName: "/group/GatehouseBeforeCreateUserFunctionLogs0A1B2C3D",
      startTime: 1,
      endTime: 10_000,
      filterPattern: '?"K7QD-9MXD" ?"g-1"',
      nextToken: "more",
    });
    expect(asked.map(({ logGroupName }) => logGroupName)).not.toContain("/group/OutgoingAddressFlowLog0A1B2C3D");
    expect(source.gaps).toEqual([]);
  });

  it("leave out metrics where no code is asked for", async () => {
    const { stack, asked } = stackOf({
      StepLogs0A1B2C3D: [{ events: [event("1", 1, { _aws: {}, Decisions: 1 }), event("2", 2, decided)] }],
    });
    const lines = await (await stackSource(stack)).lines({ from: 1, to: 2 });
    expect(lines.map(({ words }) => words)).toEqual(["decided"]);
    expect(asked).toEqual([expect.not.objectContaining({ filterPattern: expect.anything() })]);
  });

  it("of what follows a decision do not come from what answers", async () => {
    const { stack, asked } = stackOf({
      BeforeCreateUserLogs0A1B2C3D: [{}],
      ApiAccessLog0A1B2C3D: [{}],
      ApprovalMailFunctionLogs0A1B2C3D: [{}],
    });
    await (await stackSource(stack)).lines({ from: 1, to: 2, bearing: ["K7QD-9MXD"], followingUp: true });
    expect(asked.map(({ logGroupName }) => logGroupName)).toEqual(["/group/ApprovalMailFunctionLogs0A1B2C3D"]);
  });

  it("tell of a log group that is gone, and go on without", async () => {
    const gone = new AwsError("ResourceNotFoundException", "The specified log group does not exist.", 400, {});
    const { stack } = stackOf({ OldLogs0A1B2C3D: [gone], NewLogs0A1B2C3D: [{ events: [event("1", 1, decided)] }] });
    const source = await stackSource(stack);
    expect(await source.lines({ from: 1, to: 2 })).toHaveLength(1);
    expect(source.gaps).toEqual(["The log group /group/OldLogs0A1B2C3D is not there: its lines are gone."]);
    expect(source.kept).toBe("log groups keep lines for 90 days (logRetention)");
  });

  it("are refused with what it takes to read them", async () => {
    const { stack } = stackOf({ StepLogs0A1B2C3D: [new AwsError("AccessDeniedException", "no", 400, {})] });
    await expect((await stackSource(stack)).lines({ from: 1, to: 2 })).rejects.toThrow(
      "You may not read /group/StepLogs0A1B2C3D: logs:FilterLogEvents is needed.",
    );
  });

  it("end where there are more than anybody reads, and say so", async () => {
    const page = { events: Array.from({ length: 10_000 }, (_, index) => event(String(index), index, "x")), nextToken: "more" };
    const { stack, asked } = stackOf({ StepLogs0A1B2C3D: [page, page] });
    const source = await stackSource(stack);
    await source.lines({ from: 1, to: 2 });
    expect(asked).toHaveLength(1);
    expect(source.gaps).toEqual([expect.stringMatching(/^\/group\/StepLogs0A1B2C3D has more than 10000 lines/)]);
  });
});
