import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { listen } from "../../support/dynamodb";

/** An alarm, and what becomes of it once it is rung. */
export interface TestAlarm {
  state: string;
  actionsEnabled?: boolean;
  actions: readonly string[];
  /** Undefined: it does nothing. */
  does?: string;
}

/** What AWS has; a test changes it to seed a fault. */
export interface TestAws {
  outputs: Record<string, string>;
  resources: Record<string, { readonly Type: string; readonly Properties?: object }>;
  status: string;
  alarms: Record<string, TestAlarm>;
  /** By topic: protocol, endpoint and whether it is confirmed. */
  subscriptions: Record<string, readonly (readonly [string, string, boolean])[]>;
  /** An operation -> the code that it is refused with. */
  refuses: Record<string, string>;
}

export interface AwsDouble {
  readonly url: string;
  readonly aws: TestAws;
  /** Each state that an alarm was set to: "Gatehouse-FailedClosed ALARM". */
  readonly set: string[];
  close(): void;
}

/** CloudFormation, CloudWatch, SNS and STS in one. */
export async function startAws(aws: TestAws): Promise<AwsDouble> {
  const set: string[] = [];
  const history: { readonly alarm: string; readonly summary: string; readonly at: string }[] = [];
  const member = (elements: readonly string[]) => elements.map((each) => `<member>${each}</member>`).join("");
  const answers: Readonly<Record<string, (form: URLSearchParams) => string>> = {
    GetCallerIdentity: () => "<Account>111111111111</Account>",
    DescribeStacks: () => {
      const outputs = Object.entries(aws.outputs).map(([key, value]) => `<OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue>`);
      return `<Stacks>${member([`<StackName>Gatehouse</StackName><StackStatus>${aws.status}</StackStatus><Outputs>${member(outputs)}</Outputs>`])}</Stacks>`;
    },
    GetTemplate: () => `<TemplateBody>${JSON.stringify({ Resources: aws.resources })}</TemplateBody>`,
    ListStackResources: () => {
      const all = Object.keys(aws.resources).map(
        (id) => `<LogicalResourceId>${id}</LogicalResourceId><PhysicalResourceId>${id}</PhysicalResourceId>`,
      );
      return `<StackResourceSummaries>${member(all)}</StackResourceSummaries>`;
    },
    DescribeAlarms: (form) => {
      const alarm = aws.alarms[form.get("AlarmNames.member.1") ?? ""];
      if (alarm === undefined) return "<MetricAlarms/>";
      const { state, actionsEnabled = true, actions } = alarm;
      return `<MetricAlarms>${member([`<StateValue>${state}</StateValue><ActionsEnabled>${actionsEnabled}</ActionsEnabled><AlarmActions>${member(actions)}</AlarmActions>`])}</MetricAlarms>`;
    },
    SetAlarmState: (form) => {
      const name = form.get("AlarmName") ?? "";
      const state = form.get("StateValue") ?? "";
      set.push(`${name} ${state}`);
      const alarm = aws.alarms[name];
      if (alarm === undefined) return "";
      if (state === "ALARM" && alarm.does !== undefined) {
        history.unshift({ alarm: name, summary: alarm.does, at: `2026-11-20T12:00:${String(history.length).padStart(2, "0")}.000Z` });
      }
      alarm.state = state;
      return "";
    },
    DescribeAlarmHistory: (form) => {
      const own = history.filter(({ alarm }) => alarm === form.get("AlarmName"));
      const all = own.map(({ at, summary }) => `<Timestamp>${at}</Timestamp><HistorySummary>${summary}</HistorySummary>`);
      return `<AlarmHistoryItems>${member(all)}</AlarmHistoryItems>`;
    },
    ListSubscriptionsByTopic: (form) => {
      const all = (aws.subscriptions[form.get("TopicArn") ?? ""] ?? []).map(
        ([protocol, endpoint, confirmed]) =>
          `<Protocol>${protocol}</Protocol><Endpoint>${endpoint}</Endpoint><SubscriptionArn>${confirmed ? "arn:aws:sns:eu-west-1:1:a:b" : "PendingConfirmation"}</SubscriptionArn>`,
      );
      return `<Subscriptions>${member(all)}</Subscriptions>`;
    },
  };
  const server = createServer(async (request, response) => {
    const form = new URLSearchParams(await text(request));
    const action = form.get("Action") ?? "";
    const missing = action === "DescribeStacks" && form.get("StackName") !== "Gatehouse";
    const code = missing ? "ValidationError" : aws.refuses[action];
    const message = missing ? "Stack with id Nowhere does not exist" : `not authorized to perform: ${action}`;
    const body =
      code === undefined
        ? `<${action}Response><${action}Result>${answers[action]?.(form) ?? ""}</${action}Result></${action}Response>`
        : `<ErrorResponse><Error><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
    response.writeHead(code === undefined ? 200 : 400, { "content-type": "text/xml" }).end(body);
  });
  const url = await listen(server);
  return {
    url,
    aws,
    set,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
