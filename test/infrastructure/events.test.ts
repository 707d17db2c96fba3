import { Aws } from "aws-cdk-lib";
import { Match, type Template } from "aws-cdk-lib/assertions";
import { Match as EventMatch, type EventPattern } from "aws-cdk-lib/aws-events";
import { Arrivals, GroupMembership } from "../../features/arrivals/stack";
import { EventQueue } from "../../features/decisions/stack/event-queue";
import { Notifications } from "../../features/notifications/stack/notifications";
import type { WebhookOptions } from "../../features/webhooks/stack";
import type { Gatehouse } from "../../lib/gatehouse";
import { add as arrivals } from "../events/recipes/arrivals";
import { add as auditLog } from "../events/recipes/audit-log";
import { add as database } from "../events/recipes/database";
import { add as notify } from "../events/recipes/notify";
import { add as slack } from "../events/recipes/slack";
import { add as splunk } from "../events/recipes/splunk";
import { printedBlocks, recipeLines } from "../support/recipes";
import { type SynthOptions, synthesize } from "../support/synth";

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
}

interface RuleResource {
  readonly Properties: {
    readonly Targets: readonly {
      readonly InputTransformer: { readonly InputPathsMap: Record<string, string>; readonly InputTemplate: string };
    }[];
  };
}

const GUID = "11111111-1111-1111-1111-111111111111";
const crm: WebhookOptions = { name: "crm", url: "https://crm.contoso.com/hooks" };

function resources(template: Template, type: string): readonly Resource[] {
  return Object.values(template.findResources(type)) as Resource[];
}

/** The rules of a stack that wait for events. */
function eventRules(template: Template): readonly Resource[] {
  return resources(template, "AWS::Events::Rule").filter(({ Properties }) => "EventPattern" in Properties);
}

/** The runbook sections that alarms name, those of a stack left out whose alarms somebody hears. */
function newSections(template: Template): readonly string[] {
  const sections = (of: Template) =>
    resources(of, "AWS::CloudWatch::Alarm").map(({ Properties }) => String(Properties.AlarmDescription).split("#")[1]);
  const before = sections(heard);
  return sections(template).filter((section): section is string => section !== undefined && !before.includes(section));
}

/** What the role of a function may do. */
function actionsOf(template: Template, functionId: string): readonly string[] {
  return resources(template, "AWS::IAM::Policy")
    .filter(({ Properties }) => String(Properties.PolicyName).startsWith(functionId))
    .flatMap(({ Properties }) => (Properties.PolicyDocument as { Statement: { Action: string | string[] }[] }).Statement)
    .flatMap(({ Action }) => Action)
    .sort();
}

/** The functions that read a table's stream, by their logical ids. */
function readersOf(template: Template, table: string): readonly string[] {
  return resources(template, "AWS::Lambda::EventSourceMapping")
    .filter(({ Properties }) => JSON.stringify(Properties.EventSourceArn).includes(table))
    .map(({ Properties }) => JSON.stringify(Properties.FunctionName));
}

const { template: bare } = synthesize();
const { template: events } = synthesize({ events: {} });
const { template: heard } = synthesize({ alarmEmail: "it@contoso.com", events: {} });

describe("partners with logins", () => {
  const console = { tenantId: "contoso.onmicrosoft.com", clientId: "11111111-2222-3333-4444-555555555555" };
  const { template } = synthesize({ folder: "samples/policies/partners", console });
  const ofPartners = { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["partner*"] }, Null: { "dynamodb:LeadingKeys": "false" } };
  const allowed = (role: string) =>
    resources(template, "AWS::IAM::Policy")
      .filter(({ Properties }) => String(Properties.PolicyName).startsWith(role))
      .flatMap(
        ({ Properties }) => (Properties.PolicyDocument as { Statement: { Action: string | string[]; Condition?: object }[] }).Statement,
      )
      .map(({ Action, Condition }) => ({ actions: [Action].flat().sort().join(" "), under: Condition }));

  it("have a daily worker only if the policy uses partners()", () => {
    const ofPartners = (of: Template) => Object.keys(of.toJSON().Resources as object).filter((id) => id.startsWith("Partners"));
    expect(ofPartners(bare)).toEqual([]);
    const rules = resources(template, "AWS::Events::Rule").map(({ Properties }) => Properties);
    expect(rules).toContainEqual(expect.objectContaining({ ScheduleExpression: "rate(1 day)", State: "ENABLED" }));
    const alarms = JSON.stringify(
      resources(template, "AWS::CloudWatch::Alarm").filter(({ Properties }) => /crashed/.test(String(Properties.AlarmDescription))),
    );
    expect(alarms).toContain("PartnersLooker");
  });

  it("let the worker write only their own decision rows, its note, the ends of list entries, and the trail", () => {
    expect(allowed("PartnersLooker")).toEqual([
      { actions: "logs:CreateLogStream logs:PutLogEvents", under: undefined },
      { actions: "dynamodb:BatchGetItem dynamodb:PutItem dynamodb:Query", under: ofPartners },
      { actions: "dynamodb:BatchGetItem dynamodb:UpdateItem", under: undefined },
      { actions: "dynamodb:Query dynamodb:Scan", under: undefined },
      {
        actions: "dynamodb:GetItem dynamodb:PutItem",
        under: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["work/partners*"] }, Null: { "dynamodb:LeadingKeys": "false" } },
      },
      { actions: expect.stringMatching(/^secretsmanager:/), under: undefined },
      { actions: "dynamodb:PutItem dynamodb:Query", under: undefined },
    ]);
  });

  it("let the console add and remove their rows", () =>
    expect(allowed("ConsoleFunction")).toContainEqual({ actions: "dynamodb:DeleteItem dynamodb:PutItem", under: ofPartners }));

  it("are reported to the stream's reader if they are removed", () =>
    expect(JSON.stringify(resources(template, "AWS::Lambda::EventSourceMapping"))).toContain(
      JSON.stringify(JSON.stringify({ eventName: ["REMOVE"], dynamodb: { Keys: { reference: { S: ["posture", "partner"] } } } })).slice(
        1,
        -1,
      ),
    ));
});

