import type { Verification } from "../../engine/sign-up/identity-verifier";
import { UpstreamError, type UpstreamFailureKind } from "../../engine/sign-up/upstream";
import { checkedSecretName } from "../aws/secret-members";
import type { OutboundResponse } from "../http/outbound";
import { isGuarded } from "../http/safe-url";
import { limitProblems } from "./limits";

/** The longest a vendor may take, in milliseconds: with the rest it stays below a step's default deadline of 4 s. */
export const VENDOR_TIMEOUT_MS = 3_000;

/** Throws what makes the outcome "unavailable". */
export function upstreamFailure(service: string, kind: UpstreamFailureKind): UpstreamError {
  return new UpstreamError({ service, kind });
}

/** What a vendor was asked came to; "unavailable" for trouble on the way. */
export async function outcomeOf(ask: () => Promise<Verification>): Promise<Verification> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof UpstreamError) return { kind: "unavailable", upstreamFailure: error.failure };
    throw error;
  }
}

/** What an answer decides. Trouble in reading it is told with the answer's status. */
export function decidedBy(response: OutboundResponse, outcomeIn: (response: OutboundResponse) => Verification): Verification {
  try {
    return outcomeIn(response);
  } catch (error) {
    throw error instanceof UpstreamError ? new UpstreamError({ ...error.failure, status: response.status }) : error;
  }
}

/** An address that what people typed may be sent to. Undefined for any other. */
export function safeUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.username !== "" || url.password !== "") return undefined;
  return isGuarded(url) ? url : undefined;
}

interface VendorOptions {
  readonly endpoint?: string;
  readonly secret: string;
  readonly timeoutMs: number;
}

/** Checks the options that all vendors have. */
export function checkOptions(vendor: string, { endpoint, secret, timeoutMs }: VendorOptions): void {
  checkedSecretName(secret, `${vendor}: secret`);
  if (endpoint !== undefined && safeUrl(endpoint) === undefined) {
    throw new TypeError(`${vendor}: the endpoint has to be an https address without user name; "${endpoint}" is not.`);
  }
  for (const problem of limitProblems({ timeoutMs })) throw new RangeError(`${vendor}: ${problem}`);
}
