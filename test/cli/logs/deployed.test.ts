import { playBilledAws } from "../cost/aws";
import { gatehouse } from "../support";

const AT = Date.parse("2026-03-01T12:00:00.000Z");
const decided = {
  level: "INFO",
  message: "decided",
  timestamp: new Date(AT + 60).toISOString(),
  reference: "K7QD-9MXD",
  gatewayRequestId: "g-1",
};
const access = { requestId: "g-1", time: String(AT), route: "POST /before-create-user", status: "200", responseType: "-", latencyMs: "90" };
const lines: Readonly<Record<string, object>> = { BeforeCreateUserFunctionLogs0A1B2C3D: decided, SignUpAccessLog0A1B2C3D: access };

const asked: Readonly<Record<string, unknown>>[] = [];
const group = { Type: "AWS::Logs::LogGroup", Properties: { RetentionInDays: 90 } };

playBilledAws({
  created: "2026-01-01T00:00:00Z",
  outputs: {
    ...{ AccessListTable: "access-list", DecisionsTable: "decisions", ProfilesTable: "profiles", ReferenceDataTable: "reference-data" },
    ...{ LedgerTable: "ledger", ApprovalsTable: "approvals", CredentialsSecret: "CredentialsSecret", PersonKeySecret: "PersonKey" },
    BeforeCreateUserUrl: "https://api.example/prod/before-create-user",
  },
  resources: { ...Object.fromEntries(Object.keys(lines).map((id) => [id, group])), GoneLogs0A1B2C3D: group },
  targets: {
    "DynamoDB_20120810.Query": () => ({ Items: [] }),
    "Logs_20140328.FilterLogEvents": (input) => {
      asked.push(input);
      const { logGroupName, filterPattern } = input as { logGroupName: string; filterPattern: string };
      if (logGroupName.startsWith("Gone")) return { __type: "ResourceNotFoundException" };
      const message = JSON.stringify(lines[logGroupName]);
      const isMeant = [...filterPattern.matchAll(/\?"([^"]+)"/g)].some(([, term = ""]) => message.includes(term));
      return { events: isMeant ? [{ eventId: logGroupName, timestamp: AT, message }] : [] };
    },
  },
  sums: {},
  ownMetrics: [],
  tables: {},
  status: "Complete",
});

it("logs of a deployed stack: by the code the function's line, by its id the gateway's, and what is gone", async () => {
  const { exitCode, stdout, stderr } = await gatehouse("logs", "K7QD-9MXD", "--since", "365d");
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "The log group GoneLogs0A1B2C3D is not there: its lines are gone.\n" });
  expect(
    stdout
      .split("\n")
      .slice(1)
      .map((line) => line.trim().replace(/ {2,}/g, "  ")),
  ).toEqual(["+0 ms  gateway  POST /before-create-user: 200, in 90 ms", "+60 ms  BeforeCreateUser  decided", ""]);
  expect(new Set(asked.map(({ filterPattern }) => filterPattern))).toEqual(new Set(['?"K7QD-9MXD"', '?"g-1"']));
});