describe("the publisher of the decisions stream", () => {
  it("reads new rows, changed rows and removed settings, and can report a failure amid a batch", () => {
    const mappings = resources(events, "AWS::Lambda::EventSourceMapping").map(({ Properties }) => Properties);
    const ofPublisher = mappings.find(({ FunctionName }) => JSON.stringify(FunctionName).includes("Publisher"));
    expect(ofPublisher).toMatchObject({
      FilterCriteria: {
        Filters: [
          { Pattern: JSON.stringify({ eventName: ["INSERT", "MODIFY"] }) },
          { Pattern: JSON.stringify({ eventName: ["REMOVE"], dynamodb: { Keys: { reference: { S: ["posture", "partner"] } } } }) },
        ],
      },
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      StartingPosition: "TRIM_HORIZON",
    });
    expect(ofPublisher).not.toHaveProperty("MaximumRetryAttempts");
  });

  it("shares the stream with the counter, which reads only new rows, if something uses the counts", () => {
    const readers = resources(heard, "AWS::Lambda::EventSourceMapping")
      .map(({ Properties }) => Properties)
      .filter(({ EventSourceArn }) => JSON.stringify(EventSourceArn).includes("DecisionsTable"));
    expect(readers).toHaveLength(2);
    const ofCounter = readers.find(({ FunctionName }) => JSON.stringify(FunctionName).includes("Counter"));
    expect(ofCounter).toMatchObject({
      BatchSize: 1_000,
      FilterCriteria: { Filters: [{ Pattern: JSON.stringify({ eventName: ["INSERT"] }) }] },
      MaximumBatchingWindowInSeconds: 300,
    });
    const statements = resources(heard, "AWS::IAM::Policy")
      .filter(({ Properties }) => String(Properties.PolicyName).startsWith("CountsCounter"))
      .flatMap(({ Properties }) => (Properties.PolicyDocument as { Statement: { Action: string | string[] }[] }).Statement);
    expect(statements.find(({ Action }) => Action.includes("dynamodb:UpdateItem"))).toMatchObject({
      Action: ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
      Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["counts/*"] } },
    });
    expect(JSON.stringify(statements)).toContain('"dynamodb:LeadingKeys":["looks-like/*"]');
    expect(statements.filter((statement) => JSON.stringify(statement).includes("skipped/"))).toEqual([
      expect.objectContaining({
        Action: ["dynamodb:GetItem", "dynamodb:PutItem"],
        Condition: {
          "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["skipped/decision-counter*", "work/decision-counter*"] },
          Null: expect.anything(),
        },
      }),
    ]);
  });

  it("rings once if unusually many people sign up, however often the count repeats", () => {
    heard.hasResourceProperties("AWS::CloudWatch::Alarm", {
      Namespace: "Gatehouse",
      MetricName: "UnusualSignUps",
      Statistic: "Sum",
      Period: 300,
      EvaluationPeriods: 12,
      DatapointsToAlarm: 1,
      Threshold: 1,
      TreatMissingData: "notBreaching",
      AlarmDescription: Match.stringLikeRegexp("#unusual-sign-ups$"),
    });
  });

  it("has an alarm on unreadable counts only if the policy has a limit", () => {
    expect(newSections(synthesize({ folder: "samples/policies/limits" }).template)).toContain("limits-unread");
    bare.resourcePropertiesCountIs("AWS::CloudWatch::Alarm", { MetricName: "LimitsUnread" }, 0);
  });

  it("has rights only to its stream, its bus, the trail's entries on gates, and the note of skipped changes", () => {
    expect(actionsOf(events, "DecisionsPublisher")).toEqual([
      "dynamodb:DescribeStream",
      "dynamodb:GetItem",
      "dynamodb:GetRecords",
      "dynamodb:GetShardIterator",
      "dynamodb:ListStreams",
      "dynamodb:PutItem",
      "dynamodb:PutItem",
      "dynamodb:Query",
      "events:ListRules",
      "events:PutEvents",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
      "secretsmanager:DescribeSecret",
      "secretsmanager:GetSecretValue",
      "sqs:SendMessage",
    ]);
  });

  it.each([
    { events: {}, form: undefined },
    { events: { format: "ocsf" as const }, form: "ocsf" },
  ])("publishes $form beside its own form if the option events is $events", ({ events, form }) => {
    const console = { tenantId: "contoso.onmicrosoft.com", clientId: "the-client" };
    const { template } = synthesize({ events, folder: "samples/policies/approval", console });
    const variables = resources(template, "AWS::Lambda::Function").map(({ Properties }) => Properties.Environment as { Variables: object });
    const publishers = variables.filter((each) => each !== undefined && "EVENT_BUS" in each.Variables);
    expect(publishers.map(({ Variables }) => "EVENT_FORMAT" in Variables && Variables.EVENT_FORMAT)).toEqual(Array(5).fill(form ?? false));
  });

  it.each<[string, SynthOptions]>([
    ["the option events", { events: {} }],
    ["a queue of the app's own", { add: (gatehouse) => new EventQueue(gatehouse, "Queue") }],
    ["a webhook", { webhooks: [crm] }],
    ["an archive", { eventArchiveDays: 30 }],
    ["the console, which puts events on the bus", { console: { tenantId: "contoso.onmicrosoft.com", clientId: "the-client" } }],
    ["an app that asks for the bus", { add: (gatehouse) => gatehouse.bus.eventBusName }],
    ["npm start, which writes events into a file", { context: { console: "local" } }],
  ])("comes with %s, and replaces the trail's reader of decisions", (_, options) => {
    const { template } = synthesize(options);
    template.resourceCountIs("AWS::Events::EventBus", 1);
    template.hasOutput("EventBus", {});
    expect(readersOf(template, "DecisionsTable")).toContainEqual(expect.stringContaining("DecisionsPublisher"));
    expect(readersOf(template, "DecisionsTable")).not.toContainEqual(expect.stringContaining("TrailReader"));
  });

  it("is absent without listeners; the trail's reader then reads only the settings of gates and partners", () => {
    bare.resourceCountIs("AWS::Events::EventBus", 0);
    expect(readersOf(bare, "DecisionsTable")).toEqual([expect.stringContaining("TrailReader")]);
    const [mapping] = resources(bare, "AWS::Lambda::EventSourceMapping").filter(({ Properties }) =>
      JSON.stringify(Properties.EventSourceArn).includes("DecisionsTable"),
    );
    expect(mapping?.Properties.FilterCriteria).toEqual({
      Filters: [
        {
          Pattern: JSON.stringify({
            eventName: ["INSERT", "MODIFY", "REMOVE"],
            dynamodb: { Keys: { reference: { S: ["posture", "partner"] } } },
          }),
        },
      ],
    });
  });

  it("adds nothing to the bus that the options do not ask for", () => {
    expect(eventRules(bare)).toEqual([]);
    for (const type of ["Connection", "ApiDestination", "Archive"]) bare.resourceCountIs(`AWS::Events::${type}`, 0);
    // What readers of streams gave up on.
    bare.resourceCountIs("AWS::SQS::Queue", 1);
  });
});

