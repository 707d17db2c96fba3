import { type AwsReply, awsConnection, awsErrorOf, type ClientOptions } from "./client";

/** A service, as a connection takes it. */
export type Endpoint = Parameters<typeof awsConnection>[0];

export const sts: Endpoint = { name: "sts", endpointVariable: "AWS_ENDPOINT_URL_STS" };

/** The answer of a service that takes forms, in XML. Throws AwsError. */
export async function formQuery(
  service: Endpoint,
  access: ClientOptions,
  form: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string> {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const connection = awsConnection(service, access);
  return await answerOf(() => connection.post("/", headers, new URLSearchParams(form).toString(), signal), signal);
}

/** The answer's text; a connection that fails, or is slow to come about, has a second try. Throws AwsError. */
export async function answerOf(ask: () => Promise<AwsReply>, signal: AbortSignal): Promise<string> {
  const reply = await ask().catch((error: unknown) => {
    if (signal.aborted) throw error;
    return ask();
  });
  if (reply.status === 200) return reply.text;
  const code = inXml(reply.text, "Code");
  if (code === undefined) throw awsErrorOf(reply);
  throw awsErrorOf({ ...reply, text: JSON.stringify({ __type: code, message: inXml(reply.text, "Message") }) });
}

/** The first element of that name, if it holds text alone: what forms are answered with is no deeper. */
export function inXml(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
}

/** The value under a key in a list of `<entry><key>…</key><value>…</value></entry>`. */
export function entryInXml(xml: string, key: string): string | undefined {
  return new RegExp(`<key>${key}</key>\\s*<value>([^<]*)</value>`).exec(xml)?.[1];
}
