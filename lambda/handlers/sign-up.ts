import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import middy from "@middy/core";
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import { blockMessage, problemsMessage, type Voice } from "../messages";
import { apiConnector } from "../protocols/api-connector";
import type { Reply } from "../protocols/protocol";
import { awsClient, dynamodb, secretsManager } from "../services/aws";
import { secretReader } from "../services/secrets";
import { type Answer, type Decision, decide, type Failure, UNAVAILABLE } from "../sign-up/engine";
import { DEFAULT_DEADLINE_MS, type Policy } from "../sign-up/policy";
import { referenceFor } from "../sign-up/reference";
import type { Step } from "../sign-up/sign-up";
import { rows } from "../stores/rows";

/** The gateway itself gives up after 29 s: a request stamped earlier than that has a clock we cannot go by. */
const GATEWAY_TIMEOUT_MS = 29_000;
/** Kept back of the function's own time for the answer. */
const ANSWER_MS = 300;

const logger = new Logger({ serviceName: "gatehouse" });
const metrics = new Metrics({ namespace: "Gatehouse", serviceName: "gatehouse" });

/** The handler of one step: request -> sign-up -> decision -> answer. Whatever happens, the answer is within the contract. */
export function signUpHandler<S extends Step>(policy: Policy<S>) {
  const client = awsClient(dynamodb);
  const { read, write } = rows(client);
  const services = secretReader(() => awsClient(secretsManager));
  client.warm();

  async function handle(event: APIGatewayProxyEvent, context: Context): Promise<APIGatewayProxyResult> {
    const now = new Date();
    const body = event.isBase64Encoded ? Buffer.from(event.body ?? "", "base64").toString("utf8") : (event.body ?? "");
    const parsed = apiConnector.parse({ contentType: headerOf(event, "content-type"), body }, policy.step);
    const decision: Decision = parsed.ok
      ? await decide(policy, parsed.signUp, { read, write, services, now, remainingMs: remainingMs(event, context, policy) })
      : { answer: { kind: "block", reason: parsed.reason }, words: [] };
    const reference = referenceFor(parsed.ok ? JSON.stringify(parsed.signUp) : `${policy.step}\n${body}`, now);
    const voice = { locales: parsed.ok ? parsed.signUp.locales : parsed.locales, options: policy.options };
    report(policy.step, decision, reference, Date.now() - now.getTime());
    return response(replyFor(decision.answer, reference, voice));
  }

  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
    .use(injectLambdaContext(logger))
    .onError((request) => {
      // Nothing should get here. If it does, the person still gets a page that says what to do.
      const now = new Date();
      const failure: Failure = { why: "rule", error: request.error };
      const reference = referenceFor(request.event?.requestContext?.requestId ?? "", now);
      report(policy.step, { answer: { kind: "block", reason: UNAVAILABLE }, words: [], failure }, reference, 0);
      request.response = response(replyFor({ kind: "block", reason: UNAVAILABLE }, reference, { locales: [], options: {} }));
    })
    .handler(handle);
}

function headerOf({ headers }: APIGatewayProxyEvent, name: string): string | undefined {
  return Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
}

/** What is left until the deadline, which counts from the request's arrival at the gateway. */
function remainingMs(event: APIGatewayProxyEvent, context: Context, { options }: Policy): number {
  const deadlineMs = options.deadlineMs ?? DEFAULT_DEADLINE_MS;
  const elapsed = Date.now() - (event.requestContext?.requestTimeEpoch ?? Date.now());
  const trusted = elapsed > 0 && elapsed < GATEWAY_TIMEOUT_MS ? elapsed : 0;
  const lambdaMs = context.getRemainingTimeInMillis?.() ?? deadlineMs;
  return Math.min(deadlineMs - trusted, lambdaMs - ANSWER_MS);
}

function replyFor(answer: Answer, reference: string, voice: Voice): Reply {
  switch (answer.kind) {
    case "continue":
      return answer;
    case "block":
      return { kind: "block", message: blockMessage(answer.reason, answer.message, reference, voice) };
    case "invalid":
      return { kind: "invalid", message: problemsMessage(answer.problems, voice) };
  }
}

function response(reply: Reply): APIGatewayProxyResult {
  const { status, body } = apiConnector.render(reply);
  return { statusCode: status, headers: { "Content-Type": "application/json", "Cache-Control": "no-store" }, body };
}

/** One line a decision. Names and codes only: never what a person typed. */
function report(step: Step, { answer, decidedBy, words, failure }: Decision, reference: string, durationMs: number): void {
  const line = {
    step,
    verdict: answer.kind,
    ...(decidedBy !== undefined && { rule: decidedBy }),
    ...(answer.kind === "block" && { reason: answer.reason }),
    ...(answer.kind === "invalid" && { reasons: answer.problems.map((problem) => problem.reason) }),
    reference,
    durationMs,
    words: words.map(({ rule, said, shadow }) => (shadow ? `${rule} (shadow): ${said}` : `${rule}: ${said}`)),
  };
  if (failure === undefined) {
    logger.info("decided", line);
    return;
  }
  logger.error("failed closed", { ...line, failure: { why: failure.why, ...traceOf(failure.error) } });
  metrics.addMetric("FailedClosed", MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}

/** Where an error arose. Its message may quote claims, over several lines, so it stays out of the log. */
function traceOf(error: unknown): { error: string; at: readonly string[] } {
  if (!(error instanceof Error)) return { error: typeof error, at: [] };
  const { message, stack = "" } = error;
  const begin = stack.indexOf(message);
  const after = begin < 0 ? "" : stack.slice(begin + message.length);
  const frames = after.split("\n").filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line));
  return { error: error.name, at: frames.slice(0, 5).map((frame) => frame.trim()) };
}
