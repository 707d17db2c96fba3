import { AsyncLocalStorage } from "node:async_hooks";
import { ClientRequest } from "node:http";
import { readStatement, type StatementInput } from "../../local/aws/dynamodb/statements";

/** A call of AWS, as IAM knows it. */
export interface AwsCall {
  /** "dynamodb:Query" */
  readonly action: string;
  /** The tables, as `NAME` or `NAME/index/INDEX`, or the secret; none where the request names none. */
  readonly on: readonly string[];
}

/** Node's own prototype, which a worker's suites share, holds what listens to it: each suite has modules of its own. */
const LISTENER = Symbol.for("gatehouse.aws-calls");
type Listened = ClientRequest & { [LISTENER]?: AsyncLocalStorage<AwsCall[]> };

/** What is asked of AWS while something runs, by its own client or the SDK's; what runs beside it is left out. */
export async function awsCallsOf<T>(run: () => Promise<T>): Promise<{ readonly result: T; readonly calls: readonly AwsCall[] }> {
  const calls: AwsCall[] = [];
  const result = await listener().run(calls, run);
  return { result, calls };
}

function listener(): AsyncLocalStorage<AwsCall[]> {
  const prototype = ClientRequest.prototype as Listened;
  const known = prototype[LISTENER];
  if (known !== undefined) return known;
  const recording = new AsyncLocalStorage<AwsCall[]>();
  prototype[LISTENER] = recording;
  for (const name of ["write", "end"] as const) {
    const original = prototype[name] as (...given: unknown[]) => unknown;
    Object.assign(prototype, {
      [name](this: ClientRequest, ...given: unknown[]) {
        note(this, given[0], recording.getStore());
        return original.apply(this, given);
      },
    });
  }
  return recording;
}

/** A signed request names its service; the body comes whole, in one of the two. */
function note(request: ClientRequest, body: unknown, calls: AwsCall[] | undefined): void {
  const signed = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(String(request.getHeader("authorization") ?? ""))?.[1];
  if (signed === undefined || calls === undefined) return;
  // IAM has another name for it.
  const service = signed === "monitoring" ? "cloudwatch" : signed;
  const text = typeof body === "string" || body instanceof Uint8Array ? Buffer.from(body as string).toString() : "";
  const target = String(request.getHeader("x-amz-target") ?? "");
  if (target.endsWith(".BatchExecuteStatement")) calls.push(...statementsIn(JSON.parse(text)));
  else if (target.endsWith(".TransactWriteItems")) calls.push(...transactedIn(JSON.parse(text)));
  else if (target !== "" && text !== "") calls.push({ action: `${service}:${target.split(".").at(-1)}`, on: placesIn(JSON.parse(text)) });
  else if (service === "s3") calls.push({ action: `s3:${objectActions[request.method] ?? request.method}`, on: [] });
  else if (request.method === "GET") calls.push({ action: byPath(service, request.path), on: [] });
  else if (text !== "") calls.push({ action: `${service}:${new URLSearchParams(text).get("Action")}`, on: [] });
}

interface Input {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly RequestItems?: object;
  readonly SecretId?: string;
}

function placesIn({ TableName, IndexName, RequestItems = {}, SecretId }: Input): readonly string[] {
  if (SecretId !== undefined) return [SecretId];
  if (TableName !== undefined) return [IndexName === undefined ? TableName : `${TableName}/index/${IndexName}`];
  return Object.keys(RequestItems);
}

/** IAM asks for each kind of statement by a name of its own. */
function statementsIn({ Statements }: { readonly Statements: readonly StatementInput[] }): readonly AwsCall[] {
  const names = { insert: "PartiQLInsert", update: "PartiQLUpdate", delete: "PartiQLDelete" };
  return Statements.map(readStatement).map(({ kind, table }) => ({ action: `dynamodb:${names[kind]}`, on: [table] }));
}

/** IAM asks for each write of a transaction as if it were made alone. */
function transactedIn({ TransactItems }: { readonly TransactItems: readonly Readonly<Record<string, Input>>[] }): readonly AwsCall[] {
  return TransactItems.flatMap((item) => Object.entries(item)).map(([operation, input]) => {
    return { action: `dynamodb:${operation}Item`, on: placesIn(input) };
  });
}

/** An upload in parts takes the same permission as one in one. */
const objectActions: Readonly<Record<string, string>> = {
  GET: "GetObject",
  HEAD: "GetObject",
  PUT: "PutObject",
  POST: "PutObject",
  DELETE: "AbortMultipartUpload",
};

/** Services that go by paths name no operation. */
function byPath(service: string, path: string): string {
  if (service === "lambda") return "lambda:GetAccountSettings";
  if (service === "ses") return path.startsWith("/v2/email/identities/") ? "ses:GetEmailIdentity" : "ses:GetAccount";
  return `${service}:GET`;
}
