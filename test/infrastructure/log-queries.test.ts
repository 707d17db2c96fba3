import { LogGroup } from "aws-cdk-lib/aws-logs";
import { AuditLog } from "../../features/notifications/stack/audit-log";
import { type SynthOptions, synthesize } from "../support/synth";

interface QueryProperties {
  readonly Name: string;
  readonly QueryString: string;
  readonly LogGroupNames: readonly { readonly Ref: string }[];
}

function queriesIn(options: SynthOptions = {}) {
  const { template } = synthesize(options);
  const resources = template.toJSON().Resources as Record<string, { Type: string; Properties: QueryProperties }>;
  const found = Object.values(resources).filter(({ Type }) => Type === "AWS::Logs::QueryDefinition");
  const logGroups = Object.keys(resources).filter((id) => resources[id]?.Type === "AWS::Logs::LogGroup");
  return { queries: found.map(({ Properties }) => Properties), logGroups };
}

it("saves queries under the stack's name, over all function logs and access logs", () => {
  const { queries, logGroups } = queriesIn({
    externalTenant: { tenantId: "7d1f2c34-0b6e-4f2d-9a51-3e8c0d94b7a2", audience: "5b2c7a90-6d1e-4f83-a4b7-2c9e0d1f3a58" },
  });
  expect(queries.map(({ Name }) => Name).sort()).toEqual(["Gatehouse/errors by place", "Gatehouse/one call or person"]);
  for (const { LogGroupNames } of queries) expect(LogGroupNames.map(({ Ref }) => Ref).sort()).toEqual([...logGroups].sort());
});

it("leaves out what holds addresses of people or of networks, and reads parts that the app adds", () => {
  const plain = queriesIn().logGroups;
  const { queries, logGroups } = queriesIn({
    folder: "test/infrastructure/policies/services",
    fixedOutgoingAddress: true,
    add: (gatehouse) => void new AuditLog(gatehouse, "Audit"),
  });
  const left = logGroups.filter((id) => !queries[0]?.LogGroupNames.some(({ Ref }) => Ref === id));
  expect(left).toEqual([expect.stringMatching(/^OutgoingFlowLog/), expect.stringMatching(/^AuditLog/)]);
  expect(plain.length).toBeGreaterThan(0);
});

it("names at most 50 log groups, the gateway's among them, as CloudWatch takes no more", () => {
  const { queries, logGroups } = queriesIn({
    add: (gatehouse) => {
      for (let index = 0; index < 50; index += 1) new LogGroup(gatehouse, `Own${index}Logs`);
    },
  });
  expect(logGroups.length).toBeGreaterThan(50);
  for (const { LogGroupNames } of queries) {
    expect(LogGroupNames).toHaveLength(50);
    expect(LogGroupNames[0]?.Ref).toMatch(/AccessLog/);
  }
});
