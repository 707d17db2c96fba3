import type { IncomingHttpHeaders } from "node:http";
import { type Handle, type LocalServer, type OnRefused, readBody, serve } from "../aws/server";
import { type BodyFormat, misbehaviourIn, sendFor, type Whole } from "./misbehaviours";

const MAX_BODY_BYTES = 1_024 * 1_024;

export interface Received {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface StandInAnswer extends Whole {
  /** A summary for the log: field names and codes, nothing about a person. */
  readonly said: string;
  /** Names in the request; some cause a misbehaviour. */
  readonly about?: readonly string[];
}

export function jsonAnswer(status: number, body: unknown, summary: string): StandInAnswer {
  return { status, body: JSON.stringify(body), said: summary };
}

export function noContent(what: string): StandInAnswer {
  return { status: 204, body: "", said: `204: ${what}` };
}

export interface Watch {
  onRequest?(receivedRequest: Received): void;
  onAnswer?(summary: string): void;
  /** Receives the reason when a request is refused before it is read. */
  onRefused?: OnRefused;
}

/** A stand-in for an outside system, with its name for `--endpoint`. */
export interface VendorStandIn {
  readonly name: string;
  /** Present if the stand-in receives events. Then no rule calls the stand-in. */
  readonly getsEvents?: true;
  /** @param secret returns the current value of the policy's secret of the same name; undefined if no rule declares the secret */
  serve(secret: () => Readonly<Record<string, unknown>> | undefined, watch: Watch): Promise<LocalServer>;
}

/** A person that the gate let in, and for whom Entra creates an account. */
export interface LetIn {
  readonly email: string;
  readonly issuers: readonly string[];
}

export interface SystemServer extends LocalServer {
  /** Present only if the stand-in is the directory. */
  letIn?(person: LetIn): void;
}

/** A role that functions assume to sign in, and the role's application. */
export interface TrustedRole {
  readonly name: string;
  readonly arn: string;
  readonly clientId: string;
}

/** The issuer and the roles whose tokens a directory accepts. */
export interface RoleTrust {
  readonly issuer: string;
  /** The address at which the issuer answers on this machine. */
  readonly url: string;
  readonly audience: string;
  readonly roles: readonly TrustedRole[];
}

/** A stand-in for systems that Gatehouse calls, with their names for `--endpoint`. */
export interface SystemStandIn {
  readonly names: readonly string[];
  /** @param data the folder for its data @param trust for a directory only */
  serve(data: string, watch: Watch, trust?: RoleTrust): Promise<SystemServer>;
}

export function serveSystem(
  format: BodyFormat,
  answer: (receivedRequest: Received) => StandInAnswer | Promise<StandInAnswer>,
  watch: Watch,
): Promise<LocalServer> {
  const handle: Handle = async (request, response) => {
    const body = await readBody(request, MAX_BODY_BYTES);
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    const receivedRequest = { method: request.method ?? "", url, headers: request.headers, body };
    watch.onRequest?.(receivedRequest);
    const { said, about = [], ...whole } = await answer(receivedRequest);
    const misbehaviour = misbehaviourIn(about);
    watch.onAnswer?.(misbehaviour === undefined ? said : `${misbehaviour} instead of ${said}`);
    await sendFor(misbehaviour)(response, whole, format);
  };
  return serve(0, handle, watch.onRefused);
}

export function mediaType({ headers }: Received): string {
  return (headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

/** True for a client-credentials grant (RFC 6749 §4.4). */
export function isTokenRequest(method: string, body: string): boolean {
  return method === "POST" && new URLSearchParams(body).get("grant_type") === "client_credentials";
}
