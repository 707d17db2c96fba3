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

/** What CloudWatch is asked. */
interface Asked {
  readonly AlarmNames?: readonly string[];
  readonly AlarmName?: string;
  readonly StateValue?: string;
}

/** When the first of a test's alarms rang, in epoch seconds. */
const FIRST_S = 1_795_176_000;

export interface AwsDouble {
  readonly url: string;
  readonly aws: TestAws;
  /** Each state that an alarm was set to: "Gatehouse-FailedClosed ALARM". */
  readonly set: string[];
  close(): void;
}

/** CloudFormation, SNS and STS, which take forms, and CloudWatch, which takes JSON, in one. */
export async function startAws(aws: TestAws): Promise<AwsDouble> {
  const set: string[] = [];
  const history: { readonly alarm: string; readonly summary: string; readonly at: number }[] = [];
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
    ListSubscriptionsByTopic: (form) => {
      const all = (aws.subscriptions[form.get("TopicArn") ?? ""] ?? []).map(
        ([protocol, endpoint, confirmed]) =>
          `<Protocol>${protocol}</Protocol><Endpoint>${endpoint}</Endpoint><SubscriptionArn>${confirmed ? "arn:aws:sns:eu-west-1:1:a:b" : "PendingConfirmation"}</SubscriptionArn>`,
      );
      return `<Subscriptions>${member(all)}</Subscriptions>`;
    },
  };
  const cloudWatch: Readonly<Record<string, (input: Asked) => object>> = {
    DescribeAlarms: ({ AlarmNames: [name = ""] = [] }) => {
      const alarm = aws.alarms[name];
      if (alarm === undefined) return { MetricAlarms: [] };
      const { state, actionsEnabled = true, actions } = alarm;
      return { MetricAlarms: [{ StateValue: state, ActionsEnabled: actionsEnabled, AlarmActions: actions }] };
    },
    SetAlarmState: ({ AlarmName: name = "", StateValue: state = "" }) => {
      set.push(`${name} ${state}`);
      const alarm = aws.alarms[name];
      if (alarm === undefined) return {};
      if (state === "ALARM" && alarm.does !== undefined)
        history.unshift({ alarm: name, summary: alarm.does, at: FIRST_S + history.length });
      alarm.state = state;
      return {};
    },
    DescribeAlarmHistory: ({ AlarmName }) => {
      const own = history.filter(({ alarm }) => alarm === AlarmName);
      return { AlarmHistoryItems: own.map(({ at, summary }) => ({ Timestamp: at, HistorySummary: summary })) };
    },
  };
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const target = request.headers["x-amz-target"];
    if (typeof target === "string") {
      const operation = target.slice(target.indexOf(".") + 1);
      const code = aws.refuses[operation];
      const refusal = { __type: code, message: `not authorized to perform: ${operation}` };
      const answer = code === undefined ? cloudWatch[operation]?.(JSON.parse(body) as Asked) : refusal;
      response.writeHead(code === undefined ? 200 : 400, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(answer));
      return;
    }
    const form = new URLSearchParams(body);
    const action = form.get("Action") ?? "";
    const missing = action === "DescribeStacks" && form.get("StackName") !== "Gatehouse";
    const code = missing ? "ValidationError" : aws.refuses[action];
    const message = missing ? "Stack with id Nowhere does not exist" : `not authorized to perform: ${action}`;
    const answer =
      code === undefined
        ? `<${action}Response><${action}Result>${answers[action]?.(form) ?? ""}</${action}Result></${action}Response>`
        : `<ErrorResponse><Error><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
    response.writeHead(code === undefined ? 200 : 400, { "content-type": "text/xml" }).end(answer);
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