it("every stream reader reports skipped changes while the stream still holds them, and an alarm rings", () => {
  const { template } = synthesize({ folder: "samples/policies/approval", alarmEmail: "it@contoso.com" });
  const [[queue] = []] = Object.entries(template.findResources("AWS::SQS::Queue")).filter(([id]) => id.startsWith("FailedChanges"));
  const streams = resources(template, "AWS::Lambda::EventSourceMapping").filter(({ Properties }) => "StartingPosition" in Properties);
  expect(streams).toHaveLength(9);
  for (const { Properties } of streams) {
    expect(Properties.DestinationConfig).toEqual({ OnFailure: { Destination: { "Fn::GetAtt": [queue, "Arn"] } } });
    expect(Properties.MaximumRecordAgeInSeconds).toBe(18 * 3_600);
  }
  template.hasResourceProperties("AWS::CloudWatch::Alarm", {
    AlarmDescription: Match.stringLikeRegexp("#failed-changes$"),
    Metrics: [
      Match.objectLike({ Expression: "SUM([m0, m1, m2])" }),
      ...["RowsSkipped", "HygieneProblems"].map((MetricName) =>
        Match.objectLike({ MetricStat: Match.objectLike({ Metric: Match.objectLike({ MetricName }) }) }),
      ),
      Match.objectLike({
        MetricStat: Match.objectLike({
          Metric: Match.objectLike({
            MetricName: "ApproximateNumberOfMessagesVisible",
            Dimensions: [{ Name: "QueueName", Value: { "Fn::GetAtt": [queue, "QueueName"] } }],
          }),
        }),
      }),
    ],
  });
});

