import { AwsError } from "../adapters/aws/client";
import { GraphError, isElsewhere } from "../adapters/graph/graph";
import { PolicyError, SetupError } from "../lib/errors";
import { type ExitCode, exitCodes } from "./exit-codes";

/** Ends a command. The message states the problem and the remedy in a sentence or two. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  constructor(
    message: string,
    readonly exitCode: ExitCode = exitCodes.failed,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const SIGN_IN_AGAIN = "The AWS session has expired: sign in again (aws sso login, or fetch new keys) and repeat the command.";
const NOT_ACCEPTED =
  "AWS does not accept these credentials: check --profile, or the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.";

/** Messages by the error's name. For an error of AWS, the name is AWS's error code. */
const byName: Readonly<Record<string, string>> = {
  ExpiredToken: SIGN_IN_AGAIN,
  ExpiredTokenException: SIGN_IN_AGAIN,
  TokenProviderError: SIGN_IN_AGAIN,
  InvalidClientTokenId: NOT_ACCEPTED,
  InvalidSignatureException: NOT_ACCEPTED,
  SignatureDoesNotMatch: NOT_ACCEPTED,
  UnrecognizedClientException: NOT_ACCEPTED,
};

const NO_REGION = "No AWS region is set: use --region, the variable AWS_REGION or the profile. For a running npm start: --local.";
const OFFLINE = "There is no connection: check the network, the proxy and --region; with --local, that npm start still runs.";

const NOT_AWS = "Something other than AWS answered: sign in to the network, check HTTPS_PROXY, AWS_ENDPOINT_URL and --region.";

const byCode: Readonly<Record<string, string>> = {
  EAI_AGAIN: OFFLINE,
  ECONNREFUSED: OFFLINE,
  ECONNRESET: OFFLINE,
  EHOSTUNREACH: OFFLINE,
  ENETUNREACH: OFFLINE,
  ENOTFOUND: OFFLINE,
  ETIMEDOUT: OFFLINE,
};

const ours = [CommandError, PolicyError, SetupError];

/** An unexpected response to a call of Graph or of the token endpoint: a redirect, or content of another form. */
interface Elsewhere {
  readonly status: number;
  readonly call?: string | undefined;
  readonly came?: string | undefined;
  readonly requestId?: string | undefined;
}

export function elsewhereWords({ status, call = "A call", came = "a redirect", requestId }: Elsewhere): string {
  const isRedirect = status >= 300 && status < 400;
  const answerText = `${call} was answered by ${isRedirect ? "a redirect" : came} (${status})`;
  return came.startsWith("JSON") && !isRedirect
    ? `${answerText}${requestId === undefined ? "" : `, request ${requestId}`}: see that --endpoint and the proxy lead to Microsoft, and repeat the command.`
    : `${answerText}, which is not Microsoft's: sign in to the network, check HTTPS_PROXY and --endpoint, and repeat the command.`;
}

export function strangeWords(method: string, { status, url }: Response, came: string | undefined): string {
  return elsewhereWords({ status, call: `${method} ${URL.canParse(url) ? new URL(url).host : url}`, came: came ?? "JSON of another form" });
}

export function explainError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (ours.some((kind) => error instanceof kind)) return error.message;
  const knownRemedy = byName[error.name] ?? byCode[connectionCode(error) ?? ""];
  if (knownRemedy !== undefined) return knownRemedy;
  if (error.name === "CredentialsProviderError") return noCredentials(error);
  if (error.name === "TimeoutError" || error.name === "AbortError") return OFFLINE;
  if (error instanceof GraphError && isElsewhere(error)) return elsewhereWords(error);
  if (error.message.includes("Deserialization error")) return NOT_AWS;
  if (error.message === "Region is missing") return NO_REGION;
  if (/^AccessDenied/.test(error.name)) return `AWS refuses this: ${error.message || "these credentials may not do it"}.`;
  if (error instanceof AwsError || isSdkRefusal(error)) return `AWS refuses this: ${error.name}${error.message && `: ${error.message}`}`;
  return `${error.message || error.name} (GATEHOUSE_DEBUG=1 shows where)`;
}

export function leftOutLine(parts: readonly string[]): string {
  return `AWS refuses to read what is known of the person, so the answer leaves it out: ${parts.join(", ")}.`;
}

/** The right that AWS says these credentials lack. Undefined for any other error. */
export function findMissingRight(error: unknown): string | undefined {
  if (!(error instanceof Error) || !/^AccessDenied/.test(error.name)) return undefined;
  return /to perform: ([\w:]+)/.exec(error.message)?.[1] ?? error.name;
}

export function isSdkRefusal(error: unknown): boolean {
  return error instanceof Error && "$fault" in error;
}

/** Returns a code such as `ECONNREFUSED`. In an error of `fetch`, the cause has the code. */
export function connectionCode(error: Error): string | undefined {
  const { code } = error as NodeJS.ErrnoException;
  return code ?? (error.cause as NodeJS.ErrnoException | undefined)?.code;
}

function noCredentials({ message }: Error): string {
  if (/expired|refresh|sso login/i.test(message)) return SIGN_IN_AGAIN;
  return `No AWS credentials were found: check --profile or AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. (${message})`;
}

export interface Fault {
  /** "aws.bootstrap" */
  readonly id: string;
  readonly what: string;
  readonly fix: string;
}
