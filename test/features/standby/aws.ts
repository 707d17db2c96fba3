import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { listen } from "../../support/listen";

/** What AWS has; a test changes it. */
export interface PlayedAws {
  readonly created: string;
  readonly outputs: Record<string, string>;
  readonly resources: Record<string, { readonly Type: string; readonly Properties?: object; readonly Metadata?: object }>;
  /** Tables by their names, and secrets by their ARNs. */
  readonly tables: Record<string, object>;
}

const member = (elements: readonly string[]) => elements.map((each) => `<member>${each}</member>`).join("");

/** CloudFormation, DynamoDB, Secrets Manager and STS in one, which the commands of a suite take for AWS, in eu-west-1. */
export function playAws(aws: PlayedAws): void {
  const server = playedAws(aws);
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

function playedAws(aws: PlayedAws): Server {
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
  };
  return createServer(async (request, response) => {
    const body = await text(request);
    const target = request.headers["x-amz-target"];
    if (typeof target === "string") {
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