it.each<[string, Parameters<typeof synthesize>[0], string, number, string]>([
  ["one region", {}, "ENABLED", 3, "own"],
  ["tables with copies elsewhere", { env: { region: "eu-west-1" }, replicas: ["eu-central-1"] }, "ENABLED", 3, "any"],
  ["a table that a rule reads", { folder: "samples/policies/partner-codes" }, "ENABLED", 4, "own"],
])("an alarm rings if the audit trail misses changes, which is checked every five minutes: %s", (_, given, State, count, whose) => {
  const { template } = synthesize({ ...given, alarmEmail: "it@contoso.com" });
  const [reader] = resources(template, "AWS::Lambda::Function").filter(({ Properties }) =>
    String(Properties.Description).endsWith("edit in the audit trail"),
  );
  const environment = reader?.Properties.Environment as { readonly Variables: Readonly<Record<string, unknown>> } | undefined;
  const told = JSON.stringify(environment?.Variables.AUDITED_STREAMS);
  expect(told.match(/StreamArn/g)).toHaveLength(count);
  expect(told).toMatch(new RegExp(`reader\\W+${whose}`));
  template.hasResourceProperties("AWS::Events::Rule", {
    Description: "Checks that the audit trail gets the changes of the tables",
    ScheduleExpression: "rate(5 minutes)",
    State,
  });
  template.hasResourceProperties("AWS::CloudWatch::Alarm", {
    AlarmDescription: Match.stringLikeRegexp("#stream-unread$"),
    MetricName: "StreamsUnread",
    EvaluationPeriods: 3,
    DatapointsToAlarm: 1,
    TreatMissingData: "notBreaching",
  });
});

