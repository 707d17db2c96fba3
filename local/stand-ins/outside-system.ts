import type { IncomingHttpHeaders } from "node:http";
import { type Handle, type LocalServer, type OnRefused, readBody, serve } from "../aws/server";
import { type BodyFormat, misbehaviourIn, sendFor, type Whole } from "./misbehaviours";

const MAX_BODY_BYTES = 1_024 * 1_024;

/** A request as a system outside gets it. */
export interface Received {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface StandInAnswer extends Whole {
  /** The result for the log: field names and codes, nothing about a person. */
  readonly said: string;
  /** The names that were asked about. Some make the system misbehave. */
  readonly about?: readonly string[];
}

/** An answer in JSON. */
export function jsonAnswer(status: number, body: unknown, said: string): StandInAnswer {
  return { status, body: JSON.stringify(body), said };
}

/** A success that has nothing to say. @param what it was about */
export function noContent(what: string): StandInAnswer {
  return { status: 204, body: "", said: `204: ${what}` };
}

/** Called with what goes on. */
export interface Watch {
  onRequest?(received: Received): void;
  onAnswer?(said: string): void;
  /** Called with the reason when a request is refused before it is read. */
  onRefused?: OnRefused;
}

/** A stand-in for an outside system, by its name for `--endpoint`. */
export interface VendorStandIn {
  readonly name: string;
  /** Events go there: no rule of a policy asks it. */
  readonly getsEvents?: true;
  /** @param secret the policy's secret of that name as it stands; undefined if no rule declares it */
  serve(secret: () => Readonly<Record<string, unknown>> | undefined, watch: Watch): Promise<LocalServer>;
}

/** Somebody whom the gate let in, and for whom Entra makes an account. */
export interface LetIn {
  readonly email: string;
  /** Their providers. */
  readonly issuers: readonly string[];
}

/** A stand-in that answers. */
export interface SystemServer extends LocalServer {
  /** Makes their account, where it is the directory. */
  letIn?(person: LetIn): void;
}

/** A stand-in for systems that Gatehouse calls, by their names for `--endpoint`. */
export interface SystemStandIn {
  readonly names: readonly string[];
  /** @param place where it keeps what it has to, and who gives tokens for an external tenant's extensions */
  serve(place: { readonly data: string; extensionTokens(): string | undefined }, watch: Watch): Promise<SystemServer>;
}

/** Serves a stand-in for a system outside. */
export function serveSystem(
  format: BodyFormat,
  answer: (received: Received) => StandInAnswer | Promise<StandInAnswer>,
  watch: Watch,
): Promise<LocalServer> {
  const handle: Handle = async (request, response) => {
    const body = await readBody(request, MAX_BODY_BYTES);
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    const received = { method: request.method ?? "", url, headers: request.headers, body };
    watch.onRequest?.(received);
    const { said, about = [], ...whole } = await answer(received);
    const misbehaviour = misbehaviourIn(about);
    watch.onAnswer?.(misbehaviour === undefined ? said : `${misbehaviour} instead of ${said}`);
    await sendFor(misbehaviour)(response, whole, format);
  };
  return serve(0, handle, watch.onRefused);
}

/** The media type of a request's body, without its parameters. */
export function mediaType({ headers }: Received): string {
  return (headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}
