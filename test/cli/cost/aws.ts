import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { listen } from "../../support/listen";

/** What AWS has; a test changes it. */
export interface BilledAws {
  readonly created: string;
  readonly outputs: Record<string, string>;
  readonly resources: Record<string, { readonly Type: string; readonly Properties?: object; readonly Metadata?: object }>;
  /** By namespace/name and dimensions: "AWS/Lambda/Duration Step" -> what each hour adds up to. */
  readonly sums: Record<string, readonly number[]>;
  /** Of the namespaces that functions count in. */
  readonly ownMetrics: readonly { readonly namespace: string; readonly name: string; readonly dimensions: Record<string, string> }[];
  /** What JSON services answer, by target: "Logs_20140328.FilterLogEvents". An answer with a `__type` refuses. */
  readonly targets?: Readonly<Record<string, (input: Readonly<Record<string, unknown>>) => object>>;
  /** Tables by their names, and secrets by their ARNs. */
  readonly tables: Record<string, object>;
  /** What CloudWatch says of the first metric of each answer. */
  status: string;
}

const member = (elements: readonly string[]) => elements.map((each) => `<member>${each}</member>`).join("");

/**
 * CloudFormation, CloudWatch, DynamoDB and STS in one, which the commands of a suite take for AWS, in eu-west-1. Answers of
 * GetMetricData come in pages of two metrics.
 */
export function playBilledAws(aws: BilledAws): void {
  const server = billedAws(aws);
  const before = { ...process.env };
  beforeAll(async () => {
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: await listen(server),
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    });
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
    process.env = before;
  });
}

function billedAws(aws: BilledAws): Server {
  const answers: Readonly<Record<string, (form: URLSearchParams) => string>> = {
    GetCallerIdentity: () => "<Account>111111111111</Account>",
    DescribeStacks: () => {
      const outputs = Object.entries(aws.outputs).map(([key, value]) => `<OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue>`);
      const stack = `<StackName>Gatehouse</StackName><StackStatus>CREATE_COMPLETE</StackStatus><CreationTime>${aws.created}</CreationTime><Outputs>${member(outputs)}</Outputs>`;
      return `<Stacks>${member([stack])}</Stacks>`;
    },
    GetTemplate: () => `<TemplateBody>${JSON.stringify({ Resources: aws.resources })}</TemplateBody>`,
    ListStackResources: () => {
      const ids = Object.keys(aws.resources).map(
        (id) => `<LogicalResourceId>${id}</LogicalResourceId><PhysicalResourceId>${id}</PhysicalResourceId>`,
      );
      return `<StackResourceSummaries>${member(ids)}</StackResourceSummaries>`;
    },
    ListMetrics: (form) => {
      const found = aws.ownMetrics.filter(({ namespace }) => namespace === form.get("Namespace"));
      const all = found.map(({ name, dimensions }) => {
        const pairs = Object.entries(dimensions).map(([key, value]) => `<Name>${key}</Name><Value>${value}</Value>`);
        return `<MetricName>${name}</MetricName><Dimensions>${member(pairs)}</Dimensions>`;
      });
      return `<Metrics>${member(all)}</Metrics>`;
    },
    GetMetricData: (form) => {
      const ids = [...form.keys()].filter((key) => key.endsWith(".Id"));
      const from = Number(form.get("NextToken") ?? 0);
      const results = ids.slice(from, from + 2).map((key) => {
        const values = aws.sums[metricOf(form, key.slice(0, -".Id".length))] ?? [];
        return `<Id>${form.get(key)}</Id><StatusCode>${aws.status}</StatusCode><Values>${member(values.map(String))}</Values>`;
      });
      const next = from + 2 < ids.length ? `<NextToken>${from + 2}</NextToken>` : "";
      return `<MetricDataResults>${member(results)}</MetricDataResults>${next}`;
    },
  };
  return createServer(async (request, response) => {
    const body = await text(request);
    const target = request.headers["x-amz-target"];
    if (typeof target === "string") {
      const answer = aws.targets?.[target]?.(JSON.parse(body) as Record<string, unknown>);
      if (answer !== undefined) {
        response.writeHead("__type" in answer ? 400 : 200).end(JSON.stringify(answer));
        return;
      }
      const { TableName, SecretId } = JSON.parse(body) as { TableName?: string; SecretId?: string };
      const Table = aws.tables[TableName ?? SecretId ?? ""];
      if (Table === undefined) response.writeHead(400).end('{"__type":"ResourceNotFoundException"}');
      else response.end(JSON.stringify({ Table }));
      return;
    }
    const form = new URLSearchParams(body);
    const action = form.get("Action") ?? "";
    response.setHeader("content-type", "text/xml");
    if (action === "DescribeStacks" && form.get("StackName") !== "Gatehouse") {
      const error = "<Code>ValidationError</Code><Message>Stack with id Nowhere does not exist</Message>";
      response.writeHead(400).end(`<ErrorResponse><Error>${error}</Error></ErrorResponse>`);
      return;
    }
    response.end(`<${action}Response><${action}Result>${answers[action]?.(form) ?? ""}</${action}Result></${action}Response>`);
  });
}

/** "AWS/DynamoDB/ConsumedReadCapacityUnits decisions by-day" */
function metricOf(form: URLSearchParams, query: string): string {
  const at = (name: string) => form.get(`${query}.MetricStat.Metric.${name}`) ?? "";
  const values = [1, 2, 3, 4, 5].map((place) => at(`Dimensions.member.${place}.Value`)).filter((value) => value !== "");
  return `${at("Namespace")}/${at("MetricName")} ${values.join(" ")}`;
}