describe("webhooks", () => {
  const { template, warnings } = synthesize({
    alarmEmail: "it@contoso.com",
    webhooks: [
      crm,
      { name: "siem", url: "https://siem.bücher.example:8443/접수?tenant=1", eventPattern: { detail: { verdict: ["block"] } } },
    ],
  });
  const sender = template.findResources("AWS::Lambda::Function", { Properties: { Description: "Sends events to webhooks" } });

  it("cause no warnings", () => expect(warnings).toEqual([]));

  it("are called by one function, which knows names of secrets and holds none", () => {
    const told = JSON.stringify(sender);
    for (const url of [crm.url, "https://siem.xn--bcher-kva.example:8443/%EC%A0%91%EC%88%98?tenant=1"]) expect(told).toContain(url);
    expect(JSON.stringify(template.toJSON())).not.toContain("resolve:secretsmanager");
    expect(Object.keys(template.findOutputs("*")).filter((name) => /^Webhook.*Key$/.test(name))).toEqual([
      "WebhookCrmKey",
      "WebhookSiemKey",
    ]);
    template.hasResourceProperties("AWS::SecretsManager::Secret", {
      GenerateSecretString: { PasswordLength: 48, ExcludePunctuation: true },
    });
  });

  it("get the events that they ask for: all of Gatehouse's, or some", () => {
    const patterns = eventRules(template).map(({ Properties }) => Properties.EventPattern);
    expect(patterns).toEqual([{ source: ["gatehouse"] }, { source: ["gatehouse"], detail: { verdict: ["block"] } }]);
  });

  it("have a queue each, which retries an event for a day; lost events are kept for two weeks", () => {
    const queues = Object.entries(template.findResources("AWS::SQS::Queue")).filter(([id]) => /^Webhook\w+Queue/.test(id));
    expect(queues).toHaveLength(2);
    for (const [, { Properties }] of queues) {
      const { VisibilityTimeout, MessageRetentionPeriod, RedrivePolicy } = Properties;
      expect(VisibilityTimeout * RedrivePolicy.maxReceiveCount).toBe(86_400);
      expect(MessageRetentionPeriod).toBe(1_209_600);
    }
    for (const { Properties } of resources(template, "AWS::Lambda::EventSourceMapping").filter(
      ({ Properties }) => "ScalingConfig" in Properties,
    ))
      expect(Properties).toMatchObject({
        BatchSize: 10,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
        ScalingConfig: { MaximumConcurrency: 2 },
      });
  });

  it("are sent by a function that only reads their queues and secrets, and notes failures", () => {
    const statements = resources(template, "AWS::IAM::Policy")
      .map(
        ({ Properties }) => Properties as unknown as { PolicyName: string; PolicyDocument: { Statement: { Action: string | string[] }[] } },
      )
      .filter(({ PolicyName }) => PolicyName.startsWith("WebhooksFunction"))
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    const queue = ["ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "GetQueueUrl", "ReceiveMessage"].map(
      (each) => `sqs:${each}`,
    );
    expect([...new Set(statements.flatMap(({ Action }) => Action))].sort()).toEqual([
      ...[
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetSecretValue",
      ],
      ...queue,
    ]);
  });

  it("have alarms by mail: if no event is accepted for ten minutes, and if events are given up", () => {
    expect([...newSections(template)].sort()).toEqual([
      ...["event-queue-dead-letters", "event-queue-dead-letters", "function-errors", "undelivered-events", "webhook-lag", "webhook-lag"],
    ]);
    for (const { Properties } of resources(template, "AWS::CloudWatch::Alarm")) expect(Properties.AlarmActions).toHaveLength(1);
  });

  it.each([
    {
      given: "plain HTTP",
      webhook: { ...crm, url: "http://crm.contoso.com" },
      says: /webhooks\[0\].url is "http:.*"; it must be a public https address/,
    },
    { given: "no URL", webhook: { ...crm, url: "crm.contoso.com" }, says: /url is "crm\.contoso\.com"; it must be a public https address/ },
    { given: "an empty URL", webhook: { ...crm, url: "" }, says: /url is ""; it must be a public https address/ },
    { given: "another scheme", webhook: { ...crm, url: "javascript:alert(1)" }, says: /must be a public https address/ },
    { given: "a password in the URL", webhook: { ...crm, url: "https://a:b@crm.contoso.com" }, says: /without user name, password/ },
    { given: "a fragment", webhook: { ...crm, url: "https://crm.contoso.com/#a" }, says: /without user name, password or #/ },
    { given: "no name", webhook: { ...crm, name: "" }, says: /name is ""; it must be 1 to 32 letters/ },
    { given: "a name with a slash", webhook: { ...crm, name: "a/b" }, says: /name is "a\/b"; it must be 1 to 32 letters/ },
    { given: "a name too long", webhook: { ...crm, name: "a".repeat(33) }, says: /must be 1 to 32 letters/ },
    { given: "a private address", webhook: { ...crm, url: "https://10.0.0.7/hook" }, says: /must be a public https address/ },
    { given: "a link-local address", webhook: { ...crm, url: "https://169.254.169.254/" }, says: /must be a public https address/ },
    { given: "this machine", webhook: { ...crm, url: "https://localhost/" }, says: /must be a public https address/ },
  ])("with $given are refused at synth", ({ webhook, says }) => {
    expect(() => synthesize({ webhooks: [webhook] })).toThrow(says);
  });

  it("are refused if two have the same name, in any spelling", () => {
    expect(() => synthesize({ webhooks: [crm, { ...crm, name: "CRM" }] })).toThrow(/webhooks\[1\]: The name "CRM" is taken/);
  });

  it("are refused if their addresses do not fit into the sender's variables", () => {
    const many = (length: number) => {
      const url = "https://hooks.contoso.com/".padEnd(length, "x");
      return [...Array(8).keys()].map((index) => ({ name: `hook${index}`, url }));
    };
    expect(() => synthesize({ webhooks: many(200) })).not.toThrow();
    expect(() => synthesize({ webhooks: many(600) })).toThrow(
      /The function \S*Webhooks\/Function has at least \d{4} bytes of environment variables, and AWS Lambda takes 4096: shorten the option behind WEBHOOKS, which has \d{4}\./,
    );
  });

  it("create nothing if their list is empty", () => expect(eventRules(synthesize({ webhooks: [] }).template)).toEqual([]));
});

describe("eventArchiveDays", () => {
  it("keeps Gatehouse's events for that many days", () => {
    const { template } = synthesize({ eventArchiveDays: 30 });
    template.hasResourceProperties("AWS::Events::Archive", { RetentionDays: 30, EventPattern: { source: ["gatehouse"] } });
  });

  it.each([0, -1, 1.5, Number.NaN])("of %d is refused at synth", (eventArchiveDays) => {
    expect(() => synthesize({ eventArchiveDays })).toThrow(/eventArchiveDays is/);
  });
});

describe("documented recipes", () => {
  it.each([
    ["use-events", ["notify", "slack", "audit-log", "database"]],
    ["arrivals", ["arrivals"]],
  ])("%s prints the lines that are tested here", (page, recipes) => {
    expect(printedBlocks(page)).toEqual(recipes.map(recipeLines));
  });

  it("siem prints the lines for Splunk that are tested here", () => {
    expect(printedBlocks("siem")).toContain(recipeLines("splunk"));
    const { template, warnings } = synthesize({ add: splunk });
    expect(warnings).toEqual([]);
    template.hasResourceProperties("AWS::Events::Connection", {
      AuthParameters: {
        ApiKeyAuthParameters: { ApiKeyName: "Authorization", ApiKeyValue: "{{resolve:secretsmanager:gatehouse/splunk:SecretString:::}}" },
      },
    });
  });

  it("can be combined, also with webhooks and an archive", () => {
    const add = (gatehouse: Gatehouse) => {
      for (const recipe of [notify, auditLog, database, arrivals]) recipe(gatehouse);
    };
    const { template, warnings } = synthesize({ add, webhooks: [crm], eventArchiveDays: 30, alarmEmail: "it@contoso.com" });
    expect(warnings).toEqual([]);
    expect([...newSections(template)].sort()).toEqual([
      ...[
        "event-queue-dead-letters",
        "event-queue-dead-letters",
        "event-queue-dead-letters",
        "function-errors",
        "undelivered-events",
        "webhook-lag",
      ],
    ]);
    for (const { Properties } of resources(template, "AWS::CloudWatch::Alarm")) expect(Properties.AlarmActions).toHaveLength(1);
    for (const { Properties } of eventRules(template)) {
      expect(Properties.EventBusName).toEqual({ Ref: expect.stringMatching(/^DecisionsBus/) });
      expect(Properties.Targets).toMatchObject([{ DeadLetterConfig: { Arn: expect.anything() } }]);
    }
  });
});

describe("the recipe notify", () => {
  const transformer = (template: Template) => {
    const [rule] = eventRules(template) as unknown as RuleResource[];
    return rule?.Properties.Targets[0]?.InputTransformer;
  };

  it("reports blocks to its subscribers without the person", () => {
    const { template } = synthesize({ add: notify });
    template.hasResourceProperties("AWS::Events::Rule", {
      EventPattern: { source: ["gatehouse"], "detail-type": ["sign-up.decided.v1"], detail: { verdict: ["block"] } },
    });
    template.hasResourceProperties("AWS::SNS::Subscription", { Protocol: "email", Endpoint: "it@contoso.com" });
    template.hasResourceProperties("AWS::SNS::Subscription", { Protocol: "sms", Endpoint: "+821012345678" });
    expect(Object.values(transformer(template)?.InputPathsMap ?? {}).sort()).toEqual([
      "$.detail.reasons[0]",
      "$.detail.reference",
      "$.detail.step",
      "$.detail.verdict",
    ]);
    expect(transformer(template)?.InputTemplate).toBe(
      '"Sign-up at <detail-step>: <detail-verdict>. Reason: <detail-reasons-0->. Reference: <detail-reference>"',
    );
  });

  it("names the person if asked to", () => {
    const { template } = synthesize({
      add: (gatehouse) => new Notifications(gatehouse, "Told", { showEmail: true, verdicts: ["invalid"] }),
    });
    expect(Object.values(transformer(template)?.InputPathsMap ?? {})).toContain("$.detail.email");
    template.hasResourceProperties("AWS::Events::Rule", { EventPattern: Match.objectLike({ detail: { verdict: ["invalid"] } }) });
  });

  it("writes the format that the chat application reads", () => {
    const { template } = synthesize({ add: slack });
    const { InputTemplate = "" } = transformer(template) ?? {};
    expect(JSON.parse(InputTemplate)).toMatchObject({ version: "1.0", source: "custom", content: { textType: "client-markdown" } });
    template.hasResourceProperties("AWS::Chatbot::SlackChannelConfiguration", { SnsTopicArns: [Match.anyValue()] });
  });
});

describe("the recipe audit-log", () => {
  const { template } = synthesize({ add: auditLog });

  it("keeps the log group from deletion, and for the requested time", () => {
    template.hasResource("AWS::Logs::LogGroup", {
      DeletionPolicy: "Retain",
      Properties: { LogGroupName: "/aws/events/Gatehouse/Audit", RetentionInDays: 1_827, DeletionProtectionEnabled: true },
    });
  });

  it("lets EventBridge write to the log group without a function", () => {
    expect(JSON.stringify(resources(template, "AWS::Logs::ResourcePolicy"))).toMatch(
      /events\.amazonaws\.com.*delivery\.logs\.amazonaws\.com/,
    );
    template.resourceCountIs("AWS::Lambda::Function", resources(events, "AWS::Lambda::Function").length);
  });
});

describe("the recipe database", () => {
  it("delivers a message to its reader ten times, then keeps it aside", () => {
    const { template } = synthesize({ add: database });
    template.hasResourceProperties("AWS::SQS::Queue", { RedrivePolicy: { maxReceiveCount: 10 }, MessageRetentionPeriod: 1_209_600 });
    expect(Object.keys(template.findOutputs("ForTheDatabaseUrl"))).toHaveLength(1);
  });

  it("receives only events about decisions, because its table holds nothing else", () => {
    const { template } = synthesize({ add: database });
    template.hasResourceProperties("AWS::Events::Rule", {
      EventPattern: { source: ["gatehouse"], "detail-type": ["sign-up.decided.v1"] },
    });
  });

  it("can be used twice in one stack", () => {
    const { template } = synthesize({
      add: (gatehouse) => {
        new EventQueue(gatehouse, "One");
        new EventQueue(gatehouse, "Two", { eventPattern: { detail: { verdict: ["continue"] } } });
      },
    });
    template.resourceCountIs("AWS::SQS::Queue", 1 + 5);
  });
});

describe("an event pattern", () => {
  it.each<{ pattern: EventPattern; says: string }>([
    { pattern: { detail: { attributes: [{ exists: true }] } }, says: "detail.attributes is an object in every event" },
    { pattern: { detail: { terms: [{ exists: false }] } }, says: "detail.terms is an object in every event" },
    { pattern: { detail: { decision: { by: [{ "anything-but": "x" }] } } }, says: "detail.decision.by is an object in every event" },
    {
      pattern: { detailType: [{ prefix: "approval." }] as never, detail: { $or: [{ stage: ["x"] }, { step: ["y"] }] } },
      says: "detail.stage is an object in every event",
    },
    {
      pattern: { detail: { reasons: EventMatch.exactString("a"), verdict: [] } },
      says: "detail.verdict is an empty list, which matches nothing.",
    },
    { pattern: { detail: { verdict: [{ equals: "x" }] } }, says: "detail.verdict: The operator equals is unknown." },
    { pattern: { detail: { verdict: EventMatch.cidr("10.0.0.0/32") } }, says: "detail.verdict: cidr takes an address and a length" },
    { pattern: { detail: { email: ["x".repeat(4_097)] } }, says: "it has 4145 characters; EventBridge takes 4,096." },
  ])("is refused: $pattern", ({ pattern, says }) => {
    const add = (gatehouse: Gatehouse) => new EventQueue(gatehouse, "Mine", { eventPattern: pattern });
    expect(() => synthesize({ add })).toThrow(`The event pattern of Mine: ${says}`);
  });

  it("is refused in every option that takes one", () => {
    const detail = { attributes: [{ exists: true }] };
    const says = "detail.attributes is an object in every event";
    const ids = { tenantId: GUID, clientId: GUID, groupId: GUID };
    const more = (gatehouse: Gatehouse) => new EventQueue(gatehouse, "Mine").add("More", { detail });
    const members = (gatehouse: Gatehouse) => new GroupMembership(gatehouse, "Partners", { ...ids, detail });
    expect(() => synthesize({ webhooks: [{ ...crm, eventPattern: { detail } }] })).toThrow(`The event pattern of WebhookCrm: ${says}`);
    expect(() => synthesize({ add: more })).toThrow(`The event pattern of Mine: ${says}`);
    expect(() => synthesize({ add: members })).toThrow(`The event pattern of PartnersEvents: ${says}`);
  });

  it.each<EventPattern>([
    { detail: { attributes: { jobTitle: [{ exists: true }] } } },
    { detail: { reasons: EventMatch.exists(), verdict: EventMatch.anythingBut("block"), emailProven: [true] } },
    { detail: { failure: [{ exists: false }] }, detailType: ["sign-up.decided.v1"] },
    { account: [Aws.ACCOUNT_ID], region: EventMatch.anythingBut("eu-west-1") },
    { source: ["gatehouse.ocsf"], detail: { metadata: { version: ["1.1.0"] } } },
    { source: ["mine"], detail: { attributes: [{ exists: true }] } },
  ])("is taken, case %#", (eventPattern) => {
    expect(() => synthesize({ add: (gatehouse) => new EventQueue(gatehouse, "Mine", { eventPattern }) })).not.toThrow();
  });
});

describe("the recipe arrivals", () => {
  const { template } = synthesize({ add: arrivals });

  it("checks each admitted person for a day, from the time when Entra can have made the account", () => {
    template.hasResourceProperties("AWS::Events::Rule", {
      EventPattern: {
        source: ["gatehouse"],
        "detail-type": ["sign-up.decided.v1"],
        detail: { email: [{ suffix: "@contoso.com" }], step: ["before-create-user"], verdict: ["continue"], source: ["b2b"] },
      },
    });
    template.hasResourceProperties("AWS::SQS::Queue", {
      DelaySeconds: 30,
      VisibilityTimeout: 180,
      RedrivePolicy: { maxReceiveCount: 480 },
    });
  });

  it("also checks people who get an account by approval", () => {
    template.hasResourceProperties("AWS::Events::Rule", {
      EventPattern: { source: ["gatehouse"], "detail-type": ["account.created.v1"], detail: { email: [{ suffix: "@contoso.com" }] } },
    });
  });

  it("may only read one secret, one queue and the person's requests, and write account rows", () => {
    expect(actionsOf(template, "PartnersFunction")).toEqual([
      "dynamodb:GetItem",
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:PutItem",
      "dynamodb:Query",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
      "secretsmanager:DescribeSecret",
      "secretsmanager:GetSecretValue",
      "sqs:ChangeMessageVisibility",
      "sqs:DeleteMessage",
      "sqs:GetQueueAttributes",
      "sqs:GetQueueUrl",
      "sqs:ReceiveMessage",
    ]);
  });

  it("takes no secret from the template", () => {
    template.hasOutput("PartnersClientSecret", { Value: { Ref: Match.stringLikeRegexp("^PartnersClientSecret") } });
  });

  it("passes the group and the sponsor option for new accounts to its function", () => {
    template.hasResourceProperties("AWS::Lambda::Function", {
      Environment: { Variables: { GROUP_ID: "33333333-3333-3333-3333-333333333333", ARRIVAL_SPONSORS: "true" } },
    });
  });

  it("comes with a policy whose access expires, and then signs in as the application that makes accounts", () => {
    const { template: other } = synthesize({ folder: "samples/policies/expiry" });
    const finder = { ARRIVAL_SPONSORS: "true", APPROVALS_SECRET: Match.anyValue(), GRAPH_SECRET: Match.absent() };
    other.hasResourceProperties("AWS::Lambda::Function", { Environment: { Variables: finder } });
  });

  it("listens to decisions and to accounts' first tokens if the tenant is external", () => {
    const id = "11111111-1111-1111-1111-111111111111";
    const accessPackage = { id, policyId: id };
    const external = { tenantId: id, clientId: id, tenant: "external", tenantDomain: "contoso.onmicrosoft.com", accessPackage } as const;
    const { template: other } = synthesize({ add: (gatehouse) => new Arrivals(gatehouse, "Customers", external) });
    const detail = { step: ["before-create-user"], verdict: ["continue"], source: ["external-tenant"] };
    other.hasResourceProperties("AWS::Events::Rule", { EventPattern: { "detail-type": ["sign-up.decided.v1"], detail } });
    other.hasResourceProperties("AWS::Events::Rule", {
      EventPattern: { "detail-type": ["account.arrived.v1"], detail: { by: ["token"] } },
    });
    other.hasResourceProperties("AWS::Lambda::Function", {
      Environment: { Variables: { ACCESS_PACKAGE_ID: id, ASSIGNMENT_POLICY_ID: id, TENANT_DOMAIN: "contoso.onmicrosoft.com" } },
    });
  });

  it.each<{ given: string; detail: object; proven?: readonly boolean[] }>([
    { given: "an address", detail: { email: [{ suffix: "@contoso.com" }] }, proven: [true] },
    { given: "a person", detail: { personId: ["p"] }, proven: [true] },
    { given: "one of two things", detail: { $or: [{ gate: ["suppliers"] }, { email: ["kim@contoso.com"] }] }, proven: [true] },
    {
      given: "an address that need not be proven",
      detail: { email: ["kim@contoso.com"], emailProven: [true, false] },
      proven: [true, false],
    },
    { given: "a gate", detail: { gate: ["suppliers"] } },
  ])("lets only events with a proven address pass by default if its filter names an address or a person: $given", ({ detail, proven }) => {
    const id = "11111111-1111-1111-1111-111111111111";
    const props = { tenantId: id, clientId: id, groupId: id, tenant: "external", detail } as const;
    const { template: other } = synthesize({ add: (gatehouse) => new Arrivals(gatehouse, "Partners", props) });
    const rules = eventRules(other) as unknown as { Properties: { EventPattern: Record<string, never> } }[];
    const patterns = rules.map(({ Properties }) => Properties.EventPattern);
    expect(patterns.flatMap((pattern) => pattern["detail-type"]).sort()).toEqual([
      "account.arrived.v1",
      "account.created.v1",
      "sign-up.decided.v1",
    ]);
    for (const pattern of patterns) expect(pattern.detail).toMatchObject(detail);
    expect(patterns.map(({ detail: { emailProven } = {} as { emailProven?: unknown } }) => emailProven)).toEqual([proven, proven, proven]);
  });

  it.each(["tenantId", "clientId", "groupId"])("refuses a %s that is no GUID, and names it", (name) => {
    const id = "11111111-1111-1111-1111-111111111111";
    const props = { tenantId: id, clientId: id, groupId: id, [name]: "contoso.onmicrosoft.com" };
    expect(() => synthesize({ add: (gatehouse) => new GroupMembership(gatehouse, "Partners", props) })).toThrow(
      `Gatehouse's option Partners.${name} is "contoso.onmicrosoft.com"; it must be a GUID`,
    );
  });
});
