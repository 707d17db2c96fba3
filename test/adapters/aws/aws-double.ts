import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { listen } from "../../support/dynamodb";

/** One call as it came over the wire. */
export interface Call {
  readonly operation: string;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly input: Record<string, unknown>;
  readonly body: string;
}

/** What becomes of a call. */
export type Answer = (response: ServerResponse, call: Call) => void;

export interface AwsDouble {
  readonly endpoint: string;
  /** Calls that named an operation, in order. */
  readonly calls: readonly Call[];
  /** Writes of decision records, in order. */
  readonly records: readonly Call[];
  /** What becomes of reads of the key of people's hashes, and of the key before it, until the next `will`. */
  keyWill(answer: Answer, previous?: Answer): void;
  /** What becomes of the question who listens on a bus. */
  rulesWill(...answers: Answer[]): void;
  /** Answers the next calls in this order; the last one also answers all that follow. */
  will(...answers: Answer[]): void;
  close(): Promise<void>;
}

/** Stands in for an AWS service over http, so that time and failure are the test's to give. */
export async function startAwsDouble(): Promise<AwsDouble> {
  const calls: Call[] = [];
  const records: Call[] = [];
  let answers: Answer[] = [json({})];
  let keyAnswer = anyKey;
  let previousKeyAnswer = noKey;
  let rulesAnswers: Answer[] = [json({ Rules: [{ State: "ENABLED" }] })];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", () => {
      const operation = /\.(\w+)$/.exec(String(request.headers["x-amz-target"]))?.[1];
      if (operation === undefined) {
        response.end();
        return;
      }
      const call = {
        operation,
        method: request.method ?? "",
        headers: request.headers,
        input: JSON.parse(body) as Record<string, unknown>,
        body,
      };
      if (call.operation === "GetSecretValue" && call.input.SecretId === "person-key") {
        const answer = call.input.VersionStage === "AWSPREVIOUS" ? previousKeyAnswer : keyAnswer;
        answer(response, call);
        return;
      }
      if (call.operation === "ListRules") {
        const answer = rulesAnswers.length > 1 ? rulesAnswers.shift() : rulesAnswers[0];
        answer?.(response, call);
        return;
      }
      // Records of decisions are kept aside: a test speaks of the other calls.
      if (call.input.TableName === "decisions") {
        records.push(call);
        json({})(response, call);
        return;
      }
      calls.push(call);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      answer?.(response, call);
    });
  });
  const endpoint = await listen(server);
  return {
    endpoint,
    calls,
    records,
    keyWill(answer, previous = noKey) {
      keyAnswer = answer;
      previousKeyAnswer = previous;
    },
    rulesWill(...next) {
      rulesAnswers = next;
    },
    will(...next) {
      keyAnswer = anyKey;
      previousKeyAnswer = noKey;
      calls.length = 0;
      answers = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Every process reads the key of people's hashes: set apart, as records are. */
const anyKey = (...args: Parameters<Answer>) => json({ SecretString: "k".repeat(64) })(...args);

/** A secret that was not rotated has no value before this one. */
const noKey: Answer = (...args) => refuse("ResourceNotFoundException")(...args);

export function json(body: unknown, status = 200): Answer {
  return (response) => response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(body));
}

export function text(body: string, status: number, contentType = "text/html"): Answer {
  return (response) => response.writeHead(status, { "content-type": contentType }).end(body);
}

/** An error as the service spells it. */
export function refuse(code: string, status = 400, more: object = {}): Answer {
  return json({ __type: `com.amazonaws.dynamodb.v20120810#${code}`, message: `Not for logs: ${code}`, ...more }, status);
}

/** Keeps the caller waiting for ever. */
export const hang: Answer = () => undefined;

/** Cuts the connection before a word. */
export const reset: Answer = (response) => response.socket?.resetAndDestroy();

/** Cuts the connection in mid-sentence. */
export const cutShort: Answer = (response) => {
  response.writeHead(200, { "content-type": "application/x-amz-json-1.0", "content-length": "1000" }).write('{"Responses":');
  setTimeout(() => response.socket?.destroy(), 5);
};

export function after(milliseconds: number, answer: Answer): Answer {
  return (response, call) => {
    setTimeout(() => answer(response, call), milliseconds).unref();
  };
}

/** A table without rows. */
export const noRows: Answer = (response, call) => {
  const tables = Object.keys((call.input.RequestItems ?? {}) as object);
  json({ Responses: Object.fromEntries(tables.map((name) => [name, []])), UnprocessedKeys: {} })(response, call);
};

/** Every key left for later. */
export const unprocessed: Answer = (response, call) => json({ Responses: {}, UnprocessedKeys: call.input.RequestItems })(response, call);

/** A table in which every key that was asked for and is listed here stands with its effect. */
export function rowsOf(effects: Readonly<Record<string, string>>): Answer {
  return (response, call) => {
    const asked = Object.entries((call.input.RequestItems ?? {}) as Record<string, { Keys: { entry?: { S: string } }[] }>);
    const found = asked.map(([table, { Keys }]) => [
      table,
      Keys.flatMap(({ entry }) => (entry && entry.S in effects ? [{ entry, effect: { S: effects[entry.S] } }] : [])),
    ]);
    json({ Responses: Object.fromEntries(found), UnprocessedKeys: {} })(response, call);
  };
}
